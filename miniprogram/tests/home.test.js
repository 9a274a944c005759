const { phone, reset, render, settle, tap } = require('./harness');

const tile = (icon, label, path) => ({ icon, label, path });
const HOME = {
  greeting: '王**，您好',
  tiles: [
    tile('union', '找工会', '/unions/'), tile('guide', '办事指南', '/guides/'), tile('policy', '政策解读', '/policies/'),
    tile('law', '法律法规', '/laws/'), tile('chat', '问云博士', '/assistant/'), tile('news', '新闻动态', '/news/'),
    tile('never-seen', '通知公告', '/notices/'), tile('phone', '12351 热线', 'tel:12351'),
  ],
  notices: [
    { title: '停水通知', date: '2025-05-01', path: '/notices/1/', unread: true },
    { title: '疗养报名', date: '2025-04-30', path: '/notices/2/', unread: false },
  ],
  member: { name: '王**', union: '某某厂工会', certification: 'certified', certification_label: '已认证' },
  unread: 3,
};

beforeEach(() => {
  reset();
  phone.routes['GET /home'] = { data: HOME };
});

async function shown() {
  const page = render('pages/home/home');
  page.instance.onShow();
  await settle();
  return page;
}

const text = (page) => page.dom.textContent;

test('greets, and shows union, certification, eight services and the newest notices', async () => {
  const page = await shown();
  ['王**，您好', '某某厂工会', '已认证', '停水通知', '疗养报名'].forEach((words) => expect(text(page)).toContain(words));
  expect(page.querySelectorAll('.tile')).toHaveLength(8);
  expect(page.querySelectorAll('.dot')).toHaveLength(1);
  expect(page.querySelector('.certify')).toBeFalsy();
});

test('tells the tab bar how much is unread', async () => {
  const page = await shown();
  expect(page.bar.setData).toHaveBeenLastCalledWith({ elder: false, selected: 0, unread: 3 });
});

test('a drawing that this version does not know becomes a plain one', async () => {
  const page = await shown();
  expect(page.data.tiles[6].icon).toBe('grid');
});

test('a tile opens its web page', async () => {
  const page = await shown();
  await tap(page, '.tile');
  expect(global.wx.navigateTo).toHaveBeenCalledWith({ url: '/pages/web/web?path=%2Funions%2F' });
});

test.each([[null], [{ ...HOME.member, certification: 'none', certification_label: '未认证' }]])(
  'shows the way to certification to %p', async (member) => {
    phone.routes['GET /home'] = { data: { ...HOME, member } };
    const page = await shown();
    await tap(page, '.certify');
    expect(global.wx.navigateTo).toHaveBeenCalledWith({ url: '/pages/web/web?path=%2Fme%2Fcertify%2F' });
  },
);

test('without a network says so, and tries again at a tap', async () => {
  phone.routes['GET /home'] = { fail: 'request:fail' };
  const page = await shown();
  expect(text(page)).toContain('连不上网络');
  expect(page.querySelectorAll('.tile')).toHaveLength(0);
  phone.routes['GET /home'] = { data: HOME };
  await tap(page, '.retry');
  expect(page.querySelectorAll('.tile')).toHaveLength(8);
});

test('keeps what it showed when a later reading fails', async () => {
  const page = await shown();
  phone.routes['GET /home'] = { fail: 'request:fail' };
  await page.instance.onPullDownRefresh();
  expect(text(page)).toContain('连不上网络');
  expect(text(page)).toContain('停水通知');
  expect(global.wx.stopPullDownRefresh).toHaveBeenCalledTimes(1);
});
