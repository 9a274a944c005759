/* One claim: counts down by the server's clock, then asks once, spread over the page's jitter. Plain ES2018. */
(function () {
  'use strict';
  var form = document.getElementById('claim'), button = form && form.querySelector('button');
  if (!button) { return; }
  var state = document.getElementById('state'), hint = document.getElementById('hint'), data = form.dataset;
  // performance.now() runs on though the phone's own clock is set wrong or changed.
  var ahead = Number(data.now) - performance.now(), opens = Number(data.opens || 0);
  var armed = false, busy = false, tries = 0, label = button.textContent, soon = opens > now();
  // A pass is good for half an hour. A page that waits longer fetches itself anew, each at a moment of its own.
  var renew = performance.now() + (15 + 10 * Math.random()) * 60000, kept = 'claim:' + location.pathname;
  function now() { return performance.now() + ahead; }
  function say(text) { hint.textContent = text; }
  function keep(on) { try { if (on) { sessionStorage.setItem(kept, '1'); } else { sessionStorage.removeItem(kept); } } catch (problem) { /* without storage one presses again */ } }
  function taken() { try { var on = sessionStorage.getItem(kept); keep(false); return Boolean(on); } catch (problem) { return false; } }
  function ready() { state.textContent = '正在报名'; button.disabled = false; button.textContent = label; }

  function send(more) {
    busy = true; button.disabled = true; say('正在提交，请稍候…');
    var body = Object.assign({ pass: form.elements.pass.value }, more);
    fetch('/gate/claim', { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
      .then(function (answer) { return answer.json(); }).then(heard, function () { heard({ answer: 'again', title: '网络不通，正在重试，不会重复占名额。' }); });
  }
  function heard(told) {
    if (told.claim) { say(told.title); location.href = data.tickets + told.claim + '/'; return; }
    if (told.answer === 'challenge') { say(told.title); window.eunionWork(told.challenge, told.bits).then(function (work) { send({ challenge: told.challenge, work: work }); }); return; }
    if (told.answer === 'early') { ahead = told.now - performance.now(); opens = told.opens_at; soon = armed = true; busy = false; tick(); return; }
    if (['again', 'busy', 'slower'].indexOf(told.answer) >= 0 && tries++ < 6) { say(told.title); setTimeout(send, 1000 + Math.random() * 2500); return; }
    busy = false; state.textContent = told.title; say(['expired', 'invalid'].indexOf(told.answer) >= 0 ? '' : '您可以稍后再来看看。');
    if (tries > 5) { ready(); }
  }
  function tick() {
    if (!soon || busy) { return; }
    var left = opens - now();
    if (left <= 0) {
      soon = false; ready(); say('');
      if (armed) { busy = true; button.disabled = true; say('到点了，正在提交…'); setTimeout(send, Math.random() * Number(data.jitter)); }
      return;
    }
    if (performance.now() > renew && left > 60000) { renew = Infinity; keep(armed); location.reload(); return; }
    var s = Math.ceil(left / 1000), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    state.textContent = '距开始 ' + (h ? h + ' 小时 ' : '') + (h || m ? m + ' 分 ' : '') + s % 60 + ' 秒';
    // The second's change itself is no news for screen readers.
    state.setAttribute('aria-live', 'off');
    button.textContent = armed ? '已定好，到点自动提交' : '到点自动帮我提交'; button.disabled = armed;
  }
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    if (busy) { return; }
    if (soon) { armed = true; say('请让这一页开着，到点会自动提交一次。'); tick(); return; }
    tries = 0; send();
  });
  if (taken() && soon) { armed = true; say('请让这一页开着，到点会自动提交一次。'); }
  tick();
  setInterval(tick, 250);
}());
