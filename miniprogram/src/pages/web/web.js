// Shows one of the platform's own web pages, signed in by a ticket that works once.

const address = require('../../address');
const api = require('../../api');
const elder = require('../../elder');

/** Where tickets are redeemed. An address below it carries a ticket and is nobody else's business. */
const ENTRANCE = '/mini/';

/** @param {string | undefined} text */
function decoded(text) {
  try {
    return decodeURIComponent(text || '');
  } catch (error) {
    return ''; // a link cut short in a chat
  }
}

Page({
  data: {
    elder: false,
    state: /** @type {'loading' | 'ready' | 'error' | 'refused'} */ ('loading'),
    words: '',
    url: '',
  },

  /** The inner path that this page was opened for. */
  path: '',

  /** @param {{ path?: string }} query */
  onLoad(query) {
    this.setData({ elder: elder.isOn() });
    this.path = address.innerPath(decoded(query.path));
    return this.load();
  },

  async load() {
    if (!this.path) {
      this.refuse();
      return;
    }
    this.setData({ state: 'loading', words: '' });
    try {
      const { url } = await api.post('/ticket', { path: this.path });
      // Not even the platform's word makes this program show another site.
      if (address.isOurs(url)) this.setData({ state: 'ready', url });
      else this.refuse();
    } catch (error) {
      this.setData({ state: 'error', words: api.wordsOf(error) });
    }
  },

  refuse() {
    this.setData({ state: 'refused', url: '', words: '这个链接不是工会平台的页面，为了您的安全没有打开。' });
  },

  /** The web-view could not load; its ticket may be used up, so trying again fetches a new one. */
  onWebError() {
    this.setData({ state: 'error', url: '', words: '页面没有打开，请检查网络后再试。' });
  },

  goHome() {
    wx.switchTab({ url: '/pages/home/home' });
  },

  /** @param {{ webViewUrl?: string }} shared */
  onShareAppMessage({ webViewUrl }) {
    const current = address.isOurs(webViewUrl) ? address.innerPath(webViewUrl) : '';
    // Whoever opens it gets a ticket of their own.
    const path = current && !current.startsWith(ENTRANCE) ? current : this.path;
    return { title: 'E工会', path: path ? address.webPage(path) : '/pages/home/home' };
  },
});
