/* The virtual phone: people → chats → one chat, with an in-phone browser. Plain ES2018. */
(function () {
  'use strict';
  var byId = function (id) { return document.getElementById(id); };
  var screen = byId('screen'), title = byId('title'), foot = byId('foot'), back = byId('back'), more = byId('more');
  var as = new URLSearchParams(location.search).get('as');
  var desk = null, open = null, last = 0, timer = null, menuMode = true, asking = null, again = false;

  function make(tag, kind, text) {
    var node = document.createElement(tag);
    if (kind) { node.className = kind; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }
  function get(address) { return fetch(address).then(function (r) { return r.json(); }); }
  function post(address, body) { return fetch(address, { method: 'POST', body: JSON.stringify(body) }); }
  function clock(at) { var d = new Date(at * 1000); return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2); }

  function row(face, kind, name, note, act) {
    var item = make('li'), button = make('button'), two = make('span', 'two', name);
    button.appendChild(make('span', 'face ' + kind, face));
    two.appendChild(make('small', '', note || ''));
    button.appendChild(two);
    button.addEventListener('click', act);
    item.appendChild(button);
    return item;
  }

  function showPeople() {
    get('/_sandbox/people').then(function (people) {
      var list = make('ul', 'rows'), find = make('input', 'find');
      find.type = 'search'; find.placeholder = '搜索姓名或职业'; find.setAttribute('aria-label', '搜索姓名或职业');
      function fill() {
        list.textContent = '';
        people.filter(function (p) { return (p.name + (p.label || '')).indexOf(find.value.trim()) >= 0; }).forEach(function (p) {
          list.appendChild(row(p.name.slice(0, 1), '', p.name, p.label, function () { location.search = '?as=' + encodeURIComponent(p.id); }));
        });
        if (!list.children.length) { list.appendChild(make('li', 'nothing', people.length ? '没有找到这个人' : '还没有演示人物，请先载入演示数据')); }
      }
      find.addEventListener('input', fill);
      fill();
      title.textContent = '选一个人';
      screen.textContent = '';
      screen.appendChild(find); screen.appendChild(list);
    });
  }

  function preview(chat) {
    var m = chat.last;
    if (!m) { return chat.kind === 'account' && !chat.subscribed ? '未关注' : ''; }
    return m.kind === 'template' ? '[服务通知]' : (m.title || m.text || '[消息]');
  }

  function showChats() {
    open = asking = null; clearInterval(timer);
    back.hidden = true; more.hidden = true; foot.hidden = true;
    title.textContent = '微信';
    get('/_sandbox/phone?as=' + encodeURIComponent(as)).then(function (all) {
      if (all.error) { screen.textContent = ''; screen.appendChild(make('p', 'nothing', '没有这个人，请换一个。')); return; }
      desk = all;
      byId('who').textContent = desk.person.name;
      byId('facts').textContent = [desk.person.label, desk.person.facts].filter(Boolean).join(' · ');
      byId('beside').href = location.protocol + '//' + (as === 'p01' ? 'p02' : 'p01') + '.localhost:' + location.port + '/phone?as=' + (as === 'p01' ? 'p02' : 'p01');
      var list = make('ul', 'rows');
      desk.chats.forEach(function (chat) {
        var union = chat.kind === 'account', mini = chat.account_kind === 'miniprogram';
        if (mini) { list.appendChild(row('工', 'union', chat.name, '[小程序]', function () { window.miniProgram(chat, as, { screen: screen, title: title, back: back, more: more, foot: foot, make: make, browse: browse }); })); return; }
        if (chat.kind === 'sms') { list.appendChild(row('信', 'sms', '短信', preview(chat), function () { showChat(chat); })); return; }
        list.appendChild(row(union ? '工' : '群', union ? 'union' : 'group', chat.name + (union ? '' : '（' + chat.member_count + '）'), preview(chat), function () { showChat(chat); }));
      });
      screen.textContent = '';
      screen.appendChild(list);
    });
  }

  function showChat(chat) {
    open = chat; asking = null; last = 0; menuMode = chat.kind === 'account' && chat.subscribed && chat.menu.length > 0;
    back.hidden = false; more.hidden = chat.kind !== 'account';
    title.textContent = chat.name + (chat.kind === 'group' ? '（' + chat.member_count + '）' : '');
    screen.textContent = '';
    screen.appendChild(make('div', 'talk'));
    showFoot();
    poll(); clearInterval(timer); timer = setInterval(poll, 1000);
  }

  /* One question to the chat at a time: two answers under way would both hold the newest messages. */
  function poll() {
    if (!open) { return; }
    if (asking === open) { again = true; return; }
    var chat = asking = open;
    again = false;
    get('/_sandbox/chat?id=' + encodeURIComponent(chat.id) + '&after=' + last).then(function (rows) {
      if (asking === chat) { draw(rows); }
    }).catch(function () { /* the next round asks again */ }).then(function () {
      if (asking !== chat) { return; }
      asking = null;
      if (again) { poll(); }
    });
  }

  function draw(rows) {
    var talk = screen.firstChild;
    rows.forEach(function (m) {
      if (m.id <= last) { return; }
      last = m.id;
      talk.appendChild(make('span', 'when', clock(m.at)));
      talk.appendChild(shown(m));
    });
    if (rows.length) { screen.scrollTop = screen.scrollHeight; }
  }

  function linked(text) {
    var box = make('div', 'bubble');
    String(text || '').split(/(https?:\/\/[^\s，。）]+)/).forEach(function (part) {
      if (/^https?:/.test(part)) {
        var a = make('a', '', part); a.href = part;
        a.addEventListener('click', function (event) { event.preventDefault(); browse(part); });
        box.appendChild(a);
      } else { box.appendChild(document.createTextNode(part)); }
    });
    return box;
  }

  function card(heading, fields, url) {
    var button = make('button', 'card');
    button.appendChild(make('h3', '', heading));
    var list = make('dl');
    fields.forEach(function (pair) { if (pair[0]) { list.appendChild(make('dt', '', pair[0])); } var dd = make('dd', '', pair[1]); if (!pair[0]) { dd.style.gridColumn = '1 / -1'; } list.appendChild(dd); });
    button.appendChild(list);
    var footer = make('footer', '', url ? '查看详情' : '');
    if (url) { footer.appendChild(make('span', '', '›')); button.appendChild(footer); button.addEventListener('click', function () { browse(url); }); }
    return button;
  }

  function templateCard(m) {
    var names = {};
    ((m.template && m.template.content) || '').split('\n').forEach(function (line) {
      var found = /^(.*?)[：:]\s*\{\{(\w+)\.DATA\}\}/.exec(line);
      if (found) { names[found[2]] = found[1]; }
    });
    var fields = Object.keys(m.data).map(function (key) { return [names[key] || key, m.data[key].value]; });
    return card((m.template && m.template.title) || '服务通知', fields, m.url);
  }

  function shareCard(m) {
    var button = make('button', 'card share-card'), words = make('div', 'two', m.title), picture;
    words.appendChild(make('small', '', m.text));
    button.appendChild(words);
    if (m.picture) { picture = make('img'); picture.src = m.picture; picture.alt = ''; button.appendChild(picture); }
    button.addEventListener('click', function () { browse(m.url); });
    return button;
  }

  function shown(m) {
    if (m.kind === 'template') { return templateCard(m); }
    if (open.kind === 'sms') { return said('短', false, linked(m.text)); }
    if (m.type === 'share') { return said(m.sender === as ? '我' : m.from, false, shareCard(m), m.sender === as, m.from); }
    if (m.kind === 'group' && m.url) { return said(m.from, true, card(m.title, [['', m.text]], m.url)); }
    if (m.type === 'news') {
      var article = (m.content.articles || [])[0] || {};
      return said('工', true, card(article.title || '', [['', article.description || '']], article.url));
    }
    var mine = m.from === 'me' || (m.sender && m.sender === as);
    return said(mine ? '我' : m.from === 'account' ? '工' : m.from, m.from === 'account' || m.robot, linked((m.title ? m.title + '\n' : '') + (m.text || '')), mine, m.kind === 'said' || m.robot ? m.from : '');
  }

  function said(name, union, content, mine, label) {
    var line = make('div', 'said' + (mine ? ' me' : '')), side = make('div');
    line.appendChild(make('span', 'face' + (union ? ' union' : ''), name.slice(0, 1)));
    if (label && label !== 'me' && label !== 'account' && !mine) { side.appendChild(make('small', '', label)); }
    side.appendChild(content);
    line.appendChild(side);
    return line;
  }

  function showFoot() {
    foot.hidden = open.kind === 'sms'; foot.textContent = '';
    if (open.kind === 'account' && !open.subscribed) {
      var follow = make('button', 'go wide', '关注公众号');
      follow.addEventListener('click', function () { act('subscribe').then(function () { open.subscribed = true; menuMode = open.menu.length > 0; showFoot(); poll(); }); });
      foot.appendChild(follow);
      return;
    }
    if (open.kind === 'account' && open.menu.length) {
      var swap = make('button', '', menuMode ? '⌨' : '☰');
      swap.setAttribute('aria-label', menuMode ? '打字' : '菜单');
      swap.addEventListener('click', function () { menuMode = !menuMode; showFoot(); });
      foot.appendChild(swap);
    }
    foot.appendChild(menuMode ? menuBar() : typeBox());
    if (!menuMode) {
      var send = make('button', 'go', '发送');
      send.addEventListener('click', submit);
      foot.appendChild(send);
    }
  }

  function menuBar() {
    var bar = make('div', 'menu');
    open.menu.forEach(function (button) {
      var cell = make('div'), top = make('button', '', button.name), sub = make('div', 'sub');
      (button.sub_button || []).forEach(function (one) {
        var item = make('button', '', one.name);
        item.addEventListener('click', function () { sub.classList.remove('open'); tap(one); });
        sub.appendChild(item);
      });
      top.addEventListener('click', function () { if (sub.children.length) { sub.classList.toggle('open'); } else { tap(button); } });
      cell.appendChild(sub); cell.appendChild(top); bar.appendChild(cell);
    });
    return bar;
  }

  function tap(button) {
    if (button.type === 'miniprogram') {
      var mini = desk.chats.filter(function (chat) { return chat.appid === button.appid; })[0];
      if (mini) { window.miniProgram(mini, as, { screen: screen, title: title, back: back, more: more, foot: foot, make: make, browse: browse }); } else { browse(button.url); }
      post('/_sandbox/act', { person: as, appid: open.appid, event: 'view_miniprogram', key: button.pagepath || '' });
    } else if (button.type === 'view') { browse(button.url); post('/_sandbox/act', { person: as, appid: open.appid, event: 'VIEW', key: button.url }); }
    else { post('/_sandbox/act', { person: as, appid: open.appid, event: 'CLICK', key: button.key || '' }); }
  }

  function typeBox() {
    var input = make('input');
    input.id = 'text'; input.setAttribute('aria-label', '输入消息');
    input.placeholder = open.kind === 'group' ? '@云博士 工会 …' : '';
    input.addEventListener('keydown', function (event) { if (event.key === 'Enter') { submit(); } });
    return input;
  }

  function act(event) { return post('/_sandbox/act', { person: as, appid: open.appid, event: event }); }

  function submit() {
    var input = byId('text'), text = input.value.trim();
    if (!text) { return; }
    input.value = '';
    post('/_sandbox/say', open.kind === 'group' ? { person: as, group: open.id, text: text } : { person: as, appid: open.appid, text: text }).then(poll);
  }

  /* A phone under a host name of its own (p01.localhost) sees the platform under that name too: cookies of its own. */
  function browse(url) {
    var target = new URL(url), platform = desk && new URL(desk.platform);
    if (platform && location.hostname.endsWith('.localhost') && target.host === platform.host) { target.hostname = location.hostname; }
    byId('frame').src = target.href; byId('web').classList.add('open');
  }
  function closeWeb() { byId('web').classList.remove('open'); byId('frame').src = 'about:blank'; wechat.leave(); }
  var wechat = window.weixinBrowser({
    frame: byId('frame'), web: byId('web'), menu: byId('share'), as: as, make: make, close: closeWeb,
    groups: function () { return desk.chats.filter(function (chat) { return chat.kind === 'group'; }); },
    place: function () { return desk.person.place; }
  });
  byId('close').addEventListener('click', closeWeb);
  back.addEventListener('click', showChats);
  more.addEventListener('click', function () {
    var event = open.subscribed ? 'unsubscribe' : 'subscribe';
    if (confirm(open.subscribed ? '不再关注“' + open.name + '”？' : '关注“' + open.name + '”？')) {
      act(event).then(function () { open.subscribed = !open.subscribed; menuMode = open.menu.length > 0; showFoot(); });
    }
  });
  if (as) { showChats(); } else { showPeople(); }
}());
