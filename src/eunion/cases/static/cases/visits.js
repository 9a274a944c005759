/* Home visits: whatever is written down, photographed or signed stays on the phone (IndexedDB) until the platform has it.
   Each record and each picture has an id of its own: sending it again is the same. ES2018. */
(function () {
  'use strict';
  var root = document.querySelector('[data-visits]'), me = root.dataset.user, store = null, busy = false, again = false;
  var net = document.getElementById('net'), list = document.getElementById('waiting');
  var FIELDS = ['visited_on', 'person', 'relation', 'agrees', 'seen', 'position'];

  function newId() {
    if (window.crypto.randomUUID) { return window.crypto.randomUUID(); }
    var bytes = Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
    return bytes.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  function token() { return (document.cookie.match(/eunion_csrf=([^;]+)/) || ['', ''])[1]; }
  function made(tag, words, kind) { var one = document.createElement(tag); one.textContent = words || ''; if (kind) { one.className = kind; } return one; }

  /* The phone's own store. */
  function open() {
    return new Promise(function (then, fail) {
      var asked = window.indexedDB.open('hardship-visits', 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore('records', { keyPath: 'case' }); };
      asked.onsuccess = function () { then(asked.result); };
      asked.onerror = function () { fail(asked.error); };
    });
  }
  function act(mode, doing) {
    return new Promise(function (then, fail) {
      var turn = store.transaction('records', mode), asked = doing(turn.objectStore('records'));
      turn.oncomplete = function () { then(asked.result); };
      turn.onerror = turn.onabort = function () { fail(turn.error); };
    });
  }
  function all() { return act('readonly', function (records) { return records.getAll(); }).then(function (rows) { return rows.filter(function (one) { return one.user === me; }); }); }
  function put(one) { return act('readwrite', function (records) { return records.put(one); }); }
  function drop(one) { return act('readwrite', function (records) { return records.delete(one.case); }); }

  /* One household's form. */
  function visit(card) {
    var form = card.querySelector('form'), told = form.querySelector('[role=status]'), photos = form.querySelector('.photos'), pick = form.querySelector('input[type=file]');
    var one = { id: newId(), case: card.dataset.case, user: me, name: card.dataset.name, fields: {}, photos: [], signature: null, state: 'writing', problem: '' };
    function field(name) { return form.elements[name]; }
    function read() { FIELDS.forEach(function (name) { one.fields[name] = field(name).value || ''; }); }
    function keep() {
      read();
      return put(one).then(function () { told.textContent = '已存在手机里。'; }, function () { told.textContent = '手机空间不够，没有存下，请不要关掉这一页。'; });
    }
    function show() {
      photos.textContent = '';
      one.photos.forEach(function (photo) {
        var figure = made('figure', '', 'photo'), picture = made('img'), remove = made('button', '删除', 'link');
        picture.src = URL.createObjectURL(photo.blob); picture.alt = '走访照片'; remove.type = 'button';
        remove.addEventListener('click', function () { one.photos = one.photos.filter(function (other) { return other !== photo; }); show(); keep(); });
        figure.append(picture, remove); photos.append(figure);
      });
      form.querySelector('label.pick').hidden = one.photos.length >= 6;
      form.querySelector('[data-signed]').hidden = !one.signature;
    }
    function fill(kept) {
      one = kept;
      FIELDS.forEach(function (name) { field(name).value = one.fields[name] || ''; });
      where(); show();
      card.open = one.state === 'writing';
      if (one.problem) { told.textContent = one.problem; }
    }
    function where() { form.querySelector('[data-where]').textContent = field('position').value ? '已记下：' + field('position').value : '还没有记'; }
    var pad = window.eunionPad(form.querySelector('canvas'), function (enough, lifted) {
      if (enough && lifted) { pad.take(function (picture) { one.signature = { id: newId(), blob: picture }; show(); keep(); }); }
    });
    form.querySelector('[data-clear]').addEventListener('click', function () { pad.clear(); one.signature = null; show(); keep(); });
    form.addEventListener('input', function (event) { if (event.target.type !== 'file') { keep(); } });
    pick.addEventListener('change', function () {
      Array.from(pick.files).slice(0, 6 - one.photos.length).forEach(function (file) { one.photos.push({ id: newId(), blob: file }); });
      pick.value = ''; show(); keep();
    });
    form.querySelector('[data-position]').addEventListener('click', function () {
      var said = form.querySelector('[data-where]');
      if (!navigator.geolocation) { said.textContent = '这个浏览器不能定位。'; return; }
      said.textContent = '正在定位…';
      navigator.geolocation.getCurrentPosition(function (found) {
        var at = found.coords;
        field('position').value = at.longitude.toFixed(5) + ',' + at.latitude.toFixed(5) + '，误差 ' + Math.round(at.accuracy) + ' 米';
        where(); keep();
      }, function () { said.textContent = '没有定到位置，请允许定位后再点一次，也可以不记。'; }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
    });
    form.addEventListener('submit', function (event) {
      event.preventDefault(); read();
      var missing = [['visited_on', '走访日期'], ['person', '见到的人'], ['agrees', '是否一致'], ['seen', '走访情况']].filter(function (each) { return !one.fields[each[0]].trim(); }).map(function (each) { return each[1]; });
      if (!one.photos.length) { missing.push('走访照片'); }
      if (!one.signature) { missing.push('签名'); }
      if (missing.length) { told.textContent = '还缺：' + missing.join('、') + '。已填的都在。'; return; }
      one.state = 'ready'; one.problem = '';
      put(one).then(function () { card.open = false; list.scrollIntoView({ block: 'center' }); return sync(); });
    });
    card.addEventListener('again', function (event) { fill(event.detail); card.open = true; card.scrollIntoView(); });
    return fill;
  }

  /* Sending what is ready. */
  function post(address, parts) {
    var body = new FormData();
    Object.keys(parts).forEach(function (name) {
      if (parts[name] instanceof Blob) { body.append(name, parts[name], 'photo'); } else { body.append(name, parts[name]); }
    });
    return fetch(address, { method: 'POST', body: body, credentials: 'same-origin', headers: { 'X-CSRFToken': token() } }).then(function (answer) {
      if (answer.status === 201) { return; }
      if (answer.redirected || !/json/.test(answer.headers.get('Content-Type') || '')) {
        throw answer.status >= 500 ? { away: true } : { title: answer.status === 404 ? '这户已经不在您的走访名单里。' : '请重新登录，记录还在手机里，登录以后会自动上传。' };
      }
      return answer.json().then(function (problem) { throw { title: problem.title || '没有交上去，请再试一次。' }; });
    }, function () { throw { away: true }; });
  }
  function send(one) {
    var base = root.dataset.visits + one.case + '/', papers = one.photos.map(function (photo) { return ['visit_photo', photo]; }).concat([['visit_signature', one.signature]]);
    return papers.reduce(function (before, paper) {
      return before.then(function () {
        if (paper[1].sent) { return; }
        return post(base + 'papers/' + paper[0] + '/', { client_id: paper[1].id, photo: paper[1].blob }).then(function () { paper[1].sent = true; return put(one); });
      });
    }, Promise.resolve()).then(function () {
      return post(base, Object.assign({ client_id: one.id }, one.fields));
    }).then(function () {
      var card = document.querySelector('[data-case="' + one.case + '"]');
      if (card) { card.remove(); }
      said(one.name + '的走访已经交上去了。');
      return drop(one);
    });
  }
  function said(words) { document.getElementById('said').textContent = words; }
  function sync() {
    if (busy) { again = true; return Promise.resolve(); }
    busy = true; again = false;
    return all().then(function (rows) {
      return rows.filter(function (one) { return one.state === 'ready' && !one.problem; }).reduce(function (before, one) {
        return before.then(function () {
          return send(one).catch(function (problem) {
            if (problem.away) { online(false); return; }
            online(true); one.problem = problem.title || '没有交上去，请再试一次。'; return put(one);
          });
        });
      }, Promise.resolve());
    }).then(function () { busy = false; return draw(); }).then(function () { if (again) { return sync(); } });
  }
  function online(yes) { net.hidden = yes; }
  function draw() {
    return all().then(function (rows) {
      var ready = rows.filter(function (one) { return one.state === 'ready'; });
      list.textContent = '';
      list.parentNode.hidden = !ready.length;
      ready.forEach(function (one) {
        var row = made('li', '', 'row'), card = document.querySelector('[data-case="' + one.case + '"]');
        row.append(made('h3', one.name), made('p', one.problem || '等着上传，' + one.photos.length + ' 张照片和签名都存在手机里'));
        if (one.problem) {
          var acts = made('p', '', 'act'), retry = made('button', '再传一次', 'button plain'), change = made('button', card ? '改一改' : '从手机里删除', 'button plain');
          retry.type = change.type = 'button';
          retry.addEventListener('click', function () { one.problem = ''; put(one).then(sync); });
          change.addEventListener('click', function () {
            if (card) { one.state = 'writing'; put(one).then(function () { card.dispatchEvent(new CustomEvent('again', { detail: one })); draw(); }); return; }
            if (window.confirm('删除以后找不回来，确定吗？')) { drop(one).then(draw); }
          });
          acts.append(retry, change); row.append(acts);
        }
        list.append(row);
      });
    });
  }

  open().then(function (opened) {
    store = opened;
    var fills = {};
    document.querySelectorAll('[data-case]').forEach(function (card) { fills[card.dataset.case] = visit(card); });
    return all().then(function (rows) { rows.forEach(function (one) { if (fills[one.case]) { fills[one.case](one); } }); }).then(draw).then(sync);
  }).catch(function () { said('这个浏览器不能在手机里存东西，没有网的时候不能用，请换微信或手机自带浏览器打开。'); });

  document.getElementById('send').addEventListener('click', sync);
  window.addEventListener('online', function () { online(true); sync(); });
  window.addEventListener('offline', function () { online(false); });
  document.addEventListener('visibilitychange', function () { if (!document.hidden && store) { sync(); } });
  online(navigator.onLine);

  /* The page itself is kept too. */
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(root.dataset.worker).then(function () { return navigator.serviceWorker.ready; }).then(function (kept) {
      var assets = Array.from(document.querySelectorAll('link[rel=stylesheet], script[src]')).map(function (one) { return one.href || one.src; });
      kept.active.postMessage({ assets: assets });
      document.getElementById('kept').hidden = false;
    }).catch(function () { /* without it the page needs a connection to open; what was typed is kept all the same */ });
  }
}());
