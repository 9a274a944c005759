const { phone, reset, asked, settle, BASE } = require('./harness');
const api = require('../src/api');

beforeEach(reset);

const OK = { data: { fine: true } };
const REFUSED = { status: 401, data: { detail: 'Unauthorized' } };

const failure = async (promise) => promise.then(() => { throw new Error('It should have failed.'); }, (error) => error);

test('signs in before the first request and carries the token afterwards', async () => {
  phone.routes['GET /home'] = OK;
  await api.get('/home');
  await api.get('/home');
  expect(phone.requests.map((one) => one.name)).toEqual(['POST /session', 'GET /home', 'GET /home']);
  expect(phone.requests[0].data).toEqual({ code: 'code-1' });
  expect(phone.requests[0].header).toEqual({});
  expect(phone.requests[2].header).toEqual({ Authorization: 'Bearer token-1' });
});

test('requests that begin together share one sign-in', async () => {
  phone.routes['GET /home'] = OK;
  await Promise.all([api.get('/home'), api.get('/home'), api.get('/home')]);
  expect(asked('POST /session')).toBe(1);
});

test('a refused token is renewed once and the same request repeated', async () => {
  phone.storage.set('session', { token: 'old', until: Date.now() + 3600000 });
  phone.routes['POST /phone'] = ({ header }) => (header.Authorization === 'Bearer old' ? REFUSED : { data: { phone: '138****0001' } });
  const typed = { code: 'c' };
  await expect(api.post('/phone', typed)).resolves.toEqual({ phone: '138****0001' });
  expect(phone.requests.map((one) => one.name)).toEqual(['POST /phone', 'POST /session', 'POST /phone']);
  expect(phone.requests[2].data).toEqual({ code: 'c' });
  expect(typed).toEqual({ code: 'c' });
});

test('a platform that refuses every token is not asked for ever', async () => {
  phone.routes['GET /home'] = REFUSED;
  const error = await failure(api.get('/home'));
  expect(error.message).toBe('登录没有成功，请关掉小程序再打开一次。');
  expect(asked('GET /home')).toBe(2);
  expect(asked('POST /session')).toBe(2);
});

test('a sign-in that is refused ends there, and the next request tries anew', async () => {
  phone.routes['POST /session'] = { status: 401, data: {} };
  phone.routes['GET /home'] = OK;
  expect((await failure(api.get('/home'))).status).toBe(401);
  expect(asked('POST /session')).toBe(1);
  expect(asked('GET /home')).toBe(0);
  phone.routes['POST /session'] = { data: { token: 'new', expires_s: 7200, member: null } };
  await expect(api.get('/home')).resolves.toEqual({ fine: true });
});

test('two requests refused with the same token sign in once', async () => {
  phone.storage.set('session', { token: 'old', until: Date.now() + 3600000 });
  let letGo;
  const slow = new Promise((done) => { letGo = done; });
  const unlessOld = async ({ header }) => (header.Authorization === 'Bearer old' ? REFUSED : OK);
  phone.routes['GET /home'] = unlessOld;
  phone.routes['GET /card'] = async (options) => {
    if (options.header.Authorization === 'Bearer old') await slow;
    return unlessOld(options);
  };
  const late = api.get('/card');
  await api.get('/home');
  letGo();
  await late;
  await settle();
  expect(asked('POST /session')).toBe(1);
});

test('a token near its end is renewed before it is refused', async () => {
  phone.storage.set('session', { token: 'old', until: Date.now() + 30000 });
  phone.routes['GET /home'] = OK;
  await api.get('/home');
  expect(phone.requests[1].header).toEqual({ Authorization: 'Bearer token-1' });
});

test.each([
  ['request:fail timeout', '网络太慢，没有等到回应，请稍后再试。'],
  ['request:fail errcode:-118 cronet_error_code:-118 error_msg:net::ERR_CONNECTION_TIMED_OUT', '网络太慢，没有等到回应，请稍后再试。'],
  ['request:fail url not in domain list', '小程序的服务器域名还没有登记好，请告诉工会。'],
  ['request:fail -2:net::ERR_INTERNET_DISCONNECTED', '连不上网络，请检查手机网络后再试。'],
  ['request:fail ssl hand shake error', '这个网络不安全，请换一个网络再试。'],
])('says in words: %s', async (fail, words) => {
  phone.routes['GET /home'] = { fail };
  const error = await failure(api.get('/home'));
  expect(api.wordsOf(error)).toBe(words);
  expect(asked('GET /home')).toBe(1);
});

test('gives the platform ten seconds', async () => {
  phone.routes['GET /home'] = OK;
  await api.get('/home');
  expect(phone.requests.map((one) => one.timeout)).toEqual([10000, 10000]);
});

test('shows the words of a problem, and its code to the program', async () => {
  phone.routes['GET /card'] = { status: 409, data: { title: '请先实名认证。', code: 'registry.not_certified' } };
  const error = await failure(api.get('/card'));
  expect(error).toMatchObject({ message: '请先实名认证。', code: 'registry.not_certified', status: 409 });
});

test.each([
  [500, '<h1>Server Error</h1>', '平台正忙，请稍后再试。'],
  [503, { title: 'Service Unavailable' }, '平台正忙，请稍后再试。'],
  [429, {}, '点得太快了，请过一会儿再试。'],
  [422, { detail: [{ msg: 'field required' }] }, '没有办成，请稍后再试。'],
  [200, '<html>Free Wi-Fi</html>', '网络返回的内容不对，请先登录这个无线网络，或换用手机流量。'],
])('never shows English or markup: %i %p', async (status, data, words) => {
  phone.routes['GET /home'] = { status, data };
  expect((await failure(api.get('/home'))).message).toBe(words);
});

test('a bug has words, too', () => {
  expect(api.wordsOf(new TypeError('x is undefined'))).toBe('出了点问题，请稍后再试。');
});

test('failing takes nobody off the page on which they were typing', async () => {
  phone.routes['POST /phone'] = REFUSED;
  await failure(api.post('/phone', { code: 'c' }));
  ['navigateTo', 'switchTab', 'reLaunch', 'redirectTo', 'navigateBack'].forEach((name) => {
    expect(global.wx[name]).not.toHaveBeenCalled();
  });
});

test('every address begins with the base of this way of running', () => {
  expect(require('../src/config').BASE).toBe(BASE);
});
