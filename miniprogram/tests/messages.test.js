const { phone, reset, render, settle, tap, asked } = require('./harness');

beforeEach(reset);

const message = (id, unread = false) => ({ id, title: `通知${id}`, summary: '摘要', date: '2025-05-01', path: `/notices/${id}/`, unread });
const pages = (first, second) => ({ data: query }) => ({ data: query.page === 1 ? first : second });

async function shown() {
  const page = render('pages/messages/messages');
  page.instance.onShow();
  await settle();
  return page;
}

const text = (page) => page.dom.textContent;

test('shows the first page, with dots for what is unread', async () => {
  phone.routes['GET /messages'] = { data: { items: [message(1, true), message(2)], next: null } };
  const page = await shown();
  expect(page.querySelectorAll('.message')).toHaveLength(2);
  expect(page.querySelectorAll('.dot')).toHaveLength(1);
  expect(page.querySelector('.message').dom.getAttribute('aria-label') || text(page)).toContain('通知1');
  expect(text(page)).toContain('没有更多了');
});

test('reads the next page at the bottom, once, and shows no message twice', async () => {
  phone.routes['GET /messages'] = pages(
    { items: [message(1), message(2)], next: 2 },
    { items: [message(2), message(3)], next: null },
  );
  const page = await shown();
  page.instance.onReachBottom();
  page.instance.onReachBottom();
  await settle();
  expect(page.data.items.map((one) => one.id)).toEqual([1, 2, 3]);
  page.instance.onReachBottom();
  await settle();
  expect(asked('GET /messages')).toBe(2);
});

test('says so when there is nothing', async () => {
  phone.routes['GET /messages'] = { data: { items: [], next: null } };
  const page = await shown();
  expect(text(page)).toContain('还没有消息');
  expect(text(page)).not.toContain('没有更多了');
});

test('says what went wrong, and tries again at a tap', async () => {
  phone.routes['GET /messages'] = { fail: 'request:fail timeout' };
  const page = await shown();
  expect(text(page)).toContain('网络太慢');
  expect(text(page)).not.toContain('还没有消息');
  phone.routes['GET /messages'] = { data: { items: [message(1)], next: null } };
  await tap(page, '.retry');
  expect(text(page)).toContain('通知1');
  expect(text(page)).not.toContain('网络太慢');
});

test('a next page that fails keeps the list and goes on from there', async () => {
  phone.routes['GET /messages'] = ({ data }) => (data.page === 1 ? { data: { items: [message(1)], next: 2 } } : { fail: 'request:fail' });
  const page = await shown();
  await page.instance.onReachBottom();
  expect(text(page)).toContain('通知1');
  expect(text(page)).toContain('连不上网络');
  phone.routes['GET /messages'] = pages(null, { items: [message(2)], next: null });
  await tap(page, '.retry');
  expect(page.data.items.map((one) => one.id)).toEqual([1, 2]);
});

test('pulling down fetches anew and always lets go', async () => {
  phone.routes['GET /messages'] = { data: { items: [message(1)], next: null } };
  const page = await shown();
  phone.routes['GET /messages'] = { data: { items: [message(9), message(1)], next: null } };
  await page.instance.onPullDownRefresh();
  expect(page.data.items.map((one) => one.id)).toEqual([9, 1]);
  phone.routes['GET /messages'] = { fail: 'request:fail' };
  await page.instance.onPullDownRefresh();
  expect(global.wx.stopPullDownRefresh).toHaveBeenCalledTimes(2);
  expect(page.data.items.map((one) => one.id)).toEqual([9, 1]);
});

test('a next page of the list before pulling down is dropped', async () => {
  let letGo;
  phone.routes['GET /messages'] = pages({ items: [message(1)], next: 2 }, {});
  const page = await shown();
  phone.routes['GET /messages'] = () => new Promise((done) => { letGo = () => done({ data: { items: [message(5)], next: null } }); });
  const late = page.instance.onReachBottom();
  await settle();
  phone.routes['GET /messages'] = { data: { items: [message(7)], next: null } };
  await page.instance.onPullDownRefresh();
  letGo();
  await late;
  expect(page.data.items.map((one) => one.id)).toEqual([7]);
});

test('a tap opens the web page and takes the dot away', async () => {
  phone.routes['GET /messages'] = { data: { items: [message(1, true)], next: null } };
  const page = await shown();
  await tap(page, '.message');
  expect(global.wx.navigateTo).toHaveBeenCalledWith({ url: '/pages/web/web?path=%2Fnotices%2F1%2F' });
  expect(page.querySelectorAll('.dot')).toHaveLength(0);
});

test('coming back keeps the list where it was', async () => {
  phone.routes['GET /messages'] = { data: { items: [message(1)], next: null } };
  const page = await shown();
  page.instance.onShow();
  await settle();
  expect(asked('GET /messages')).toBe(1);
});
