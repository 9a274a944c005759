// A clerk's screens: reasons with one click, what the OCR read shown on the page, unions found by name. ES2018.
(function () {
  'use strict';
  function each(selector, act, root) { (root || document).querySelectorAll(selector).forEach(act); }

  each('[data-into]', function (box) {
    var into = document.getElementById(box.dataset.into);
    each('button', function (one) {
      one.addEventListener('click', function () { into.value = (into.value ? into.value + '；' : '') + one.textContent; into.focus(); });
    }, box);
  });
  each('[data-all]', function (one) {
    one.addEventListener('change', function () { each('input[name=case]', function (box) { box.checked = one.checked; }); });
  });
  each('[data-box]', function (words) {
    var figure = words.closest('figure');
    ['mouseenter', 'mouseleave'].forEach(function (kind) {
      words.addEventListener(kind, function () {
        each('.cs-box', function (box) { box.classList.toggle('at', kind === 'mouseenter' && box.dataset.name === words.dataset.box); }, figure);
      });
    });
  });
  each('[data-unmask]', function (form) {
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      var told = form.parentNode.querySelector('[role=status]'), list = form.parentNode.querySelector('[data-whole]');
      fetch(form.dataset.unmask, { method: 'POST', body: new FormData(form) }).then(function (r) { return r.json(); }).then(function (answer) {
        told.textContent = answer.title || ''; list.textContent = '';
        (answer.lines || []).forEach(function (line) {
          line.forEach(function (text, place) { var part = document.createElement(place ? 'dd' : 'dt'); part.textContent = text; list.appendChild(part); });
        });
      }).catch(function () { told.textContent = '网络不太好，请再试一次。'; });
    });
  });
  each('.cs-transfer', function (form) {
    var search = form.querySelector('[type=search]'), list = form.querySelector('.cs-found'), value = form.querySelectorAll('[type=hidden]'), timer = null;
    var hidden = value[value.length - 1];
    search.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(function () {
        fetch(form.dataset.unions + '?q=' + encodeURIComponent(search.value)).then(function (r) { return r.json(); }).then(function (found) {
          list.textContent = '';
          found.unions.forEach(function (one) {
            var item = document.createElement('li'), act = document.createElement('button');
            act.type = 'button'; act.textContent = one.name;
            act.addEventListener('click', function () { hidden.value = one.id; search.value = one.name; list.textContent = ''; });
            item.appendChild(act); list.appendChild(item);
          });
        });
      }, 300);
    });
  });
  /* What a choice makes necessary comes up with it. */
  function show() {
    each('[data-when]', function (one) {
      var form = one.closest('form'), given = Array.from(form.elements).filter(function (e) { return e.name === one.dataset.when && (!/radio|checkbox/.test(e.type) || e.checked); }).map(function (e) { return e.value; });
      one.hidden = !one.dataset.values.split('|').some(function (value) { return given.indexOf(value) >= 0; });
    });
  }
  document.addEventListener('change', show);
  show();
}());
