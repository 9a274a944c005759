// Works the example of a plan out anew while its rules are typed. ES2018.
(function () {
  'use strict';
  var form = document.querySelector('[data-example]'), timer = null, asked = 0;
  if (!form) { return; }
  form.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      var mine = asked += 1;
      fetch(form.dataset.example, { method: 'POST', body: new FormData(form) }).then(function (r) { return r.ok ? r.text() : ''; }).then(function (html) {
        if (html && mine === asked) { form.querySelector('.cs-example').innerHTML = html; }
      }).catch(function () { /* the next word will do */ });
    }, 400);
  });
}());
