/* The words of a homework stay on the phone until they are handed in; the photos are photos.js's. ES2018. */
(function () {
  'use strict';
  var text = document.getElementById('text'), draft = document.querySelector('[data-photos]').dataset.draft;
  try {
    var saved = localStorage.getItem(draft);
    if (saved !== null && saved.trim() === text.value.trim()) { localStorage.removeItem(draft); } else if (saved !== null) { text.value = saved; }
    text.addEventListener('input', function () { localStorage.setItem(draft, text.value); });
  } catch (problem) { /* private browsing keeps nothing */ }
}());
