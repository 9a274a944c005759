// What the four tab pages share: elder mode and the state of the tab bar.
// Each tab page has a tab bar of its own, so every page tells its bar anew when it is shown.

const elder = require('./elder');

let unread = 0;

/** @typedef {{ setData(data: object): void, getTabBar?(): any }} TabPage */

/**
 * Bring a tab page and its bar up to date.
 * @param {TabPage} page
 * @param {number} selected which tab this is
 */
function settle(page, selected) {
  const isElder = elder.isOn();
  page.setData({ elder: isElder });
  const bar = page.getTabBar ? page.getTabBar() : null;
  if (bar) bar.setData({ elder: isElder, selected, unread });
}

/** @param {number} count of messages that the member has not read */
function setUnread(count) {
  unread = count;
}

module.exports = { settle, setUnread, unread: () => unread };
