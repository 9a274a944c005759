/* What WeChat does for pages in its browser, on the virtual phone: checks, share cards, the place, photos. Plain ES2018. */
(function () {
  'use strict';
  window.weixinBrowser = function (phone) {
    var frame = phone.frame, card = null, photos = {}, make = phone.make;
    var sheet = make('div', 'sheet-over'), menu = phone.menu, file = make('input');
    file.type = 'file'; file.accept = 'image/*'; file.hidden = true; file.setAttribute('aria-label', '手机相册');
    sheet.hidden = true;
    phone.web.appendChild(sheet); phone.web.appendChild(file);

    function close() { sheet.hidden = true; sheet.textContent = ''; }
    function button(words, act, kind) { var node = make('button', kind || '', words); node.addEventListener('click', act); return node; }
    function open(nodes) {
      var box = make('div', 'sheet-box');
      sheet.textContent = '';
      nodes.forEach(function (node) { box.appendChild(node); });
      sheet.appendChild(box); sheet.hidden = false;
      box.querySelector('button').focus();
    }
    function shown(found) {
      var box = make('div', 'share-card'), words = make('div', 'two', found.title), picture;
      words.appendChild(make('small', '', found.desc || ''));
      box.appendChild(words);
      if (found.imgUrl) { picture = make('img'); picture.src = found.imgUrl; picture.alt = ''; box.appendChild(picture); }
      return box;
    }
    function send() {
      var group = phone.groups()[0];
      fetch('/_sandbox/share', { method: 'POST', body: JSON.stringify(Object.assign({ person: phone.as, group: group.id }, card)) }).then(function () {
        open([make('p', '', '已发到“' + group.name + '”'), button('好', close, 'go')]);
      });
    }
    menu.addEventListener('click', function () {
      if (!card) { open([make('p', '', '这个页面没有设置分享卡片，会以网址分享。'), button('知道了', close, 'go')]); return; }
      var group = phone.groups()[0];
      open([make('p', '', '发送给朋友'), shown(card)].concat(group ? [button('发到“' + group.name + '”', send, 'go')] : [], [button('取消', close)]));
    });

    function choose(options) {
      return new Promise(function (resolve) {
        function cancelled() { close(); resolve({ errMsg: 'chooseImage:cancel' }); }
        file.onchange = function () {
          var id = 'weixin://resourceid/' + Object.keys(photos).length, reader = new FileReader(), picked = file.files[0];
          close(); file.value = '';
          reader.onload = function () { photos[id] = reader.result; resolve({ errMsg: 'chooseImage:ok', localIds: [id], sourceType: 'album' }); };
          reader.readAsDataURL(picked);
        };
        open([make('p', '', '“工会”想使用你的相册和相机'), button('从手机相册选择', function () { file.click(); }, 'go'), button('取消', cancelled)]);
      });
    }
    function locate() {
      return new Promise(function (resolve) {
        var at = phone.place();
        open([make('p', '', '“工会”申请获取你的位置'),
          button('允许', function () { close(); resolve(at ? { errMsg: 'getLocation:ok', longitude: at[0], latitude: at[1], accuracy: 30, speed: 0 } : { errMsg: 'getLocation:fail' }); }, 'go'),
          button('不允许', function () { close(); resolve({ errMsg: 'getLocation:cancel' }); })]);
      });
    }
    /* The pay sheet; a box asks for no password. What it says is checked like WeChat does, by the merchant's signature. */
    function pay(options) {
      return fetch('/_sandbox/pay/sheet', { method: 'POST', body: JSON.stringify(options) }).then(function (r) { return r.json(); }).then(function (found) {
        if (!found.amount) { return { err_msg: 'get_brand_wcpay_request:fail' }; }
        return new Promise(function (resolve) {
          function end(outcome) {
            close();
            fetch('/_sandbox/pay', { method: 'POST', body: JSON.stringify({ prepay_id: found.prepay_id, outcome: outcome }) }).then(function (r) { return r.json(); }).then(resolve);
          }
          var amount = make('p', 'amount', '¥' + (found.amount / 100).toFixed(2));
          open([make('p', '', found.description), amount, make('p', '', '沙盒支付，不需要密码，不扣钱'), button('支付', function () { end('ok'); }, 'go'), button('取消支付', function () { end('cancel'); })]);
        });
      });
    }
    var calls = {
      getBrandWCPayRequest: pay,
      config: function (options) { card = null; return fetch('/_sandbox/jssdk?' + new URLSearchParams(options)).then(function (r) { return r.json(); }); },
      updateAppMessageShareData: function (options) { card = options; return Promise.resolve({ errMsg: 'updateAppMessageShareData:ok' }); },
      updateTimelineShareData: function () { return Promise.resolve({ errMsg: 'updateTimelineShareData:ok' }); },
      getLocation: locate,
      chooseImage: choose,
      getLocalImgData: function (options) { var data = photos[options.localId]; return Promise.resolve(data ? { errMsg: 'getLocalImgData:ok', localData: data } : { errMsg: 'getLocalImgData:fail' }); },
      closeWindow: function () { phone.close(); return Promise.resolve({ errMsg: 'closeWindow:ok' }); }
    };
    window.addEventListener('message', function (event) {
      var told = event.data || {};
      if (event.source !== frame.contentWindow || told.wx !== 'ask' || !calls[told.call]) { return; }
      calls[told.call](told.options || {}).then(function (result) {
        // Whoever left the page meanwhile waits for no answer.
        if (event.source) { event.source.postMessage({ wx: 'answer', id: told.id, result: result }, event.origin); }
      });
    });
    frame.addEventListener('load', function () { close(); });
    return { leave: function () { card = null; close(); } };
  };
}());
