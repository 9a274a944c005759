/* The form has arrived: what the phone kept of it is kept no longer. ES2018. */
(function () {
  'use strict';
  try { localStorage.removeItem(document.currentScript.dataset.draft); } catch (problem) { /* nothing was kept */ }
}());
