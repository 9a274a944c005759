/* Handwriting on the phone: a pad that says when there is enough of it to be a signature. `eunionPad(canvas, changed)`
   gives { clear, take(then) }; pads with an address of their own send what was signed at once. ES2018. */
(function () {
  'use strict';
  /* A dot is no signature. */
  var LEAST = 120;

  window.eunionPad = function (canvas, changed) {
    var pen = canvas.getContext('2d'), down = false, last = null, length = 0;
    function clear() { pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height); length = 0; changed(false, false); }
    function place(event) { var box = canvas.getBoundingClientRect(); return { x: (event.clientX - box.left) * canvas.width / box.width, y: (event.clientY - box.top) * canvas.height / box.height }; }
    canvas.addEventListener('pointerdown', function (event) { down = true; last = place(event); canvas.setPointerCapture(event.pointerId); event.preventDefault(); });
    canvas.addEventListener('pointermove', function (event) {
      if (!down) { return; }
      var now = place(event);
      pen.strokeStyle = '#111'; pen.lineWidth = 5; pen.lineCap = 'round';
      pen.beginPath(); pen.moveTo(last.x, last.y); pen.lineTo(now.x, now.y); pen.stroke();
      length += Math.hypot(now.x - last.x, now.y - last.y); last = now;
      changed(length >= LEAST, false);
    });
    ['pointerup', 'pointercancel'].forEach(function (name) { canvas.addEventListener(name, function () { if (down) { down = false; changed(length >= LEAST, true); } }); });
    clear();
    return { clear: clear, take: function (then) { canvas.toBlob(then, 'image/png'); } };
  };

  document.querySelectorAll('.sign-pad[data-url]').forEach(function (box) {
    var keep = box.querySelector('[data-keep]'), told = box.querySelector('[role=status]');
    var pad = window.eunionPad(box.querySelector('canvas'), function (enough) { keep.disabled = !enough; });
    box.querySelector('[data-clear]').addEventListener('click', pad.clear);
    keep.addEventListener('click', function () {
      keep.disabled = true; told.textContent = '正在保存…';
      pad.take(function (picture) {
        var body = new FormData(), id = window.crypto.randomUUID ? window.crypto.randomUUID() : '';
        body.append('photo', picture, 'signature.png');
        if (id) { body.append('client_id', id); }
        fetch(box.dataset.url, { method: 'POST', body: body, headers: { 'X-CSRFToken': box.querySelector('[name=csrfmiddlewaretoken]').value } }).then(function (answer) {
          if (!answer.ok) { throw new Error(); }
          window.location.reload();
        }).catch(function () { told.textContent = '没有保存成功，请检查网络后再点一次。'; keep.disabled = false; });
      });
    });
  });
}());
