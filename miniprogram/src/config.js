// Where the platform lives. Nothing else in this program knows an address.

/** The platform's base address for each way of running; no slash at the end. */
const BASES = {
  develop: 'http://127.0.0.1:8000',
  trial: 'https://eunion.example',
  release: 'https://eunion.example',
};

module.exports = {
  BASE: BASES[wx.getAccountInfoSync().miniProgram.envVersion] || BASES.release,
  /** The page where members certify who they are. */
  CERTIFICATION_PATH: '/me/certify/',
};
