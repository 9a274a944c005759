const address = require('../../address');
const api = require('../../api');
const { CERTIFICATION_PATH } = require('../../config');
const tabs = require('../../tabs');

/** The drawings in /icons that tiles may name; a newer platform may name others. */
const ICONS = ['union', 'guide', 'policy', 'law', 'chat', 'news', 'bell', 'phone'];

/** @param {EUnion.Tile} tile */
function withDrawing(tile) {
  return { label: tile.label, path: tile.path, icon: ICONS.includes(tile.icon) ? tile.icon : 'grid' };
}

Page({
  data: {
    elder: false,
    state: /** @type {'loading' | 'ready' | 'error'} */ ('loading'),
    words: '',
    greeting: '',
    member: /** @type {EUnion.Member | null} */ (null),
    tiles: /** @type {EUnion.Tile[]} */ ([]),
    notices: /** @type {EUnion.Notice[]} */ ([]),
  },

  onShow() {
    tabs.settle(this, 0);
    this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    try {
      this.fill(await api.get('/home'));
    } catch (error) {
      // What was read before stays: old notices are worth more than an empty page.
      this.setData({ state: this.data.tiles.length ? 'ready' : 'error', words: api.wordsOf(error) });
    }
  },

  /** @param {EUnion.Home} home */
  fill(home) {
    this.setData({
      state: 'ready',
      words: '',
      greeting: home.greeting,
      member: home.member,
      tiles: home.tiles.map(withDrawing),
      notices: home.notices,
    });
    tabs.setUnread(home.unread);
    tabs.settle(this, 0);
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  openPath(event) {
    address.open(event.currentTarget.dataset.path);
  },

  openCertification() {
    address.open(CERTIFICATION_PATH);
  },

  onShareAppMessage() {
    return { title: 'E工会：职工之家，随时在线', path: '/pages/home/home' };
  },
});
