// The live board: figures by server-sent events, a countdown by the server's clock, a calm voice for screen readers.
(function () {
  'use strict';
  var root = document.getElementById('board'), start = JSON.parse(document.getElementById('now').textContent);
  var lost = document.getElementById('lost'), state = document.getElementById('rush-state'), voice = document.getElementById('voice');
  var figures = start, ahead = start.now - Date.now(), heard = Date.now(), spoken = 0, source = null, ended = start.ended;
  var lottery = root.dataset.mode === 'lottery';

  function put(id, value) { var element = document.getElementById(id); if (element.textContent !== String(value)) { element.textContent = value; } }
  function clock(ms) {
    var seconds = Math.max(Math.round(ms / 1000), 0), days = Math.floor(seconds / 86400);
    var rest = new Date((seconds % 86400) * 1000).toISOString().slice(11, 19);
    return (days ? days + ' 天 ' : '') + rest;
  }
  function spark(pace) {
    var most = Math.max.apply(null, pace.concat([1])), step = 240 / Math.max(pace.length - 1, 1);
    document.getElementById('spark').setAttribute('points', pace.map(function (one, place) {
      return (place * step).toFixed(1) + ',' + (58 - one / most * 54).toFixed(1);
    }).join(' '));
    put('pace-most', '最近两分钟，最高每秒 ' + most + ' 次');
  }
  function show() {
    put('left', lottery ? figures.arrivals : figures.left);
    put('taken', figures.taken);
    put('quota', figures.quota);
    put('waiting', figures.waiting);
    put('asked', figures.asked);
    put('pace', figures.pace.length ? figures.pace[figures.pace.length - 1] : 0);
    document.getElementById('bar').style.width = (figures.quota ? figures.taken / figures.quota * 100 : 0) + '%';
    if (figures.pace.length) { spark(figures.pace); }
    var list = document.getElementById('refused');
    list.replaceChildren();
    figures.refused.forEach(function (pair) {
      var item = document.createElement('li'), count = document.createElement('b');
      count.textContent = pair[1]; item.append(pair[0], count); list.append(item);
    });
    if (!figures.refused.length) { var none = document.createElement('li'); none.textContent = '还没有'; list.append(none); }
  }
  function tick() {
    var now = Date.now() + ahead, words;
    if (ended) { words = '报名已结束'; }
    else if (figures.opens && now < figures.opens) { words = '距开始 ' + clock(figures.opens - now); }
    else { words = (lottery ? '正在登记' : figures.left ? '正在报名' : '名额已抢完') + '，距截止 ' + clock(figures.closes - now); }
    put('rush-state', words);
    lost.hidden = ended || Date.now() - heard < 5000;
  }
  // Once in twenty seconds is enough to follow by ear.
  function speak(force) {
    if (!force && Date.now() - spoken < 20000) { return; }
    spoken = Date.now();
    voice.textContent = (lottery ? '已登记 ' + figures.arrivals + ' 人。' : '已占 ' + figures.taken + ' 个，还剩 ' + figures.left + ' 个，候补 ' + figures.waiting + ' 人。') + (ended ? '报名已结束。' : '');
  }
  function take(event) {
    figures = JSON.parse(event.data);
    heard = Date.now();
    ahead = figures.now - heard;
    show(); tick(); speak(false);
  }
  function connect() {
    source = new EventSource(root.dataset.stream);
    source.addEventListener('figures', take);
    source.addEventListener('end', function (event) { ended = true; source.close(); take(event); speak(true); });
    source.addEventListener('gone', function () { source.close(); clearInterval(timer); lost.hidden = false; lost.textContent = '您已退出登录，或不再有权限看这一页。请重新登录。'; });
    // The browser comes back by itself after a lost connection, but not after a refusal: try that again, slowly.
    source.onerror = function () { if (source.readyState === 2 && !ended) { setTimeout(connect, 5000); } };
  }
  var timer = setInterval(tick, 1000);
  show(); tick(); speak(true);
  if (!ended) { connect(); }
  document.getElementById('whole').addEventListener('click', function () { if (document.fullscreenElement) { document.exitFullscreen(); } else { root.requestFullscreen(); } });
}());
