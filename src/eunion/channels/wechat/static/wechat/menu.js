/* The menu editor: three buttons with five below each, edited beside what the phone will show. Plain ES2018. */
(function () {
  'use strict';
  var editable = Boolean(document.currentScript.dataset.editable);
  var TYPES = [['view', '打开网页'], ['click', '回复消息（在“自动回复”里按键值设置）'], ['miniprogram', '打开小程序'], ['media_id', '发送素材'], ['article_id', '打开已发布文章'], ['scancode_push', '扫一扫'], ['pic_photo_or_album', '拍照或选图'], ['location_select', '发送位置']];
  var FIELDS = {
    view: [['url', '网页地址', 'pages']], click: [['key', '键值', '']],
    miniprogram: [['appid', '小程序 AppID', 'minis'], ['pagepath', '小程序页面，如 pages/home/index', ''], ['url', '旧版微信打开的备用网页', 'pages']],
    media_id: [['media_id', '素材编号（media_id）', '']], article_id: [['article_id', '文章编号（article_id）', '']],
    scancode_push: [['key', '键值', '']], pic_photo_or_album: [['key', '键值', '']], location_select: [['key', '键值', '']]
  };
  var buttons = [], chosen = [0], bar, panel;

  function make(tag, kind, text) { var node = document.createElement(tag); if (kind) { node.className = kind; } if (text !== undefined) { node.textContent = text; } return node; }
  function below(button) { return button.sub_button || (button.sub_button = []); }
  function at(path) { return path.length === 1 ? buttons[path[0]] : below(buttons[path[0]])[path[1]]; }
  function list(path) { return path.length === 1 ? buttons : below(buttons[path[0]]); }
  function bytes(text) { return new TextEncoder().encode(text).length; }
  function keep() { document.getElementById('buttons').value = JSON.stringify(buttons); }
  function choose(path) { chosen = path; draw(); }
  function fresh(name) { return { name: name, type: 'view', url: '' }; }

  function cell(path, name) {
    var node = make('button', '', name || '未命名');
    node.type = 'button';
    node.setAttribute('aria-pressed', String(path.join('.') === chosen.join('.')));
    node.addEventListener('click', function () { choose(path); });
    return node;
  }
  function adder(text, act) {
    var node = make('button', 'add', '+ ' + text);
    node.type = 'button';
    node.addEventListener('click', act);
    return node;
  }

  function drawBar() {
    bar.textContent = '';
    buttons.forEach(function (button, place) {
      var holder = make('div'), subs = below(button);
      if (place === chosen[0]) {
        var sub = make('div', 'sub');
        subs.forEach(function (one, under) { sub.appendChild(cell([place, under], one.name)); });
        if (editable && subs.length < 5) { sub.appendChild(adder('子菜单', function () { subs.push(fresh('子菜单')); choose([place, subs.length - 1]); })); }
        if (sub.children.length) { holder.appendChild(sub); }
      }
      holder.appendChild(cell([place], (subs.length ? '≡ ' : '') + button.name));
      bar.appendChild(holder);
    });
    if (editable && buttons.length < 3) {
      var last = make('div');
      last.appendChild(adder('菜单', function () { buttons.push(fresh('菜单')); choose([buttons.length - 1]); }));
      bar.appendChild(last);
    }
  }

  function field(label, value, hints, change) {
    var holder = make('label', '', label), input = make('input');
    input.value = value || ''; input.disabled = !editable;
    if (hints) { input.setAttribute('list', hints); }
    input.addEventListener('input', function () { change(input.value); keep(); });
    holder.appendChild(input);
    return holder;
  }

  function drawPanel() {
    var button = at(chosen);
    panel.textContent = '';
    if (!button) { panel.appendChild(make('p', '', '点左边的“+ 菜单”开始。')); return; }
    var most = chosen.length === 1 ? 16 : 60, note = make('small');
    function count() { var used = bytes(button.name); note.textContent = '最多 ' + Math.floor(most / 3) + ' 个汉字' + (used > most ? '，已超出' : ''); }
    panel.appendChild(field('菜单名称', button.name, '', function (value) { button.name = value; count(); drawBar(); }));
    panel.appendChild(note); count();
    if (below(button).length) { panel.appendChild(make('p', '', '有子菜单时，点它只会展开子菜单。')); } else { drawAction(button); }
    if (editable) { drawMoves(); }
  }

  function drawAction(button) {
    var holder = make('label', '', '点了以后'), select = make('select');
    select.disabled = !editable;
    TYPES.forEach(function (pair) { var option = make('option', '', pair[1]); option.value = pair[0]; option.selected = pair[0] === button.type; select.appendChild(option); });
    select.addEventListener('change', function () { button.type = select.value; keep(); drawPanel(); });
    holder.appendChild(select); panel.appendChild(holder);
    (FIELDS[button.type] || []).forEach(function (one) {
      panel.appendChild(field(one[1], button[one[0]], one[2], function (value) { button[one[0]] = value.trim(); }));
    });
  }

  function drawMoves() {
    var row = make('div', 'row'), rows = list(chosen), place = chosen[chosen.length - 1];
    function add(text, enabled, act) { var node = make('button', 'button button-small button-secondary', text); node.type = 'button'; node.disabled = !enabled; node.addEventListener('click', act); row.appendChild(node); }
    function move(step) { var one = rows.splice(place, 1)[0]; rows.splice(place + step, 0, one); choose(chosen.slice(0, -1).concat(place + step)); }
    add('前移', place > 0, function () { move(-1); });
    add('后移', place < rows.length - 1, function () { move(1); });
    add('删除', true, function () { rows.splice(place, 1); choose(chosen.length === 2 && !rows.length ? [chosen[0]] : chosen.slice(0, -1).concat(Math.max(place - 1, 0))); });
    panel.appendChild(row);
  }

  function draw() { drawBar(); drawPanel(); keep(); }
  document.addEventListener('DOMContentLoaded', function () {
    bar = document.getElementById('bar'); panel = document.getElementById('panel');
    buttons = JSON.parse(document.getElementById('stored').textContent) || [];
    draw();
  });
}());
