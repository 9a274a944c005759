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
  talk.addEventListener('htmx:beforeRequest', function (event) {
    var form = event.target.closest('form');
    var asked = form && form.querySelector('[name=question]');
    if (!asked || !asked.value.trim()) return;
    var line = document.createElement('p');
    line.className = 'q';
    line.textContent = asked.value;
    talk.querySelector('.talk').appendChild(line);
    line.scrollIntoView({ block: 'nearest' });
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
