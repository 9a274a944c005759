/* Stands in for WeChat's jweixin: the same names and answers, carried out by the virtual phone around the frame. */
(function () {
  'use strict';
  var waiting = {}, number = 0, state = '', onReady = [], onError = [], granted = [];
  var NAMES = ['updateAppMessageShareData', 'updateTimelineShareData', 'getLocation', 'chooseImage', 'getLocalImgData', 'openLocation', 'previewImage', 'closeWindow'];

  window.addEventListener('message', function (event) {
    var told = event.data || {};
    if (event.source !== window.parent || told.wx !== 'answer' || !waiting[told.id]) { return; }
    waiting[told.id](told.result); delete waiting[told.id];
  });
  function ask(call, options) {
    return new Promise(function (resolve) {
      number += 1; waiting[number] = resolve;
      window.parent.postMessage({ wx: 'ask', id: number, call: call, options: options }, '*');
    });
  }
  function run(list, value) { list.splice(0).forEach(function (act) { act(value); }); }
  function answer(options, result) {
    var fine = /:ok$/.test(result.errMsg), act = fine ? options.success : /:cancel$/.test(result.errMsg) ? options.cancel : options.fail;
    if (act) { act(result); }
    if (options.complete) { options.complete(result); }
  }
  var wx = {
    config: function (options) {
      ask('config', { appId: options.appId, timestamp: options.timestamp, nonceStr: options.nonceStr, signature: options.signature, url: location.href.split('#')[0] }).then(function (result) {
        state = result.errMsg;
        if (state === 'config:ok') { granted = options.jsApiList || []; run(onReady); } else { run(onError, result); }
      });
    },
    ready: function (act) { if (state === 'config:ok') { act(); } else { onReady.push(act); } },
    error: function (act) { if (state && state !== 'config:ok') { act({ errMsg: state }); } else { onError.push(act); } },
    checkJsApi: function (options) {
      var found = {};
      (options.jsApiList || []).forEach(function (name) { found[name] = NAMES.indexOf(name) >= 0; });
      answer(options, { errMsg: 'checkJsApi:ok', checkResult: found });
    }
  };
  NAMES.forEach(function (name) {
    wx[name] = function (options) {
      options = options || {};
      if (state !== 'config:ok' || granted.indexOf(name) < 0) { answer(options, { errMsg: name + ':the permission value is offline verifying' }); return; }
      var plain = {};
      Object.keys(options).forEach(function (key) { if (typeof options[key] !== 'function') { plain[key] = options[key]; } });
      ask(name, plain).then(function (result) { answer(options, result); });
    };
  });
  window.wx = window.jWeixin = wx;
  /* WeChat's own browser has this one without any SDK; the pay sheet opens by it. */
  window.WeixinJSBridge = { invoke: function (name, options, act) { ask(name, options).then(act); } };
  document.dispatchEvent(new Event('WeixinJSBridgeReady'));
}());
