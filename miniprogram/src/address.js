// Which addresses this program opens: the platform's own, and no others.
// The runtime has no `URL`, so addresses are compared as text, whole base first.

const { BASE } = require('./config');

/**
 * Say whether an address is the platform's. The character after the base decides:
 * `https://base.evil.com`, `https://base@evil.com` and `https://base:81` begin with the base, too.
 * @param {unknown} address
 */
function isOurs(address) {
  return typeof address === 'string' && address.startsWith(`${BASE}/`) && isInner(address.slice(BASE.length));
}

/**
 * Say whether a path stays on the platform: `//host` and `/\host` would leave it.
 * @param {unknown} path
 */
function isInner(path) {
  return typeof path === 'string' && /^\/(?![/\\])[^\\\s\u0000-\u001f]*$/.test(path);
}

/**
 * Return the inner path of a path or of an address of the platform's; '' for all others.
 * @param {unknown} address
 * @returns {string}
 */
function innerPath(address) {
  if (isInner(address)) return /** @type {string} */ (address);
  return isOurs(address) ? /** @type {string} */ (address).slice(BASE.length) : '';
}

/** @param {string} path inner */
function webPage(path) {
  return `/pages/web/web?path=${encodeURIComponent(path)}`;
}

/**
 * Open what a tile, notice or message points to: a page of the platform's or a telephone number.
 * @param {string} target
 */
function open(target) {
  const phone = /^tel:([\d-]+)$/.exec(target);
  if (phone) {
    // Whoever changes their mind in the dialog "fails": nothing to say.
    wx.makePhoneCall({ phoneNumber: phone[1], fail: () => {} });
    return;
  }
  const path = innerPath(target);
  if (path) wx.navigateTo({ url: webPage(path) });
  else wx.showToast({ title: '这个链接打不开', icon: 'none' });
}

module.exports = { isOurs, innerPath, webPage, open };
