/* "离我最近": asks where the phone is and has the unions sorted by distance. Plain ES2018. */
(function () {
  'use strict';
  var button = document.getElementById('near'), note = document.getElementById('near-note'), weixin = window.weixin;
  if (!button || !weixin || !weixin.canLocate) { return; }
  button.hidden = false;
  button.addEventListener('click', function () {
    note.textContent = '正在定位…';
    button.disabled = true;
    weixin.place().then(function (at) {
      location.search = '?q=' + encodeURIComponent(document.getElementById('q').value) + '&lon=' + at[0].toFixed(5) + '&lat=' + at[1].toFixed(5);
    }, function () { note.textContent = '没有取得位置，请输入路名或单位名查找'; button.disabled = false; });
  });
}());
