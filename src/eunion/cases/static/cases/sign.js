/* Signing with a finger: strokes on a canvas become a picture. ES2018. */
(function () {
  'use strict';
  document.querySelectorAll('.sign-pad').forEach(function (pad) {
    var canvas = pad.querySelector('canvas'), pen = canvas.getContext('2d'), keep = pad.querySelector('[data-keep]'), told = pad.querySelector('[role=status]');
    var down = false, length = 0, last = null;
    function clear() { pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height); length = 0; keep.disabled = true; }
    function place(event) { var box = canvas.getBoundingClientRect(); return { x: (event.clientX - box.left) * canvas.width / box.width, y: (event.clientY - box.top) * canvas.height / box.height }; }
    canvas.addEventListener('pointerdown', function (event) { down = true; last = place(event); canvas.setPointerCapture(event.pointerId); event.preventDefault(); });
    canvas.addEventListener('pointermove', function (event) {
      if (!down) { return; }
      var now = place(event);
      pen.strokeStyle = '#111'; pen.lineWidth = 5; pen.lineCap = 'round';
      pen.beginPath(); pen.moveTo(last.x, last.y); pen.lineTo(now.x, now.y); pen.stroke();
      length += Math.hypot(now.x - last.x, now.y - last.y); last = now;
      /* A dot is no signature. */
      keep.disabled = length < 120;
    });
    ['pointerup', 'pointercancel'].forEach(function (name) { canvas.addEventListener(name, function () { down = false; }); });
    pad.querySelector('[data-clear]').addEventListener('click', clear);
    keep.addEventListener('click', function () {
      keep.disabled = true; told.textContent = '正在保存…';
      canvas.toBlob(function (picture) {
        var body = new FormData(), id = window.crypto.randomUUID ? window.crypto.randomUUID() : '';
        body.append('photo', picture, 'signature.png');
        if (id) { body.append('client_id', id); }
        fetch(pad.dataset.url, { method: 'POST', body: body, headers: { 'X-CSRFToken': pad.querySelector('[name=csrfmiddlewaretoken]').value } }).then(function (answer) {
          if (!answer.ok) { throw new Error(); }
          window.location.reload();
        }).catch(function () { told.textContent = '没有保存成功，请检查网络后再点一次。'; keep.disabled = false; });
      }, 'image/png');
    });
    clear();
  });
}());
