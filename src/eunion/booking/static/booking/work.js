// The gate's challenge: find a number so that SHA-256("challenge:number") begins with so many zero bits.
// Written out, because crypto.subtle answers one promise a digest and is absent on plain http. Runs in slices, so
// that a slow phone stays usable; eunionWork(challenge, bits) resolves to the number as text.
(function (root) {
  "use strict";
  var K = [], frac = function (x) { return ((x - Math.floor(x)) * 4294967296) | 0; };
  for (var n = 2, found = 0; found < 64; n++) {
    for (var d = 2; d * d <= n && n % d; d++);
    if (d * d > n) { K[found] = frac(Math.cbrt(n)); found++; }
  }
  var H0 = [2, 3, 5, 7, 11, 13, 17, 19].map(function (p) { return frac(Math.sqrt(p)); });
  var W = new Int32Array(64);

  // The first 32 bits of the digest of a short ASCII text (at most 119 characters): all that `bits` ever asks for.
  function first32(text) {
    var blocks = text.length > 55 ? 2 : 1, h = H0.slice();
    for (var b = 0; b < blocks; b++) {
      for (var i = 0; i < 16; i++) {
        W[i] = 0;
        for (var j = 0; j < 4; j++) {
          var at = b * 64 + i * 4 + j;
          var byte = at < text.length ? text.charCodeAt(at) : at === text.length ? 128 : 0;
          W[i] = (W[i] << 8) | byte;
        }
      }
      if (b === blocks - 1) W[15] = text.length * 8;
      for (i = 16; i < 64; i++) {
        var x = W[i - 15], y = W[i - 2];
        var s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        var s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
      }
      var v = h.slice();
      for (i = 0; i < 64; i++) {
        var e = v[4], a = v[0];
        var t1 = (v[7] + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))
          + ((e & v[5]) ^ (~e & v[6])) + K[i] + W[i]) | 0;
        var t2 = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))
          + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]))) | 0;
        v = [(t1 + t2) | 0, a, v[1], v[2], (v[3] + t1) | 0, e, v[5], v[6]];
      }
      for (i = 0; i < 8; i++) h[i] = (h[i] + v[i]) | 0;
    }
    return h[0] >>> 0;
  }

  function eunionWork(challenge, bits) {
    return new Promise(function (resolve) {
      var number = 0, below = Math.pow(2, 32 - bits);
      (function slice() {
        var until = Date.now() + 30;
        while (Date.now() < until) {
          for (var i = 0; i < 50; i++, number++) {
            if (first32(challenge + ":" + number) < below) return resolve(String(number));
          }
        }
        setTimeout(slice, 0);
      })();
    });
  }
  root.eunionWork = eunionWork;
})(typeof window === "undefined" ? globalThis : window);
