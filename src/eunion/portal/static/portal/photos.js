/* Photos and papers go up one by one and wait on the phone (IndexedDB) until they have arrived: a lost connection, a
   closed page or a dead battery loses nothing. Each has an id of its own, so that sending it again is the same photo.
   A box: <div data-photos data-url data-most data-draft> with .photos, input[type=file], its label and [role=status]
   inside; buttons marked data-waits are off while something is on its way. ES2018. */
(function () {
  'use strict';
  var boxes = Array.from(document.querySelectorAll('[data-photos]')), store = null, waiting = new Set();
  var token = document.querySelector('[name=csrfmiddlewaretoken]').value;

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
    var asked = window.indexedDB.open('photos', 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore('photos', { keyPath: 'id' }); };
    asked.onerror = then;
    asked.onsuccess = function () { store = asked.result; then(); };
  }
  function button(words, act) { var b = document.createElement('button'); b.type = 'button'; b.className = 'link'; b.textContent = words; b.addEventListener('click', act); return b; }
  function lookAll() { document.querySelectorAll('[data-waits]').forEach(function (one) { one.disabled = waiting.size > 0; }); }

  function start(box) {
    var list = box.querySelector('.photos'), pick = box.querySelector('input[type=file]'), told = box.querySelector('[role=status]');
    var label = box.querySelector('label.pick'), draft = box.dataset.draft, most = Number(box.dataset.most), queue = [], busy = false;
    function count() { return list.querySelectorAll('.photo:not(.refused)').length; }
    function look() {
      label.hidden = count() >= most;
      if (!queue.length) { told.textContent = ''; }
      lookAll();
    }
    function leave(one) {
      kept('readwrite', function (photos) { photos.delete(one.id); });
      queue = queue.filter(function (other) { return other !== one; });
      waiting.delete(one);
    }
    function place(one) {
      var figure = document.createElement('figure'), picture = document.createElement(/^image\/(?!hei)/.test(one.blob.type) ? 'img' : 'p'), bar = document.createElement('progress'), words = document.createElement('p');
      figure.className = 'photo';
      if (picture.tagName === 'IMG') { picture.alt = '正在上传的照片'; picture.src = URL.createObjectURL(one.blob); } else { picture.className = 'file'; picture.textContent = one.blob.name || '文件'; }
      bar.max = 100; bar.value = 0; bar.setAttribute('aria-label', '上传进度'); words.textContent = '等待上传';
      figure.append(picture, bar, words); list.appendChild(figure);
      one.figure = figure; one.bar = bar; one.words = words;
    }
    function shown(page) {
      var figure = document.createElement('figure'), picture = document.createElement('img'), remove = document.createElement('form'), field = document.createElement('input'), act = document.createElement('button');
      figure.className = 'photo'; picture.src = page.src; picture.alt = '已上传的照片';
      remove.method = 'post'; remove.action = page.remove;
      field.type = 'hidden'; field.name = 'csrfmiddlewaretoken'; field.value = token;
      act.className = 'link'; act.textContent = '删除';
      remove.append(field, act); figure.append(picture, remove);
      return figure;
    }
    function arrived(one, answer) {
      leave(one);
      one.figure.replaceWith.apply(one.figure, (answer.pages || [answer]).map(shown));
      look();
      box.dispatchEvent(new CustomEvent('arrived', { bubbles: true }));
    }
    function failed(one, words, hopeless) {
      one.state = hopeless ? 'refused' : 'failed';
      one.words.textContent = words;
      one.words.appendChild(hopeless ? button('去掉', function () { one.figure.remove(); look(); }) : button('重试', function () { one.state = ''; next(); }));
      if (hopeless) { one.figure.classList.add('refused'); leave(one); look(); } else { told.textContent = '有照片没有传上去，已经存在手机里，连上网会接着传。'; }
    }
    function next() {
      var one = queue.find(function (other) { return !other.state; });
      if (busy || !one) { return; }
      var body = new FormData(), ask = new XMLHttpRequest();
      busy = true; body.append('client_id', one.id); body.append('photo', one.blob, 'photo');
      ask.open('POST', box.dataset.url); ask.setRequestHeader('X-CSRFToken', token); ask.timeout = 180000;
      ask.upload.onprogress = function (event) { if (event.lengthComputable) { one.bar.value = event.loaded / event.total * 100; one.words.textContent = '正在上传'; } };
      ask.onload = function () {
        busy = false;
        var answer = {};
        try { answer = JSON.parse(ask.responseText); } catch (problem) { answer = {}; }
        if (ask.status === 201) { arrived(one, answer); } else if (ask.status >= 400 && ask.status < 500 && answer.title) { failed(one, answer.title, true); } else { failed(one, '没有传上去', false); }
        next();
      };
      ask.onerror = ask.ontimeout = function () { busy = false; failed(one, '网断了', false); next(); };
      ask.send(body);
    }
    function take(one) { queue.push(one); waiting.add(one); place(one); look(); }

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
    kept('readonly', function (photos) {
      var all = photos.getAll();
      all.onsuccess = function () { all.result.filter(function (one) { return one.draft === draft; }).forEach(take); next(); };
    });
  }
  openStore(function () { boxes.forEach(start); });
}());
