/* Keeps what is typed at once: on the phone first, then at the platform; only the touched fields go. Brings up what a
   choice makes necessary. Without it the form works all the same, page by page. ES2018. */
(function () {
  'use strict';
  var form = document.querySelector('.case-form'), told = form.querySelector('.saved'), token = form.querySelector('[name=csrfmiddlewaretoken]').value;
  var touched = new Set(), timer = null, busy = false;

  function remember() {
    try {
      var all = {};
      touched.forEach(function (name) { all[name] = values(name).concat(label(name)); });
      if (touched.size) { localStorage.setItem(form.dataset.draft, JSON.stringify(all)); } else { localStorage.removeItem(form.dataset.draft); }
    } catch (problem) { /* private browsing keeps nothing */ }
  }
  /* Of a union the name that was tapped is kept with it. */
  function label(name) {
    var box = controls(name).length ? controls(name)[0].closest('.union-pick') : null;
    return box ? [box.querySelector('.chosen').textContent] : [];
  }
  function controls(name) { return Array.from(form.elements).filter(function (one) { return one.name === name; }); }
  function values(name) {
    return controls(name).filter(function (one) { return !/radio|checkbox/.test(one.type) || one.checked; }).map(function (one) { return one.value; });
  }
  /* A row goes with all of its block, or the rows after it would be lost. */
  function together(name) {
    var block = form.querySelector('[name="' + name + '"]').closest('[data-rows]');
    return block ? Array.from(block.querySelectorAll('[name]')).map(function (one) { return one.name; }) : [name, name + '-many'];
  }
  function send() {
    if (busy || !touched.size) { return; }
    var body = new FormData(), sent = new Set(touched);
    sent.forEach(function (name) {
      together(name).forEach(function (one) { if (one.slice(-5) !== '-many' || controls(one).length) { values(one).forEach(function (value) { body.append(one, value); }); } });
    });
    busy = true; told.textContent = '正在保存…';
    fetch(form.dataset.save, { method: 'POST', body: body, headers: { 'X-CSRFToken': token, Accept: 'application/json' } }).then(function (answer) {
      if (!answer.ok) { return answer.json().then(function (problem) { throw new Error(problem.title || ''); }); }
      sent.forEach(function (name) { touched.delete(name); });
      told.textContent = '已自动保存，可以随时离开。';
      remember(); busy = false;
      if (touched.size) { later(); }
    }).catch(function (problem) {
      busy = false;
      told.textContent = /^(TypeError|)$/.test(problem.name === 'TypeError' ? 'TypeError' : problem.message) ? '网断了，内容先存在这部手机里，连上网会自动保存。' : problem.message;
    });
  }
  function later() { clearTimeout(timer); timer = setTimeout(send, 1200); }
  function touch(event) {
    if (!event.target.name || event.target.type === 'hidden') { return; }
    touched.add(event.target.name); remember(); later();
  }
  function show() {
    form.querySelectorAll('[data-when]').forEach(function (one) {
      var given = values(one.dataset.when);
      one.hidden = !one.dataset.values.split('|').some(function (value) { return given.indexOf(value) >= 0; });
    });
  }
  form.addEventListener('input', touch);
  form.addEventListener('change', function (event) { touch(event); show(); });
  window.addEventListener('online', send);
  document.addEventListener('visibilitychange', function () { if (document.hidden) { send(); } });

  /* What a broken connection kept back comes first. */
  try {
    var kept = JSON.parse(localStorage.getItem(form.dataset.draft) || '{}');
    Object.keys(kept).forEach(function (name) {
      controls(name).forEach(function (one) {
        if (/radio|checkbox/.test(one.type)) { one.checked = kept[name].indexOf(one.value) >= 0; } else if (one.closest('.union-pick')) { one.value = kept[name][0] || ''; one.closest('.union-pick').querySelector('.chosen').textContent = kept[name][1] || ''; } else if (one.type !== 'hidden') { one.value = kept[name][0] || ''; }
      });
      touched.add(name);
    });
    if (touched.size) { later(); }
  } catch (problem) { /* nothing kept */ }
  show();

  /* A union is found by its name. */
  form.querySelectorAll('.union-pick').forEach(function (box) {
    var search = box.querySelector('[type=search]'), list = box.querySelector('ul'), chosen = box.querySelector('.chosen'), value = box.querySelector('[type=hidden]'), wait = null;
    function choose(one) {
      value.value = one.id; chosen.textContent = '已选：' + one.name; list.textContent = ''; search.value = '';
      touched.add(value.name); remember(); later();
    }
    search.addEventListener('input', function (event) {
      event.stopPropagation(); clearTimeout(wait);
      wait = setTimeout(function () {
        fetch(box.dataset.pick + '?q=' + encodeURIComponent(search.value)).then(function (r) { return r.json(); }).then(function (found) {
          list.textContent = '';
          found.unions.forEach(function (one) {
            var item = document.createElement('li'), act = document.createElement('button');
            act.type = 'button'; act.textContent = one.name; act.addEventListener('click', function () { choose(one); });
            item.appendChild(act); list.appendChild(item);
          });
          if (search.value && !found.unions.length) { list.textContent = box.dataset.optional ? '没有找到，可以不填，街道工会会联系您。' : '没有找到，请换个名字试试，比如只输入街道名。'; }
        }).catch(function () { list.textContent = '网络不太好，请再试一次。'; });
      }, 300);
    });
    search.addEventListener('keydown', function (event) { if (event.key === 'Enter') { event.preventDefault(); } });
  });
}());
