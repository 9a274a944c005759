/* Sends an ID card's photo to be read and fills the two fields; without it people type. Plain ES2018. */
(function () {
  'use strict';
  var photo = document.getElementById('photo'), state = document.getElementById('photo-state'), broken = false;
  if (!photo) { return; }
  function say(text) { state.textContent = text; }
  function fill(id, value) { var field = document.getElementById(id); if (value && !field.value) { field.value = value; } }
  function wait(address, tries) {
    fetch(address, { headers: { Accept: 'application/json' } }).then(function (r) { return r.json(); }).then(function (found) {
      if (found.state === 'waiting' && tries > 0) { setTimeout(function () { wait(address, tries - 1); }, 800); return; }
      if (found.state === 'read') {
        fill('name', found.name); fill('id_number', found.id_number);
        say(found.name ? '已填好，请核对后提交。' : '已填身份证号，请补上姓名。');
      } else { say('没有认出来：请把身份证平放、光线亮一些再拍，或自己填写。'); }
    }).catch(function () { say('网络不太好，请再试一次，或自己填写。'); });
  }
  function send(file) {
    var data = new FormData();
    data.append('photo', file, file.name || 'photo.jpg');
    data.append('csrfmiddlewaretoken', document.querySelector('#person [name=csrfmiddlewaretoken]').value);
    say('正在识别，大约几秒钟…');
    fetch('/me/certify/photo/', { method: 'POST', body: data, headers: { Accept: 'application/json' } })
      .then(function (r) { return r.json(); })
      .then(function (answer) { if (answer.result) { wait(answer.result, 40); } else { say(answer.title); } })
      .catch(function () { say('照片没有传上去，请检查网络后再试，或自己填写。'); });
  }
  photo.addEventListener('change', function () {
    if (photo.files.length) { send(photo.files[0]); }
    photo.value = '';
  });
  /* Inside WeChat its own camera; once that has failed, the browser's way. */
  photo.addEventListener('click', function (event) {
    var weixin = window.weixin;
    if (!weixin || !weixin.inside || broken) { return; }
    event.preventDefault();
    weixin.photo().then(send, function (problem) {
      if (/cancel/.test((problem && problem.errMsg) || '')) { return; }
      broken = true;
      say('微信相机没有打开，请再点一次，从手机里选照片。');
    });
  });
}());
