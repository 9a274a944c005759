const address = require('../../address');
const api = require('../../api');
const { CERTIFICATION_PATH } = require('../../config');
const elder = require('../../elder');
const tabs = require('../../tabs');

/** WeChat's number for "this person has switched all subscribed messages off". */
const SWITCHED_OFF = 20004;
/** WeChat knows more answers (`filter`, `acceptWithAudio`); these are the ones that the platform keeps. */
const ANSWERS = ['accept', 'reject', 'ban'];

/**
 * Return the answers by template, without WeChat's `errMsg` among them.
 * @param {string[]} templates
 * @param {Record<string, any>} said
 */
function answersOf(templates, said) {
  /** @type {Record<string, string>} */
  const results = {};
  templates.forEach((id) => {
    if (ANSWERS.includes(said[id])) results[id] = said[id];
  });
  return results;
}

/** @param {Record<string, string>} results */
function thanks(results) {
  const accepted = Object.keys(results).filter((id) => results[id] === 'accept').length;
  return accepted ? '好的，有进展会告诉您' : '好的，暂不打扰您';
}

Page({
  data: {
    elder: false,
    state: /** @type {'loading' | 'ready' | 'error'} */ ('loading'),
    words: '',
    busy: false,
    phone: '',
    member: /** @type {EUnion.Member | null} */ (null),
    labels: /** @type {string[]} */ ([]),
    templates: /** @type {string[]} */ ([]),
  },

  onShow() {
    tabs.settle(this, 3);
    this.load();
    this.loadSubscriptions();
  },

  async load() {
    try {
      const home = /** @type {EUnion.Home} */ (await api.get('/home'));
      this.setData({ state: 'ready', words: '', member: home.member });
    } catch (error) {
      this.setData({ state: this.data.state === 'ready' ? 'ready' : 'error', words: api.wordsOf(error) });
    }
  },

  async loadSubscriptions() {
    try {
      // Read before the tap: WeChat asks only in direct answer to one.
      const found = /** @type {EUnion.Subscriptions} */ (await api.get('/subscriptions'));
      this.setData({ templates: found.template_ids, labels: found.labels });
    } catch (error) {
      // Without templates the card about messages is not shown; the rest of the page does its work.
    }
  },

  /** @param {WechatMiniprogram.CustomEvent<{ code?: string, errMsg: string }>} event */
  async keepPhone(event) {
    const { code } = event.detail;
    if (!code) {
      this.say('没有取得手机号，您可以随时再试');
      return;
    }
    this.setData({ busy: true });
    try {
      const { phone } = await api.post('/phone', { code });
      this.setData({ phone, words: '' });
      // A phone that stands on a roster may tell whose it is.
      await this.load();
    } catch (error) {
      this.setData({ words: api.wordsOf(error) });
    }
    this.setData({ busy: false });
  },

  askConsent() {
    const { templates } = this.data;
    wx.requestSubscribeMessage({
      tmplIds: templates,
      success: (said) => this.sendConsent(answersOf(templates, said)),
      fail: ({ errCode }) =>
        this.setData({
          words:
            errCode === SWITCHED_OFF
              ? '您关掉了订阅消息，请点右上角“…”，在“设置—通知管理”里打开。'
              : '微信没有弹出询问，请稍后再试。',
        }),
    });
  },

  /** @param {Record<string, string>} results */
  async sendConsent(results) {
    if (!Object.keys(results).length) return;
    try {
      await api.post('/subscriptions', { results });
      this.say(thanks(results));
    } catch (error) {
      this.setData({ words: api.wordsOf(error) });
    }
  },

  /** @param {WechatMiniprogram.SwitchChange} event */
  switchElder(event) {
    elder.set(event.detail.value);
    tabs.settle(this, 3);
  },

  openCertification() {
    address.open(CERTIFICATION_PATH);
  },

  /** @param {string} title */
  say(title) {
    wx.showToast({ title, icon: 'none', duration: 3000 });
  },
});
