/* Photos go up one by one and wait on the phone (IndexedDB) until they have arrived: a lost connection, a closed page
   or a dead battery loses nothing. Each has an id of its own, so that sending it again is the same photo. ES2018. */
(function () {
  'use strict';
  var box = document.getElementById('photos'), pick = document.getElementById('pick'), label = document.getElementById('pick-label');
  var told = document.getElementById('told'), text = document.getElementById('text'), form = document.getElementById('hand-in'), send = document.getElementById('send');
  var token = form.querySelector('[name=csrfmiddlewaretoken]').value, draft = box.dataset.draft, most = Number(box.dataset.most);
  var queue = [], busy = false, store = null;

  function newId() {
    if (window.crypto.randomUUID) { return window.crypto.randomUUID(); }
    var bytes = Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
    return bytes.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  function kept(mode, act) {
    if (!store) { return; }
    try { act(store.transaction('photos', mode).objectStore('photos')); } catch (problem) { store = null; }
  }
  function openStore(then) {
    if (!window.indexedDB) { then(); return; }
    var asked = window.indexedDB.open('homework', 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore('photos', { keyPath: 'id' }); };
    asked.onerror = then;
    asked.onsuccess = function () { store = asked.result; then(); };
  }
  function count() { return box.querySelectorAll('.photo').length; }
  function look() {
    label.hidden = count() >= most;
    var waiting = queue.length;
    send.disabled = waiting > 0;
    if (!waiting) { told.textContent = ''; }
  }

  function place(one) {
    var figure = document.createElement('figure'), picture = document.createElement('img'), bar = document.createElement('progress'), words = document.createElement('p');
    figure.className = 'photo'; picture.alt = '正在上传的照片'; picture.src = URL.createObjectURL(one.blob);
    bar.max = 100; bar.value = 0; bar.setAttribute('aria-label', '上传进度'); words.textContent = '等待上传';
    figure.append(picture, bar, words); box.appendChild(figure);
    one.figure = figure; one.bar = bar; one.words = words;
  }
  function button(words, act) { var b = document.createElement('button'); b.type = 'button'; b.className = 'link'; b.textContent = words; b.addEventListener('click', act); return b; }
  function drop(one) {
    kept('readwrite', function (photos) { photos.delete(one.id); });
    queue = queue.filter(function (other) { return other !== one; });
    one.figure.remove(); look();
  }
  function arrived(one, answer) {
    kept('readwrite', function (photos) { photos.delete(one.id); });
    queue = queue.filter(function (other) { return other !== one; });
    one.bar.remove(); one.words.remove();
    one.figure.querySelector('img').alt = '已上传的照片';
    var remove = document.createElement('form'), field = document.createElement('input'), act = document.createElement('button');
    remove.method = 'post'; remove.action = answer.remove;
    field.type = 'hidden'; field.name = 'csrfmiddlewaretoken'; field.value = token;
    act.className = 'link'; act.textContent = '删除';
    remove.append(field, act); one.figure.appendChild(remove);
    look();
  }
  function failed(one, words, hopeless) {
    one.state = hopeless ? 'refused' : 'failed';
    one.words.textContent = words;
    one.words.appendChild(hopeless ? button('去掉', function () { drop(one); }) : button('重试', function () { one.state = ''; next(); }));
    told.textContent = hopeless ? '' : '有照片没有传上去，已经存在手机里，连上网会接着传。';
    if (hopeless) { queue = queue.filter(function (other) { return other !== one; }); look(); }
  }
  function next() {
    var one = queue.find(function (other) { return !other.state; });
    if (busy || !one) { return; }
    var body = new FormData(), ask = new XMLHttpRequest();
    busy = true; body.append('client_id', one.id); body.append('photo', one.blob, 'photo.jpg');
    ask.open('POST', box.dataset.url); ask.setRequestHeader('X-CSRFToken', token); ask.timeout = 180000;
    ask.upload.onprogress = function (event) { if (event.lengthComputable) { one.bar.value = event.loaded / event.total * 100; one.words.textContent = '正在上传'; } };
    ask.onload = function () {
      busy = false;
      var answer = {};
      try { answer = JSON.parse(ask.responseText); } catch (problem) { answer = {}; }
      if (ask.status === 201) { arrived(one, answer); } else if (ask.status >= 400 && ask.status < 500 && answer.title) { kept('readwrite', function (photos) { photos.delete(one.id); }); failed(one, answer.title, true); } else { failed(one, '没有传上去', false); }
      next();
    };
    ask.onerror = ask.ontimeout = function () { busy = false; failed(one, '网断了', false); next(); };
    ask.send(body);
  }
  function take(one) { queue.push(one); place(one); look(); }

  pick.addEventListener('change', function () {
    var room = most - count(), files = Array.from(pick.files);
    pick.value = '';
    files.slice(0, room).forEach(function (file) {
      var one = { id: newId(), draft: draft, blob: file };
      kept('readwrite', function (photos) { photos.put({ id: one.id, draft: draft, blob: file }); });
      take(one);
    });
    if (files.length > room) { told.textContent = '最多 ' + most + ' 张，多出来的没有加。'; }
    next();
  });
  window.addEventListener('online', function () { queue.forEach(function (one) { if (one.state === 'failed') { one.state = ''; } }); next(); });
  openStore(function () {
    kept('readonly', function (photos) {
      var all = photos.getAll();
      all.onsuccess = function () { all.result.filter(function (one) { return one.draft === draft; }).forEach(take); next(); };
    });
  });

  /* The words too stay on the phone until they are handed in. */
  try {
    var saved = localStorage.getItem(draft);
    if (saved !== null && saved.trim() === text.value.trim()) { localStorage.removeItem(draft); } else if (saved !== null) { text.value = saved; }
    text.addEventListener('input', function () { localStorage.setItem(draft, text.value); });
  } catch (problem) { /* private browsing keeps nothing */ }
}());
