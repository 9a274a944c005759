const { phone, reset, render, settle, tap, asked } = require('./harness');

const HOME = { greeting: '您好', tiles: [], notices: [], member: null, unread: 0 };
const MEMBER = { name: '王**', union: '某某厂工会', certification: 'certified', certification_label: '已认证' };

beforeEach(() => {
  reset();
  phone.routes['GET /home'] = { data: HOME };
  phone.routes['GET /subscriptions'] = { data: { template_ids: ['t1', 't2', 't3'], labels: ['办件进度', '通知', '活动'] } };
  phone.routes['POST /subscriptions'] = { data: { kept: 2 } };
});

async function shown() {
  const page = render('pages/me/me');
  page.instance.onShow();
  await settle();
  return page;
}

const text = (page) => page.dom.textContent;
const sent = (name) => phone.requests.filter((one) => one.name === name).map((one) => one.data);

/** Let the person answer WeChat's question about messages. */
const says = (given) => {
  global.wx.requestSubscribeMessage = jest.fn(({ success, fail }) => (given.errCode ? fail(given) : success(given)));
};

test('says who is signed in', async () => {
  phone.routes['GET /home'] = { data: { ...HOME, member: MEMBER } };
  const page = await shown();
  expect(text(page)).toContain('王**');
  expect(text(page)).toContain('已认证 · 某某厂工会');
});

test('says that a sign-in failed, and signs in again at a tap', async () => {
  phone.routes['GET /home'] = { fail: 'request:fail' };
  const page = await shown();
  expect(text(page)).toContain('还没有登录');
  expect(text(page)).toContain('连不上网络');
  phone.routes['GET /home'] = { data: HOME };
  await tap(page, '.retry');
  expect(text(page)).toContain('还没有找到您的会籍');
});

test('asks WeChat in direct answer to the tap and sends what was answered', async () => {
  says({ errMsg: 'requestSubscribeMessage:ok', t1: 'accept', t2: 'reject', t3: 'ban' });
  const page = await shown();
  await tap(page, '.consent');
  expect(global.wx.requestSubscribeMessage.mock.calls[0][0].tmplIds).toEqual(['t1', 't2', 't3']);
  expect(sent('POST /subscriptions')).toEqual([{ results: { t1: 'accept', t2: 'reject', t3: 'ban' } }]);
  expect(global.wx.showToast.mock.calls[0][0].title).toBe('好的，有进展会告诉您');
});

test('sends only answers that the platform knows', async () => {
  says({ errMsg: 'requestSubscribeMessage:ok', t1: 'reject', t2: 'filter' });
  const page = await shown();
  await tap(page, '.consent');
  expect(sent('POST /subscriptions')).toEqual([{ results: { t1: 'reject' } }]);
  expect(global.wx.showToast.mock.calls[0][0].title).toBe('好的，暂不打扰您');
});

test('says where to switch messages on again', async () => {
  says({ errCode: 20004, errMsg: 'requestSubscribeMessage:fail' });
  const page = await shown();
  await tap(page, '.consent');
  expect(text(page)).toContain('您关掉了订阅消息');
  expect(asked('POST /subscriptions')).toBe(0);
});

test('asks nothing when the platform has no templates', async () => {
  phone.routes['GET /subscriptions'] = { status: 404, data: { title: '小程序还没有配置好。' } };
  const page = await shown();
  expect(page.querySelector('.consent')).toBeFalsy();
  expect(text(page)).toContain('大字版');
});

test('keeps the phone that WeChat vouches for, and looks whose it is', async () => {
  phone.routes['POST /phone'] = { data: { phone: '138****0001' } };
  const page = await shown();
  phone.routes['GET /home'] = { data: { ...HOME, member: MEMBER } };
  await page.instance.keepPhone({ detail: { code: 'p', errMsg: 'getPhoneNumber:ok' } });
  expect(sent('POST /phone')).toEqual([{ code: 'p' }]);
  expect(text(page)).toContain('138****0001');
  expect(text(page)).toContain('王**');
});

test('a person who keeps their number to themselves is not asked twice', async () => {
  const page = await shown();
  await page.instance.keepPhone({ detail: { errMsg: 'getPhoneNumber:fail user deny' } });
  expect(asked('POST /phone')).toBe(0);
  expect(global.wx.showToast).toHaveBeenCalledTimes(1);
});

test('a number that is refused says why and leaves the button', async () => {
  phone.routes['POST /phone'] = { status: 422, data: { title: '请使用中国大陆手机号。', code: 'invalid' } };
  const page = await shown();
  await page.instance.keepPhone({ detail: { code: 'p', errMsg: 'getPhoneNumber:ok' } });
  expect(text(page)).toContain('请使用中国大陆手机号。');
  expect(page.data.busy).toBe(false);
});

test('opens certification in a web page', async () => {
  const page = await shown();
  await tap(page, '.certify');
  expect(global.wx.navigateTo).toHaveBeenCalledWith({ url: '/pages/web/web?path=%2Fme%2Fcertify%2F' });
});
