/* Opens WeChat's pay sheet; what was paid is learned from WeChat, so the page only looks again. */
(function () {
  'use strict';
  var button = document.getElementById('pay'), told = document.getElementById('told');
  function pay(sheet) {
    if (!window.WeixinJSBridge) { told.textContent = '请在微信里打开本页再付款。'; button.disabled = false; return; }
    window.WeixinJSBridge.invoke('getBrandWCPayRequest', sheet, function (answer) {
      if (answer.err_msg === 'get_brand_wcpay_request:ok') { told.textContent = '已付款，正在确认…'; setTimeout(function () { location.reload(); }, 2000); } else { told.textContent = '没有付款，名额还为您留着。'; button.disabled = false; }
    });
  }
  button.addEventListener('click', function () {
    button.disabled = true; told.textContent = '正在打开微信支付…';
    fetch(button.dataset.url, { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': button.dataset.token, Accept: 'application/json' } })
      .then(function (answer) { return answer.json().then(function (body) { if (!answer.ok) { throw new Error(body.title); } pay(body); }); })
      .catch(function (problem) { told.textContent = problem.message || '没有连上，请再试一次。'; button.disabled = false; });
  });
}());
