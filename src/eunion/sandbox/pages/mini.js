/* The mini-program on the virtual phone: its native pages, drawn from what the platform answers. Plain ES2018. */
(function () {
  'use strict';
  var TABS = [['home', '首页'], ['messages', '消息'], ['card', '会员卡'], ['me', '我的']], timer = null;

  window.miniProgram = function (chat, as, phone) {
    var make = phone.make, box = make('div', 'mini'), body = make('div', 'mini-body'), tabs = make('div', 'mini-tabs');
    clearInterval(timer);
    function address(more) { return '/_sandbox/mini?as=' + encodeURIComponent(as) + '&appid=' + encodeURIComponent(chat.appid) + more; }
    function ask(more) { return fetch(address(more)).then(function (r) { return r.json(); }); }
    function web(path) { if (path.indexOf('tel:') === 0) { return; } ask('&path=' + encodeURIComponent(path)).then(function (found) { if (found.url) { phone.browse(found.url); } }); }
    function link(text, note, path) { var node = make('button', 'mini-row', text); if (note) { node.appendChild(make('small', '', note)); } node.addEventListener('click', function () { web(path); }); return node; }

    function home(found) {
      var grid = make('div', 'mini-grid');
      body.appendChild(make('h3', '', found.greeting));
      if (found.member) { body.appendChild(make('p', '', found.member.union + ' · ' + found.member.certification_label)); }
      (found.tiles || []).forEach(function (tile) { var node = make('button', '', tile.label); node.addEventListener('click', function () { web(tile.path); }); grid.appendChild(node); });
      body.appendChild(grid);
      (found.notices || []).forEach(function (one) { body.appendChild(link((one.unread ? '● ' : '') + one.title, one.date, one.path)); });
    }
    function messages(found) {
      (found.items || []).forEach(function (one) { body.appendChild(link((one.unread ? '● ' : '') + one.title, one.summary + ' ' + one.date, one.path)); });
      if (!(found.items || []).length) { body.appendChild(make('p', 'nothing', '还没有消息')); }
    }
    function card(found) {
      if (!found.matrix) { body.appendChild(make('p', 'nothing', found.title)); body.appendChild(link('去实名认证', '', '/me/certify/')); return; }
      var canvas = make('canvas'), size = found.matrix.length + 8, pen = canvas.getContext('2d');
      canvas.width = canvas.height = size * 5;
      canvas.setAttribute('role', 'img'); canvas.setAttribute('aria-label', '会员二维码');
      pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height); pen.fillStyle = '#000';
      found.matrix.forEach(function (line, y) { line.split('').forEach(function (dot, x) { if (dot === '1') { pen.fillRect((x + 4) * 5, (y + 4) * 5, 5, 5); } }); });
      body.appendChild(make('h3', '', found.name)); body.appendChild(make('p', '', found.union));
      body.appendChild(canvas); body.appendChild(make('p', '', 'No. ' + found.number));
      timer = setTimeout(function () { show('card'); }, found.valid_s * 1000 + 300);
    }
    function me(found) {
      body.appendChild(make('h3', '', found.greeting));
      var node = make('button', 'mini-row', '授权手机号');
      node.addEventListener('click', function () { ask('&phone=1').then(function (done) { node.textContent = done.phone ? '手机号 ' + done.phone + ' 已验证' : done.title; }); });
      body.appendChild(node);
      body.appendChild(link('实名认证', '', '/me/certify/')); body.appendChild(link('我的资料', '', '/me/'));
    }
    var current = '', draw = { home: home, messages: messages, card: card, me: me };

    function show(name) {
      clearTimeout(timer); current = name;
      Array.prototype.forEach.call(tabs.children, function (tab) { tab.setAttribute('aria-pressed', String(tab.dataset.name === name)); });
      ask('&page=' + (name === 'me' ? 'home' : name)).then(function (found) {
        // A tap on another tab meanwhile: this answer comes too late.
        if (current === name) { body.textContent = ''; draw[name](found); }
      });
    }
    TABS.forEach(function (pair) { var tab = make('button', '', pair[1]); tab.dataset.name = pair[0]; tab.addEventListener('click', function () { show(pair[0]); }); tabs.appendChild(tab); });
    box.appendChild(body); box.appendChild(tabs);
    phone.screen.textContent = ''; phone.screen.appendChild(box);
    phone.title.textContent = chat.name; phone.back.hidden = false; phone.more.hidden = true; phone.foot.hidden = true;
    show('home');
  };
}());
