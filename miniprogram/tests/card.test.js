const { phone, reset, render, asked, tap } = require('./harness');
const qr = require('../src/qr');

const CARD = { name: '王**', union: '某某厂工会', number: '00000007', matrix: ['101', '010', '111'], valid_s: 30 };

beforeEach(() => {
  jest.useFakeTimers();
  reset();
  phone.routes['GET /card'] = { data: CARD };
});
afterEach(() => jest.useRealTimers());

const pass = (seconds) => jest.advanceTimersByTimeAsync(seconds * 1000);

function canvas() {
  const drawn = [];
  const context = { fillStyle: '', fillRect: (...box) => drawn.push([context.fillStyle, ...box]) };
  const node = { width: 0, height: 0, getContext: () => context };
  const query = { select: () => query, fields: () => query, exec: (done) => done([{ node, width: 22, height: 22 }]) };
  return { node, drawn, query };
}

async function shown() {
  const page = render('pages/card/card');
  page.canvas = canvas();
  page.instance.createSelectorQuery = () => page.canvas.query;
  page.instance.onShow();
  await pass(0);
  return page;
}

const text = (page) => page.dom.textContent;

test('shows the card and draws its code', async () => {
  const page = await shown();
  expect(text(page)).toContain('王**');
  expect(text(page)).toContain('某某厂工会');
  expect(text(page)).toContain('00000007');
  expect(page.canvas.node.width).toBe(44);
  expect(page.canvas.drawn.filter(([colour]) => colour === '#000000')).toHaveLength(6);
});

test('counts down and fetches the next code when this one ends', async () => {
  const page = await shown();
  expect(text(page)).toContain('30 秒后自动更新');
  await pass(29);
  expect(page.data.left).toBe(1);
  expect(asked('GET /card')).toBe(1);
  await pass(1);
  expect(asked('GET /card')).toBe(2);
  expect(page.data.left).toBe(30);
});

test('goes by the seconds that the platform gives', async () => {
  phone.routes['GET /card'] = { data: { ...CARD, valid_s: 5 } };
  const page = await shown();
  expect(page.data.left).toBe(5);
  await pass(5);
  expect(asked('GET /card')).toBe(2);
});

test('does not ask without pause when a code is at its end', async () => {
  phone.routes['GET /card'] = { data: { ...CARD, valid_s: 0 } };
  await shown();
  await pass(3);
  expect(asked('GET /card')).toBeLessThanOrEqual(4);
});

test('rests while hidden and goes on with a fresh code when shown', async () => {
  const page = await shown();
  page.instance.onHide();
  expect(jest.getTimerCount()).toBe(0);
  await pass(300);
  expect(asked('GET /card')).toBe(1);
  page.instance.onShow();
  expect(page.data.stale).toBe(true);
  await pass(0);
  expect(asked('GET /card')).toBe(2);
  expect(page.data).toMatchObject({ stale: false, left: 30 });
});

test('an answer that comes after hiding starts no clock', async () => {
  let letGo;
  phone.routes['GET /card'] = () => new Promise((done) => { letGo = () => done({ data: CARD }); });
  const page = await shown();
  page.instance.onHide();
  letGo();
  await pass(60);
  expect(jest.getTimerCount()).toBe(0);
  expect(asked('GET /card')).toBe(1);
});

test('leaving for good stops the clock, too', async () => {
  const page = await shown();
  page.instance.onUnload();
  expect(jest.getTimerCount()).toBe(0);
});

test('covers a code that ran out while the network is away, and tries again by itself', async () => {
  const page = await shown();
  phone.routes['GET /card'] = { fail: 'request:fail' };
  await pass(30);
  expect(page.querySelector('.cover')).toBeTruthy();
  expect(text(page)).toContain('连不上网络');
  phone.routes['GET /card'] = { data: CARD };
  await pass(10);
  expect(page.querySelector('.cover')).toBeFalsy();
  expect(text(page)).not.toContain('连不上网络');
});

test('shows the way to certification, and asks no more', async () => {
  phone.routes['GET /card'] = { status: 409, data: { title: '请先实名认证。', code: 'registry.not_certified' } };
  const page = await shown();
  expect(text(page)).toContain('请先实名认证。');
  expect(jest.getTimerCount()).toBe(0);
  const tapped = tap(page, '.certify');
  await pass(0);
  await tapped;
  expect(global.wx.navigateTo).toHaveBeenCalledWith({ url: '/pages/web/web?path=%2Fme%2Fcertify%2F' });
});

test('draws nothing that is no square code', async () => {
  phone.routes['GET /card'] = { data: { ...CARD, matrix: ['10', '1'] } };
  const page = await shown();
  expect(page.canvas.drawn).toHaveLength(0);
  expect(text(page)).toContain('出了点问题');
});

test('leaves a quiet zone of four modules and uses whole pixels', () => {
  const boxes = [];
  const context = { fillStyle: '', fillRect: (...box) => boxes.push(box) };
  qr.draw(context, ['11', '11'], 105);
  const [paper, ...dots] = boxes;
  expect(paper).toEqual([0, 0, 105, 105]);
  expect(dots).toEqual([[42, 42, 10, 10], [52, 42, 10, 10], [42, 52, 10, 10], [52, 52, 10, 10]]);
});
