/* Counts the QR code's half minute down and fetches the next one; a sleeping phone fetches when it wakes. */
(function () {
  'use strict';
  var end = 0;
  function begin() { end = Date.now() + Number(document.getElementById('code').dataset.seconds) * 1000; }
  function tick() {
    if (document.hidden) { return; }
    var left = Math.ceil((end - Date.now()) / 1000), shown = document.getElementById('left');
    if (left <= 0) { shown.textContent = '0'; end = Date.now() + 3000; window.htmx.trigger('#code', 'refresh'); } else { shown.textContent = String(left); }
  }
  document.body.addEventListener('htmx:afterSwap', begin);
  document.addEventListener('visibilitychange', tick);
  begin();
  setInterval(tick, 1000);
}());
