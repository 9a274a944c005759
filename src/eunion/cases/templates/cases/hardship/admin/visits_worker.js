/* Keeps the list of visits on the officer's phone, so that it opens where there is no connection. What is kept is thrown
   away after three days, and as soon as the platform says that nobody is signed in. ES2018. */
(function () {
  'use strict';
  var KEPT = 'hardship-visits', PAGE = '{{ page }}', AGE = 72 * 3600 * 1000;
  var OLD = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>请联网</title><p style="font:20px/1.8 sans-serif;padding:24px">手机里存的走访名单超过三天，已经删除。没有上传的走访记录还在，连上网打开这一页就会上传。</p>';

  self.addEventListener('install', function () { self.skipWaiting(); });
  self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

  function forget() { return caches.delete(KEPT); }
  function put(request, answer) {
    var copy = answer.clone();
    return caches.open(KEPT).then(function (kept) { return kept.put(request, copy); }).then(function () { return answer; });
  }
  function page() {
    /* Asked for by its address, so that the page asked for with or without a query is one. */
    return fetch(PAGE, { credentials: 'same-origin', redirect: 'manual' }).then(function (answer) {
      if (answer.ok) { return put(PAGE, answer); }
      return answer.status >= 500 ? answer : forget().then(function () { return answer; });
    }, function () {
      return caches.match(PAGE).then(function (kept) {
        var at = kept && Date.parse(kept.headers.get('Date') || '');
        if (kept && Date.now() - at < AGE) { return kept; }
        return forget().then(function () { return new Response(OLD, { headers: { 'Content-Type': 'text/html; charset=utf-8' } }); });
      });
    });
  }
  function asset(request) {
    return caches.match(request).then(function (kept) {
      return kept || fetch(request).then(function (answer) { return answer.ok ? put(request, answer) : answer; });
    });
  }
  self.addEventListener('message', function (event) {
    /* The first visit of the page went past us: it tells what it is made of. */
    event.waitUntil(Promise.all([page()].concat((event.data.assets || []).map(function (address) { return asset(new Request(address)); }))));
  });
  self.addEventListener('fetch', function (event) {
    var address = new URL(event.request.url);
    if (event.request.method !== 'GET' || address.origin !== self.location.origin) { return; }
    if (event.request.mode === 'navigate' && address.pathname === PAGE) { event.respondWith(page()); }
    if (address.pathname.indexOf('/static/') === 0) { event.respondWith(asset(event.request)); }
  });
}());
