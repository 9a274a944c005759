/* The entrance: asks the server, or the list of the last ten minutes while the network is away. */
(function () {
  'use strict';
  var link = location.hash.slice(1), list = null, queue = [], last = null, tried = false, detector = null, stream = null;
  function $(id) { return document.getElementById(id); }
  function kept() { return 'check-' + link.slice(0, 12); }
  function text(id, words) { $(id).textContent = words || ''; }
  function save() { try { localStorage.setItem(kept(), JSON.stringify(queue)); } catch (full) { /* a private window keeps it on the page */ } waiting(); }
  function uuid() { var b = crypto.getRandomValues(new Uint8Array(16)), s = ''; b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128; b.forEach(function (n, i) { s += (n + 256).toString(16).slice(1) + (/^(3|5|7|9)$/.test(i) ? '-' : ''); }); return s; }
  function post(path, body) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, 6000);
    body.link = link;
    return fetch('/check/' + path + '/', { method: 'POST', credentials: 'omit', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal: stop.signal })
      .then(function (answer) {
        return answer.json().catch(function () { throw { away: true }; }).then(function (said) {
          if (answer.status >= 500) { throw { away: true }; }
          if (!answer.ok) { throw { title: said.title, status: answer.status }; }
          return said;
        });
      }, function () { throw { away: true }; })
      .then(function (said) { clearTimeout(timer); online(true); return said; }, function (problem) { clearTimeout(timer); if (problem.away) { online(false); } throw problem; });
  }
  function online(yes) {
    var left = list ? Math.max(0, Math.ceil((list.until * 1000 - Date.now()) / 60000)) : 0;
    $('net').hidden = yes;
    text('net', left ? '网络断了，还能用手机里的名单验 ' + left + ' 分钟。' : '网络断了，名单已过期，请等网络恢复。');
  }
  function count(said) { if (said.places !== undefined) { text('came', said.came); text('places', said.places); } }
  function tell(said) {
    var box = $('result'), good = said.kind === 'ok';
    last = said; box.hidden = false;
    box.className = 'result ' + (good ? 'ok' : said.kind === 'already' || said.kind === 'expired' ? 'warn' : 'bad');
    text('said', said.title);
    text('who', said.name ? said.number + ' 号 ' + said.name + (said.tail ? '，手机尾号 ' + said.tail : '') : '');
    text('why', (said.at && !good ? '上次：' + said.at + (said.by ? '，' + said.by : '') : '') + (said.note || '') + (good && said.left ? '还可用 ' + said.left + ' 次' : ''));
    $('undo').hidden = !(good && said.act); $('again').hidden = !(said.kind === 'already' && said.left);
    box.focus({ preventScroll: false });
    if (navigator.vibrate) { navigator.vibrate(good ? 80 : [120, 80, 120]); }
  }
  function wrong(problem) { tell({ kind: 'bad', title: problem.title || '没有成功，请再试一次' }); }
  function note(id, used) { list.holders.forEach(function (one) { if (one.id === id) { one.used = used === undefined ? one.used + 1 : used; } }); draw(); }
  function act(body) {
    body.act = body.act || uuid();
    return post('act', body).then(function (said) {
      said.act = body.act; said.asked = body; count(said);
      if (said.kind === 'ok') { note(said.claim); }
      tell(said);
    }, function (problem) { if (!problem.away) { return wrong(problem); } return away(body); });
  }
  function away(body) {
    if (!list || Date.now() > list.until * 1000) { return wrong({ title: '网络断了，名单已过期' }); }
    if (body.again) { return wrong({ title: '断网时不能再用一次' }); }
    return place(body).then(function (at) {
      var one = at === undefined ? null : list.holders[at];
      if (!one) { return tell({ kind: 'unknown', title: '名单里没有这个码', note: '可能是新报名或已过期，请等网络恢复。' }); }
      if (one.used) { return tell({ kind: 'already', title: '已经验过了', name: one.name, number: one.number, tail: one.tail }); }
      queue.push({ act: body.act, claim: one.id, at: Date.now() / 1000, list: list.list, name: one.number + ' 号 ' + one.name });
      save(); note(one.id); text('came', Number($('came').textContent) + 1);
      tell({ kind: 'ok', title: '可以入场', name: one.name, number: one.number, tail: one.tail, note: '断网验票，联网后上传' });
    });
  }
  function place(body) {
    if (body.claim) { return Promise.resolve(list.holders.findIndex(function (one) { return one.id === body.claim; })); }
    if (!crypto.subtle) { return Promise.resolve(undefined); }
    return crypto.subtle.digest('SHA-256', new TextEncoder().encode(list.salt + body.text.replace(/\s/g, ''))).then(function (hash) {
      return list.codes[Array.from(new Uint8Array(hash).slice(0, 4), function (n) { return (n + 256).toString(16).slice(1); }).join('')];
    });
  }
  function waiting() { $('waiting').hidden = !queue.length; text('waiting-count', queue.length); }
  function sync() {
    if (!queue.length) { return Promise.resolve(); }
    var one = queue[0];
    return post('act', { act: one.act, claim: one.claim, at: one.at, list: one.list }).then(function (said) {
      if (said.kind !== 'ok') { conflict(one, said.title + (said.at ? '（' + said.at + ' ' + (said.by || '') + '）' : '')); }
      count(said); queue.shift(); save(); return sync();
    }, function (problem) { if (problem.away || problem.status === 403) { return; } conflict(one, problem.title); queue.shift(); save(); return sync(); });
  }
  function conflict(one, why) { var row = document.createElement('li'); row.textContent = one.name + '：' + why; $('conflict-list').appendChild(row); $('conflicts').hidden = false; }
  function draw() {
    var word = $('find').value.trim(), rows = $('holders'), some = list.holders.filter(function (one) { return !word || String(one.number) === word || one.tail === word || one.name.indexOf(word) === 0; });
    rows.textContent = '';
    some.slice(0, word ? 30 : 100).forEach(function (one) {
      var row = document.createElement('li'), name = document.createElement('span'), end;
      name.textContent = one.number + ' 号 ' + one.name + ' · 尾号 ' + one.tail;
      if (one.used) { end = document.createElement('span'); end.className = 'done'; end.textContent = '已到' + (one.uses > 1 ? ' ' + one.used + '/' + one.uses + ' 次' : ''); } else { end = document.createElement('button'); end.textContent = '到了'; end.setAttribute('aria-label', one.number + ' 号 ' + one.name + ' 到了'); end.onclick = function () { end.disabled = true; act({ claim: one.id }); }; }
      row.append(name, end); rows.appendChild(row);
    });
    $('none').hidden = Boolean(some.length);
  }
  function refresh() {
    return sync().then(function () { return post('list', {}); }).then(function (said) {
      list = said; queue.forEach(function (one) { list.holders.forEach(function (holder) { if (holder.id === one.claim) { holder.used = 1; } }); });
      count(said); text('title', said.title); text('about', [said.when, said.place, said.label].filter(Boolean).join(' · '));
      $('check').hidden = false; $('closed').hidden = true; draw();
    }, function (problem) {
      if (problem.away && list) { return; }
      $('check').hidden = true; $('closed').hidden = false;
      text('closed-why', problem.away ? '没有连上网络，请稍后刷新。' : problem.title);
    });
  }
  function look() {
    if (!stream) { return; }
    detector.detect($('camera')).then(function (codes) {
      var seen = codes.length ? codes[0].rawValue : '';
      if (!seen || seen === tried) { return setTimeout(look, 250); }
      tried = seen; setTimeout(function () { tried = ''; }, 4000);
      act({ text: seen }).then(function () { setTimeout(look, 1200); });
    }, function () { setTimeout(look, 500); });
  }
  function close() { if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); } stream = null; $('camera').hidden = $('stop').hidden = true; $('scan').hidden = false; }
  $('scan').onclick = function () {
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(function (got) { stream = got; $('camera').srcObject = got; $('camera').hidden = $('stop').hidden = false; $('scan').hidden = true; $('camera').play(); look(); }, function () { wrong({ title: '打不开相机，请输入票号' }); });
  };
  $('stop').onclick = close;
  $('typed').onsubmit = function (event) { event.preventDefault(); var words = $('text').value.trim(); if (!words) { $('text').focus(); return; } act({ text: words }).then(function () { $('text').value = ''; }); };
  $('find').oninput = function () { if (list) { draw(); } };
  $('undo').onclick = function () { var was = last; $('undo').disabled = true; post('undo', { act: was.act }).then(function (said) { count(said); note(was.claim, 0); tell({ kind: 'expired', title: '已撤销', name: was.name, number: was.number }); }, wrong).then(function () { $('undo').disabled = false; }); };
  $('again').onclick = function () { var asked = last.asked; act(asked.claim ? { claim: asked.claim, again: true } : { claim: last.claim, again: true }); };
  if (window.BarcodeDetector && navigator.mediaDevices) { window.BarcodeDetector.getSupportedFormats().then(function (some) { if (some.indexOf('qr_code') >= 0) { detector = new window.BarcodeDetector({ formats: ['qr_code'] }); $('scan').hidden = false; } }); }
  try { queue = JSON.parse(localStorage.getItem(kept()) || '[]'); } catch (broken) { queue = []; }
  waiting();
  window.addEventListener('online', refresh);
  window.addEventListener('offline', function () { online(false); });
  setInterval(refresh, 60000);
  if (link) { refresh(); } else { text('closed-why', '链接不完整，请从工作人员发的链接或二维码打开。'); }
}());
