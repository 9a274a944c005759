/* Puts what the OCR reads into fields that are still empty, as soon as it is there; what somebody typed stays. ES2018. */
(function () {
  'use strict';
  var box = document.querySelector('[data-fills]'), form = document.querySelector('.case-form'), tries = 0;
  function fill(offers) {
    Object.keys(offers).forEach(function (name) {
      var one = form.elements[name];
      if (!one || one.length !== undefined || one.value || one === document.activeElement) { return; }
      one.value = offers[name];
      one.dispatchEvent(new Event('input', { bubbles: true }));
      var mark = one.closest('.asked-field').querySelector('.from-photo');
      if (mark) { mark.hidden = false; }
    });
  }
  function look() {
    fetch(box.dataset.fills).then(function (r) { return r.json(); }).then(function (found) {
      fill(found.offers);
      if (found.waiting) { box.querySelector('b').textContent = found.waiting; again(); } else { box.textContent = '照片都看完了。认出来的已填进空格，请核对；没认出来的请自己填。'; }
    }).catch(again);
  }
  function again() { tries += 1; if (tries < 150) { setTimeout(look, 2000); } }
  again();
}());
