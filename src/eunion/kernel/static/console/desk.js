// Staff screens: find by typing, add parts, hide what does not apply, preview, one click is one save.
(function () {
  'use strict';

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    if (text) { element.textContent = text; }
    return element;
  }

  // A combobox as the ARIA practices describe it: arrows walk, Enter takes, Escape closes.
  function chooser(root) {
    if (root.dataset.ready) { return; }
    root.dataset.ready = '1';
    var box = root.querySelector('[role=combobox]'), list = root.querySelector('[role=listbox]');
    var single = root.hasAttribute('data-single'), hidden = root.querySelector('input[type=hidden]');
    var rows = [], at = -1, timer = null, asked = 0, id = box.id || 'choose-' + Math.random().toString(36).slice(2);
    list.id = list.id || id + '_found';
    box.setAttribute('aria-controls', list.id);
    function close() { list.hidden = true; box.setAttribute('aria-expanded', 'false'); box.removeAttribute('aria-activedescendant'); at = -1; }
    function mark(next) {
      at = next;
      all('[role=option]', list).forEach(function (option, place) {
        option.setAttribute('aria-selected', place === at ? 'true' : 'false');
        if (place === at) { box.setAttribute('aria-activedescendant', option.id); option.scrollIntoView({ block: 'nearest' }); }
      });
    }
    function take(row) {
      if (single) {
        hidden.value = row.id; box.value = row.name;
      } else {
        box.value = '';
        if (!root.querySelector('input[type=checkbox][value="' + row.id + '"]')) {
          var label = make('label'), tick = make('input', { type: 'checkbox', name: root.dataset.name, value: row.id, checked: '' }), item = make('li');
          label.append(tick, ' ' + row.name); item.append(label); root.querySelector('.bk-chosen').append(item);
        }
      }
      close();
      root.dispatchEvent(new Event('input', { bubbles: true }));
    }
    function show(found) {
      rows = found;
      list.replaceChildren();
      rows.forEach(function (row, place) {
        var option = make('li', { role: 'option', id: list.id + '-' + place, 'aria-selected': 'false' }, row.name);
        if (row.note) { option.append(make('small', {}, ' ' + row.note)); }
        option.addEventListener('mousedown', function (event) { event.preventDefault(); take(row); });
        list.append(option);
      });
      if (!rows.length) { list.append(make('li', { class: 'muted', role: 'option', 'aria-disabled': 'true' }, '没有找到')); }
      list.hidden = false;
      box.setAttribute('aria-expanded', 'true');
      list.scrollIntoView({ block: 'nearest' });
      at = -1;
    }
    function search() {
      var mine = asked += 1;
      fetch(root.dataset.choose + '?q=' + encodeURIComponent(box.value.trim())).then(function (answer) { return answer.json(); }).then(function (found) {
        if (mine === asked && document.activeElement === box) { show(found.rows); }
      }).catch(close);
    }
    box.addEventListener('input', function () {
      if (single) { hidden.value = ''; }
      clearTimeout(timer);
      timer = setTimeout(search, 200);
    });
    box.addEventListener('focus', function () { if (!box.value) { search(); } });
    box.addEventListener('blur', function () { asked += 1; close(); });
    box.addEventListener('keydown', function (event) {
      var open = !list.hidden && rows.length;
      if (event.key === 'ArrowDown') { event.preventDefault(); if (open) { mark((at + 1) % rows.length); } else { search(); } }
      if (event.key === 'ArrowUp' && open) { event.preventDefault(); mark((at + rows.length - 1) % rows.length); }
      if (event.key === 'Escape') { close(); }
      if (event.key === 'Enter') { event.preventDefault(); if (open) { take(rows[Math.max(at, 0)]); } }
    });
  }

  // The last row of places for unions is always an empty one.
  function shares(root) {
    if (root.dataset.ready) { return; }
    root.dataset.ready = '1';
    root.addEventListener('input', function () {
      var last = root.lastElementChild, filled = all('input:not([type=hidden])', last).some(function (field) { return field.value; });
      if (!filled) { return; }
      var next = last.cloneNode(true);
      all('input', next).forEach(function (field) { field.value = ''; });
      var choose = next.querySelector('.bk-choose');
      delete choose.dataset.ready;
      choose.querySelector('[role=listbox]').removeAttribute('id');
      root.append(next);
      chooser(choose);
    });
  }

  function ready(root) { all('.bk-choose', root).forEach(chooser); all('[data-shares]', root).forEach(shares); }

  function applies(form) {
    function value(name) { var field = form.querySelector('[name=' + name + ']:checked'); return field ? field.value : ''; }
    function show() {
      var kind = value('kind'), mode = value('mode'), price = form.querySelector('[name=price]');
      all('[data-kinds],[data-modes],[data-priced]', form).forEach(function (one) {
        var fits = (!one.dataset.kinds || one.dataset.kinds.split(' ').indexOf(kind) >= 0) && (!one.dataset.modes || one.dataset.modes.split(' ').indexOf(mode) >= 0);
        if (one.hasAttribute('data-priced')) { fits = fits && kind !== 'charity' && Number(price.value) > 0; }
        one.hidden = !fits && !one.classList.contains('wrong');
      });
    }
    form.addEventListener('input', show);
    show();
  }

  function sessions(form) {
    var holder = form.querySelector('[data-sessions]'), empty = form.querySelector('[data-empty-session]');
    var total = form.querySelector('[name=sessions-TOTAL_FORMS]'), button = form.querySelector('[data-add-session]');
    button.addEventListener('click', function () {
      var place = Number(total.value), before = all('[data-session]', holder).pop(), piece = make('div');
      piece.innerHTML = empty.innerHTML.replace(/__prefix__/g, place).replace(/__number__/g, place + 1);
      total.value = place + 1;
      var made = piece.firstElementChild;
      // The next session is most often like the last, a week later.
      if (before) {
        ['place', 'teacher', 'quota', 'service_hours'].forEach(function (name) { copy(before, made, name, function (text) { return text; }); });
        ['starts_at', 'ends_at'].forEach(function (name) { copy(before, made, name, weekLater); });
      }
      holder.append(made);
      ready(made);
      made.querySelector('input:not([type=hidden])').focus();
      form.dispatchEvent(new Event('input', { bubbles: true }));
    });
    function copy(from, to, name, change) {
      var one = from.querySelector('[name$="-' + name + '"]'), two = to.querySelector('[name$="-' + name + '"]');
      if (one && two && one.value) { two.value = change(one.value); }
    }
    function weekLater(text) {
      var day = new Date(text.slice(0, 10) + 'T00:00:00Z');
      day.setUTCDate(day.getUTCDate() + 7);
      return day.toISOString().slice(0, 10) + text.slice(10);
    }
  }

  function preview(form) {
    var frame = document.querySelector('iframe[name=preview]'), told = document.querySelector('[data-preview-told]'), timer = null, asked = 0;
    function load() {
      var mine = asked += 1;
      fetch(form.dataset.preview, { method: 'POST', body: new FormData(form) }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        return answer.text();
      }).then(function (html) {
        if (mine !== asked) { return; }
        var inner = frame.contentDocument, top = inner && inner.documentElement ? inner.documentElement.scrollTop : 0;
        frame.addEventListener('load', function () { frame.contentDocument.documentElement.scrollTop = top; }, { once: true });
        frame.srcdoc = html;
        told.textContent = '';
      }).catch(function () { told.textContent = '预览暂时打不开，填的内容不受影响。'; });
    }
    function soon() { clearTimeout(timer); timer = setTimeout(load, 600); }
    form.addEventListener('input', soon);
    form.addEventListener('change', soon);
    document.querySelector('[data-preview-of]').addEventListener('change', load);
    form.querySelector('[data-preview-button]').addEventListener('click', function (event) { event.preventDefault(); load(); });
    load();
  }

  function switches() {
    var two = document.querySelector('[data-two]');
    all('[data-show]').forEach(function (button) {
      button.addEventListener('click', function () {
        two.dataset.two = button.dataset.show;
        all('[data-show]').forEach(function (one) { one.setAttribute('aria-pressed', one === button ? 'true' : 'false'); });
      });
    });
  }

  // The server takes the same page once; this spares the person the second click.
  function once(form) {
    form.addEventListener('submit', function (event) {
      if (event.submitter && event.submitter.formTarget) { return; }
      setTimeout(function () { all('[data-once]', form).forEach(function (button) { button.disabled = true; }); }, 0);
      setTimeout(function () { all('[data-once]', form).forEach(function (button) { button.disabled = false; }); }, 8000);
    });
  }

  function ticks(form) {
    var head = document.querySelector('[data-tick-all]'), count = document.querySelector('[data-tick-shown]');
    var boxes = all('input[name=claim]').filter(function (box) { return box.form === form; });
    function show() { var number = boxes.filter(function (box) { return box.checked; }).length; if (count) { count.textContent = number; } }
    if (head) { head.addEventListener('change', function () { boxes.forEach(function (box) { box.checked = head.checked; }); show(); }); }
    boxes.forEach(function (box) { box.addEventListener('change', show); });
    show();
  }

  document.addEventListener('DOMContentLoaded', function () {
    ready(document);
    all('form[data-editor]').forEach(function (form) { applies(form); sessions(form); preview(form); });
    switches();
    all('form').forEach(function (form) { if (form.querySelector('[data-once]')) { once(form); } });
    all('form[data-ticks]').forEach(ticks);
    all('form[data-confirm]').forEach(function (form) {
      form.addEventListener('submit', function (event) { if (!window.confirm(form.dataset.confirm)) { event.preventDefault(); } });
    });
    all('[data-print]').forEach(function (button) { button.addEventListener('click', function () { window.print(); }); });
    var wrong = document.getElementById('wrong');
    if (wrong) { wrong.focus(); }
    // The list of errors leads to the field itself, opening what is folded over it.
    all('#wrong a').forEach(function (link) {
      link.addEventListener('click', function (event) {
        var target = document.getElementById(link.hash.slice(1)), folded = target && target.closest('details');
        if (!target) { return; }
        event.preventDefault();
        if (folded) { folded.open = true; }
        target.scrollIntoView({ block: 'center' });
        (target.matches('input,select,textarea') ? target : target.querySelector('input:not([type=hidden])') || target).focus({ preventScroll: true });
      });
    });
  });
}());
