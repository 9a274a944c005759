// 雲博士's staff screens: ticks, ready phrases, questions before what can't be undone, progress of many approvals.
(function () {
  'use strict';

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }

  function ticks(form) {
    var head = form.querySelector('[data-tick-all]'), count = form.querySelector('[data-tick-count]');
    var boxes = all('input[name=entry]', document).filter(function (box) { return box.form === form && !box.disabled; });
    var button = form.querySelector('[data-tick-go]');
    function show() {
      var number = boxes.filter(function (box) { return box.checked; }).length;
      if (count) { count.textContent = number; }
      if (button) { button.disabled = !number; }
      if (head) { head.checked = number > 0 && number === boxes.length; head.indeterminate = number > 0 && number < boxes.length; }
    }
    if (head) { head.disabled = !boxes.length; head.addEventListener('change', function () { boxes.forEach(function (box) { box.checked = head.checked; }); show(); }); }
    boxes.forEach(function (box) { box.addEventListener('change', show); });
    show();
  }

  function phrases(root) {
    root.addEventListener('click', function (event) {
      var button = event.target.closest('[data-phrase]');
      if (!button) { return; }
      var box = document.getElementById('text'), words = button.dataset.phrase;
      box.value = box.value.trim() ? box.value.replace(/\s+$/, '') + '\n' + words : words;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      box.focus();
    });
  }

  function counted(box) {
    var shown = document.getElementById(box.dataset.counter);
    function show() { shown.textContent = box.value.length; }
    box.addEventListener('input', show);
    show();
  }

  function slices(form) {
    var bar = form.querySelector('progress'), words = form.querySelector('[role=status]'), button = form.querySelector('button');
    form.addEventListener('submit', function (event) {
      var versions = all('input[name=version]', form).map(function (field) { return field.value; });
      var token = form.querySelector('[name=csrfmiddlewaretoken]').value, done = 0, approved = 0, speaking = 0, refused = [];
      if (versions.length <= 20) { return; }
      event.preventDefault();
      button.disabled = true;
      bar.hidden = false;
      bar.max = versions.length;
      function next() {
        var slice = versions.slice(done, done + 20), body = new URLSearchParams();
        if (!slice.length) { finish(); return; }
        slice.forEach(function (one) { body.append('version', one); });
        fetch(form.action, { method: 'POST', body: body, headers: { 'X-CSRFToken': token, Accept: 'application/json' } }).then(function (answer) {
          if (!answer.ok) { throw new Error(answer.status); }
          return answer.json();
        }).then(function (found) {
          done += slice.length; approved += found.approved; speaking += found.speaking; refused = refused.concat(found.refused);
          bar.value = done;
          words.textContent = '已处理 ' + done + ' / ' + versions.length + ' 条';
          next();
        }).catch(function () {
          button.disabled = false;
          words.textContent = '停在第 ' + done + ' 条，前面的已生效。请检查网络后再点一次，不会重复计算。';
        });
      }
      function finish() {
        words.textContent = '审核通过 ' + approved + ' 条，其中 ' + speaking + ' 条已启用。' + (refused.length ? '没有通过 ' + refused.length + ' 条：' + refused.slice(0, 5).map(function (one) { return '“' + one.title + '”' + one.why; }).join('；') : '');
        form.querySelector('[data-after]').hidden = false;
      }
      next();
    });
  }

  document.addEventListener('DOMContentLoaded', function () {
    all('form[data-ticks]').forEach(ticks);
    all('[data-phrases]').forEach(phrases);
    all('textarea[data-counter]').forEach(counted);
    all('form[data-slices]').forEach(slices);
    all('form[data-confirm]').forEach(function (form) {
      form.addEventListener('submit', function (event) { if (!window.confirm(form.dataset.confirm)) { event.preventDefault(); } });
    });
  });
}());
