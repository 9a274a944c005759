const { phone, reset, render, settle, tap, asked, BASE } = require('./harness');
const address = require('../src/address');

beforeEach(reset);

async function opened(path) {
  const page = render('pages/web/web');
  page.instance.onLoad({ path });
  await settle();
  return page;
}

const ticket = (url) => {
  phone.routes['POST /ticket'] = { data: { url } };
};
const ENTER = `${BASE}/mini/enter?ticket=abc`;
const webView = (page) => page.querySelector('web-view') || page.dom.querySelector('wx-web-view');

test('opens an inner path by a ticket', async () => {
  ticket(ENTER);
  const page = await opened('%2Fme%2F');
  expect(phone.requests[1].data).toEqual({ path: '/me/' });
  expect(page.data).toMatchObject({ state: 'ready', url: ENTER });
  expect(webView(page)).toBeTruthy();
});

test.each([
  'https://evil.com/mini/enter?ticket=abc',
  `${BASE}.evil.com/mini/enter`,
  `${BASE}@evil.com/`,
  'http://127.0.0.1:80001/',
  'http://127.0.0.1/',
  'https://127.0.0.1:8000/',
  '//127.0.0.1:8000/',
  'javascript:alert(1)',
  ` ${BASE}/`,
  `${BASE}/\nx`,
  undefined,
])('shows no foreign address, even if the platform gave it: %p', async (url) => {
  ticket(url);
  const page = await opened('%2Fme%2F');
  expect(page.data).toMatchObject({ state: 'refused', url: '' });
  expect(webView(page)).toBeFalsy();
  expect(page.dom.textContent).toContain('为了您的安全没有打开');
});

test.each([
  'https%3A%2F%2Fevil.com%2F', '%2F%2Fevil.com', '%2F%5Cevil.com', 'me%2F', '%2Fme%5C..', '%', '', undefined,
])('asks no ticket for what is no inner path: %p', async (path) => {
  const page = await opened(path);
  expect(page.data.state).toBe('refused');
  expect(asked('POST /ticket')).toBe(0);
  await tap(page, '.home');
  expect(global.wx.switchTab).toHaveBeenCalledWith({ url: '/pages/home/home' });
});

test('the platform\'s own full addresses become inner paths', async () => {
  ticket(ENTER);
  await opened(encodeURIComponent(`${BASE}/notices/1/?a=b`));
  expect(phone.requests[1].data).toEqual({ path: '/notices/1/?a=b' });
});

test('trying again fetches a new ticket: the old one is used up', async () => {
  ticket(ENTER);
  const page = await opened('%2Fme%2F');
  page.instance.onWebError();
  expect(webView(page)).toBeFalsy();
  ticket(`${BASE}/mini/enter?ticket=def`);
  await tap(page, '.retry');
  expect(page.data.url).toContain('def');
  expect(asked('POST /ticket')).toBe(2);
});

test('a platform out of reach leaves words and a button', async () => {
  phone.routes['POST /ticket'] = { fail: 'request:fail timeout' };
  const page = await opened('%2Fme%2F');
  expect(page.dom.textContent).toContain('网络太慢');
  expect(page.querySelector('.retry')).toBeTruthy();
});

test('shares the inner path of the page on the screen', async () => {
  ticket(ENTER);
  const page = await opened('%2Fnotices%2F');
  expect(page.instance.onShareAppMessage({ webViewUrl: `${BASE}/notices/7/?from=a` }).path)
    .toBe('/pages/web/web?path=%2Fnotices%2F7%2F%3Ffrom%3Da');
});

test.each([ENTER, 'https://evil.com/', undefined])('never shares a ticket or a foreign page: %p', async (webViewUrl) => {
  ticket(ENTER);
  const page = await opened('%2Fnotices%2F');
  expect(page.instance.onShareAppMessage({ webViewUrl }).path).toBe('/pages/web/web?path=%2Fnotices%2F');
});

test('tiles may call a telephone, and nothing else outside', () => {
  address.open('tel:12351');
  expect(global.wx.makePhoneCall.mock.calls[0][0].phoneNumber).toBe('12351');
  address.open('https://evil.com/');
  expect(global.wx.navigateTo).not.toHaveBeenCalled();
  expect(global.wx.showToast).toHaveBeenCalledTimes(1);
});
