const address = require('../../address');
const api = require('../../api');
const tabs = require('../../tabs');

/**
 * Join two pages. A message that arrived meanwhile pushes the last ones of a page onto the next.
 * @param {EUnion.Message[]} known
 * @param {EUnion.Message[]} fresh
 */
function joined(known, fresh) {
  const ids = new Set(known.map((one) => one.id));
  return known.concat(fresh.filter((one) => !ids.has(one.id)));
}

Page({
  data: {
    elder: false,
    state: /** @type {'loading' | 'ready' | 'empty' | 'error'} */ ('loading'),
    words: '',
    loadingMore: false,
    items: /** @type {EUnion.Message[]} */ ([]),
    next: /** @type {number | null} */ (null),
  },

  /** Counts readings from the top: what an older one still brings is out of date. */
  reading: 0,
  /** Whether it was a next page that failed: then the button goes on there. */
  failedMore: false,

  onShow() {
    tabs.settle(this, 1);
    // Back from a message the list stays where it was; pulling it down fetches it anew.
    if (this.data.state !== 'ready') this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  onReachBottom() {
    return this.loadMore();
  },

  async load() {
    this.reading += 1;
    const reading = this.reading;
    // A next page that is still on its way belongs to the old list.
    this.setData({ loadingMore: false });
    try {
      const page = /** @type {EUnion.Messages} */ (await api.get('/messages', { page: 1 }));
      if (reading !== this.reading) return;
      this.setData({ state: page.items.length ? 'ready' : 'empty', words: '', items: page.items, next: page.next });
    } catch (error) {
      if (reading === this.reading) this.fail(error, false);
    }
  },

  async loadMore() {
    const { next, loadingMore } = this.data;
    if (next === null || loadingMore) return;
    const reading = this.reading;
    this.setData({ loadingMore: true, words: '' });
    try {
      const page = /** @type {EUnion.Messages} */ (await api.get('/messages', { page: next }));
      if (reading !== this.reading) return;
      this.setData({ loadingMore: false, items: joined(this.data.items, page.items), next: page.next });
    } catch (error) {
      if (reading === this.reading) this.fail(error, true);
    }
  },

  /**
   * @param {unknown} error
   * @param {boolean} more
   */
  fail(error, more) {
    this.failedMore = more;
    // Messages that are on the screen stay there.
    const state = this.data.items.length ? 'ready' : 'error';
    this.setData({ state, words: api.wordsOf(error), loadingMore: false });
  },

  retry() {
    return this.failedMore ? this.loadMore() : this.load();
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  openMessage(event) {
    const index = Number(event.currentTarget.dataset.index);
    const message = this.data.items[index];
    if (!message) return;
    if (message.unread) this.markRead(index);
    address.open(message.path);
  },

  /** @param {number} index */
  markRead(index) {
    // The platform notes the reading when the page is opened; the dot need not wait for it.
    this.setData({ [`items[${index}].unread`]: false });
    tabs.setUnread(Math.max(0, tabs.unread() - 1));
    tabs.settle(this, 1);
  },
});
