/* Inside WeChat: share cards, place and camera by the JS-SDK; elsewhere what the browser offers. Plain ES2018. */
(function () {
  'use strict';
  var here = document.currentScript, sdk = here.dataset.sdk, library = null, loading = null;
  // The demo's virtual phone is a frame in a desktop browser: it stands in for WeChat.
  var boxed = here.dataset.box === '1' && window.parent !== window;
  var inside = Boolean(sdk) && (/MicroMessenger/i.test(navigator.userAgent) || boxed);
  var CALLS = ['updateAppMessageShareData', 'updateTimelineShareData', 'getLocation', 'chooseImage', 'getLocalImgData'];

  function script(address) {
    return new Promise(function (resolve, reject) {
      var node = document.createElement('script');
      node.src = address; node.onload = resolve; node.onerror = function () { reject(new Error('sdk')); };
      document.head.appendChild(node);
    });
  }
  function load() { library = library || script(sdk); return library; }
  /* Loads the SDK and has this address signed, once a page. */
  function ready() {
    loading = loading || load().then(function () {
      return fetch(here.dataset.sign + '?url=' + encodeURIComponent(location.href.split('#')[0]));
    }).then(function (answer) {
      if (!answer.ok) { throw new Error('sign'); }
      return answer.json();
    }).then(function (signed) {
      return new Promise(function (resolve, reject) {
        var wx = window.wx;
        wx.ready(function () { resolve(wx); });
        wx.error(function (problem) { reject(new Error(problem.errMsg)); });
        wx.config(Object.assign({ debug: false, jsApiList: CALLS }, signed));
      });
    });
    return loading;
  }
  /* Calls the SDK; what the person cancels is rejected like what fails. */
  function call(name, options) {
    return ready().then(function (wx) {
      return new Promise(function (resolve, reject) {
        wx[name](Object.assign({}, options, { success: resolve, fail: reject, cancel: reject }));
      });
    });
  }
  function meta(name) { var node = document.querySelector('meta[property="og:' + name + '"]'); return node ? node.content : ''; }

  function share() {
    var card = { title: meta('title'), desc: meta('description'), link: meta('url'), imgUrl: meta('image') };
    if (!inside || !card.title || !card.link) { return; }
    call('updateAppMessageShareData', card).catch(function () { /* WeChat then shares the bare address */ });
    call('updateTimelineShareData', { title: card.title, link: card.link, imgUrl: card.imgUrl }).catch(function () {});
  }
  function byBrowser() {
    return new Promise(function (resolve, reject) {
      if (!navigator.geolocation) { reject(new Error('none')); return; }
      navigator.geolocation.getCurrentPosition(function (found) { resolve([found.coords.longitude, found.coords.latitude]); }, reject, { timeout: 10000 });
    });
  }
  /* Resolves with [longitude, latitude] in WGS-84. */
  function place() {
    if (!inside) { return byBrowser(); }
    return call('getLocation', { type: 'wgs84' }).then(function (found) { return [Number(found.longitude), Number(found.latitude)]; }, byBrowser);
  }
  /* Resolves with a photo as a Blob. It goes to us alone: wx.uploadImage would leave it at WeChat for three days. */
  function photo() {
    return call('chooseImage', { count: 1, sizeType: ['compressed'], sourceType: ['camera', 'album'] })
      .then(function (chosen) { return call('getLocalImgData', { localId: chosen.localIds[0] }); })
      .then(function (found) {
        var raw = atob(found.localData.replace(/^data:[^,]*,/, '').replace(/\s/g, '')), bytes = new Uint8Array(raw.length);
        for (var i = 0; i < raw.length; i += 1) { bytes[i] = raw.charCodeAt(i); }
        return new Blob([bytes], { type: 'image/jpeg' });
      });
  }
  window.weixin = { inside: inside, canLocate: inside || Boolean(navigator.geolocation), place: place, photo: photo };
  share();
  // WeChat itself brings WeixinJSBridge, which opens the pay sheet; the virtual phone's comes with its SDK.
  if (inside && boxed) { load(); }
}());
