// Elder mode: large type and large targets, a choice of this phone's, kept until it is taken back.

const STORED = 'elder';

function isOn() {
  return wx.getStorageSync(STORED) === true;
}

/** @param {boolean} on */
function set(on) {
  wx.setStorageSync(STORED, on);
}

module.exports = { isOn, set };
