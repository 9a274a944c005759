const address = require('../../address');
const api = require('../../api');
const { CERTIFICATION_PATH } = require('../../config');
const qr = require('../../qr');
const tabs = require('../../tabs');

const TICK_MS = 1000;
/** How long to wait before asking again after a failure: whoever stands at a counter must not have to tap. */
const RETRY_MS = 10000;

Page({
  data: {
    elder: false,
    state: /** @type {'loading' | 'ready' | 'uncertified' | 'error'} */ ('loading'),
    /** The code on the screen has run out, and no new one is here yet. */
    stale: false,
    words: '',
    name: '',
    union: '',
    number: '',
    left: 0,
  },

  /** The running clock; 0 when there is none. */
  clock: /** @type {any} */ (0),
  /** When to ask for the next code, by this phone's clock. */
  deadline: 0,
  /** Counts askings; an answer to an older one, or one that comes after the page was left, is dropped. */
  asking: 0,

  onShow() {
    tabs.settle(this, 2);
    // A phone may have slept for hours: nothing is to be scanned before a fresh code is here.
    if (this.data.state === 'ready') this.setData({ stale: true });
    this.load();
  },

  onHide() {
    this.rest();
  },

  onUnload() {
    this.rest();
  },

  rest() {
    this.asking += 1;
    this.stopClock();
  },

  async load() {
    this.asking += 1;
    const asking = this.asking;
    this.stopClock();
    try {
      const card = await api.get('/card');
      if (asking === this.asking) this.accept(card);
    } catch (error) {
      if (asking === this.asking) this.refuse(error);
    }
  },

  /** @param {EUnion.Card} card */
  accept({ name, union, number, matrix, valid_s: seconds }) {
    if (!qr.isMatrix(matrix)) throw new Error('The platform sent no square code.');
    const shown = { state: /** @type {'ready'} */ ('ready'), stale: false, words: '', name, union, number };
    this.setData(shown, () => this.paint(matrix));
    // One second at least: at the end of a code's life the platform may answer 0, and must not be asked without pause.
    this.startClock(Math.max(1, Number(seconds) || 0) * 1000);
  },

  /** @param {unknown} error */
  refuse(error) {
    if (error instanceof api.ApiError && error.code === 'registry.not_certified') {
      this.setData({ state: 'uncertified', words: error.message });
      return;
    }
    const state = this.data.state === 'ready' ? 'ready' : 'error';
    this.setData({ state, stale: true, words: api.wordsOf(error) });
    this.startClock(RETRY_MS);
  },

  /** @param {number} milliseconds */
  startClock(milliseconds) {
    this.stopClock();
    this.deadline = Date.now() + milliseconds;
    this.clock = setInterval(() => this.tick(), TICK_MS);
    this.showLeft();
  },

  stopClock() {
    clearInterval(this.clock);
    this.clock = 0;
  },

  tick() {
    // Counted from the deadline, not by ticks: phones skip ticks when they are busy.
    this.showLeft();
    if (Date.now() < this.deadline) return;
    this.setData({ stale: true });
    this.load();
  },

  showLeft() {
    this.setData({ left: Math.max(0, Math.ceil((this.deadline - Date.now()) / 1000)) });
  },

  /** @param {string[]} matrix */
  paint(matrix) {
    const query = this.createSelectorQuery();
    query.select('#qr').fields({ node: true, size: true });
    query.exec(([found]) => {
      // The page may have been left before its canvas was made.
      if (!found || !found.node) return;
      const side = Math.floor(found.width * wx.getWindowInfo().pixelRatio);
      found.node.width = side;
      found.node.height = side;
      qr.draw(found.node.getContext('2d'), matrix, side);
    });
  },

  openCertification() {
    address.open(CERTIFICATION_PATH);
  },
});
