// Follows a list that is being checked or enrolled, and shows the whole page again once it goes on. ES2018.
(function () {
  'use strict';
  var box = document.querySelector('[data-live]'), begun = box.querySelector('[data-state]').dataset.state;
  if (begun !== 'checking' && begun !== 'applying') { return; }
  setInterval(function () {
    fetch(box.dataset.live).then(function (r) { return r.text(); }).then(function (html) {
      box.innerHTML = html;
      if (box.querySelector('[data-state]').dataset.state !== begun) { window.location.reload(); }
    }).catch(function () { /* the next look will do */ });
  }, 1000);
}());
