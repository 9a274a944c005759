const { phone, reset, render, settle, tap } = require('./harness');

beforeEach(() => {
  reset();
  phone.routes['GET /home'] = { data: { greeting: '您好', tiles: [], notices: [], member: null, unread: 0 } };
  phone.routes['GET /messages'] = { data: { items: [], next: null } };
  phone.routes['GET /card'] = { status: 409, data: { title: '请先实名认证。', code: 'registry.not_certified' } };
  phone.routes['GET /subscriptions'] = { data: { template_ids: [], labels: [] } };
  phone.routes['POST /ticket'] = { fail: 'request:fail' };
});

const PAGES = ['home', 'messages', 'card', 'me', 'web'];

async function shown(name) {
  const page = render(`pages/${name}/${name}`);
  if (page.instance.onLoad) page.instance.onLoad({ path: '%2Fme%2F' });
  if (page.instance.onShow) page.instance.onShow();
  await settle();
  return page;
}

test.each(PAGES)('%s has ordinary type unless asked', async (name) => {
  const page = await shown(name);
  expect(page.querySelector('.page')).toBeTruthy();
  expect(page.querySelector('.elder')).toBeFalsy();
});

test.each(PAGES)('%s has large type in elder mode', async (name) => {
  phone.storage.set('elder', true);
  const page = await shown(name);
  expect(page.querySelector('.page.elder')).toBeTruthy();
});

test('the switch turns it on at once, on this page and its tab bar, and keeps it', async () => {
  const page = await shown('me');
  page.instance.switchElder({ detail: { value: true } });
  expect(page.querySelector('.page.elder')).toBeTruthy();
  expect(page.bar.setData).toHaveBeenLastCalledWith(expect.objectContaining({ elder: true, selected: 3 }));
  expect(phone.storage.get('elder')).toBe(true);
  page.instance.switchElder({ detail: { value: false } });
  expect(page.querySelector('.elder')).toBeFalsy();
});

test('the tab bar grows, marks the tab and counts what is unread', async () => {
  const bar = render('custom-tab-bar/index');
  bar.instance.setData({ elder: true, selected: 2, unread: 120 });
  expect(bar.querySelector('.bar-elder')).toBeTruthy();
  expect(bar.querySelector('.tab-on').dom.textContent).toBe('会员卡');
  expect(bar.dom.textContent).toContain('99+');
  await tap(bar, '.tab');
  expect(global.wx.switchTab).toHaveBeenCalledWith({ url: '/pages/home/home' });
});
