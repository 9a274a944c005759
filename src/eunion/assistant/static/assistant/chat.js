// The chat works without this file; it shows the question at once, keeps the newest line in view and tells the place
// where the person asks for it.
(function () {
  'use strict';
  var talk = document.getElementById('talk');
  function newest() {
    var turns = talk.querySelectorAll('.talk .q');
    if (turns.length) turns[turns.length - 1].scrollIntoView({ block: 'start' });
  }
  function offerPlace() {
    var button = talk.querySelector('[data-place]');
    if (!button || !navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      button.textContent = '正在定位…';
      navigator.geolocation.getCurrentPosition(function (found) {
        var form = talk.querySelector('[data-ask]');
        form.lon.value = found.coords.longitude;
        form.lat.value = found.coords.latitude;
        form.question.value = '离我最近的工会在哪里';
        form.requestSubmit ? form.requestSubmit() : form.submit();
      }, function () { button.textContent = '没有定位到，请写上街道或单位名称再问'; }, { timeout: 10000 });
    });
  }
  // As the server blots out: identity cards and bank cards, with or without blanks between.
  var NUMBERS = /\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?!\d)|(?:\d{4}[\s-]?){3,4}\d{3,7}(?!\d)/g;
  function masked(text) { return text.replace(NUMBERS, '＊＊＊'); }
  function hint(field) {
    var line = talk.querySelector('[data-hint]');
    var most = Number(field.dataset.most);
    var said = '';
    if (masked(field.value) !== field.value) said = '您写了身份证号或银行卡号，请删掉。问问题用不着它，没删的会换成＊＊＊再发出去。';
    else if (field.value.trim().length > most) said = '已写 ' + field.value.trim().length + ' 字，一次最多 ' + most + ' 字，请删短一些或分几次问。';
    if (line.textContent !== said) line.textContent = said;
  }
  function failed(event) {
    var status = event.detail.xhr ? event.detail.xhr.status : 0;
    var form = talk.querySelector('[data-ask]');
    var line = talk.querySelector('.alert') || document.createElement('p');
    line.className = 'alert';
    line.setAttribute('role', 'alert');
    line.textContent = status === 413 ? '写得太长，没有发出去。请删短一些再发，您写的内容还在。' : '没有发出去，您写的内容还在，请过一会儿再点“问”。急事可拨打 12351。';
    form.parentNode.insertBefore(line, form);
    talk.querySelectorAll('.q.pending').forEach(function (one) { one.remove(); });
  }
  talk.addEventListener('input', function (event) { if (event.target.id === 'question') hint(event.target); });
  talk.addEventListener('htmx:configRequest', function (event) {
    var sent = event.detail.parameters;
    if (sent.question) sent.question = masked(sent.question);
  });
  ['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (name) {
    talk.addEventListener(name, function (event) {
      if (event.detail.requestConfig && event.detail.requestConfig.verb === 'get') return;
      failed(event);
    });
  });
  talk.addEventListener('htmx:beforeRequest', function (event) {
    var form = event.target.closest('form');
    var asked = form && form.querySelector('[name=question]');
    if (!asked || !asked.value.trim()) return;
    var line = document.createElement('p');
    line.className = 'q pending';
    line.textContent = masked(asked.value);
    talk.querySelector('.talk').appendChild(line);
    talk.querySelector('[data-hint]').textContent = '';
    document.getElementById('checking').scrollIntoView({ block: 'center' });
  });
  talk.addEventListener('htmx:afterSettle', function (event) {
    if (event.detail.requestConfig && event.detail.requestConfig.verb === 'get') return;
    offerPlace();
    newest();
    var field = document.getElementById('question');
    if (field && window.matchMedia('(pointer: fine)').matches) field.focus();
  });
  offerPlace();
  newest();
}());
