// The one door to the platform: signs in, carries the token, and says in words what went wrong.
//
// A failure never navigates, reloads or touches what it was given: whatever the person typed or chose stays on the
// page, and the page may call again with the same data.

const { BASE } = require('./config');

const TIMEOUT_MS = 10000;
const STORED = 'session';
/** A token is renewed this long before its end, so that it does not run out on the way. */
const MARGIN_MS = 60000;

/** @typedef {{ token: string, until: number }} Kept */
/** @typedef {{ status: number, data: any }} Answer */

/** What went wrong, in words for a worker (`message`), with the platform's code for the program. */
class ApiError extends Error {
  /**
   * @param {string} words
   * @param {number} [status]
   * @param {string} [code]
   */
  constructor(words, status, code) {
    super(words);
    this.status = status || 0;
    this.code = code || '';
  }
}

/** @param {unknown} error */
function wordsOf(error) {
  // Words of the runtime or of a bug are English and mean nothing to a worker.
  return error instanceof ApiError ? error.message : '出了点问题，请稍后再试。';
}

/** @param {string} reason `errMsg` of wx.request */
function networkWords(reason) {
  if (/time(d.)?out/i.test(reason)) return '网络太慢，没有等到回应，请稍后再试。';
  if (/domain list/i.test(reason)) return '小程序的服务器域名还没有登记好，请告诉工会。';
  if (/ssl|certificate/i.test(reason)) return '这个网络不安全，请换一个网络再试。';
  return '连不上网络，请检查手机网络后再试。';
}

/** @param {number} status */
function statusWords(status) {
  if (status === 401) return '登录没有成功，请关掉小程序再打开一次。';
  if (status === 403) return '您还不能使用这项服务，请联系您的工会。';
  if (status === 404) return '没有找到您要的内容。';
  if (status === 429) return '点得太快了，请过一会儿再试。';
  if (status >= 500) return '平台正忙，请稍后再试。';
  return '没有办成，请稍后再试。';
}

/**
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {object | undefined} data
 * @param {string} token empty: without one
 * @returns {Promise<Answer>}
 */
function send(method, path, data, token) {
  return new Promise((done, fail) => {
    wx.request({
      url: `${BASE}/api/mini${path}`,
      method,
      data,
      timeout: TIMEOUT_MS,
      header: token ? { Authorization: `Bearer ${token}` } : {},
      success: (answer) => done({ status: answer.statusCode, data: answer.data }),
      fail: (reason) => fail(new ApiError(networkWords(reason.errMsg || ''))),
    });
  });
}

/**
 * Return the answer's content. Throws ApiError.
 * @param {Answer} answer
 */
function contentOf({ status, data }) {
  const isObject = typeof data === 'object' && data !== null;
  if (status >= 200 && status < 300) {
    if (isObject) return data;
    // A café's wireless network answers everything with its own sign-in page.
    throw new ApiError('网络返回的内容不对，请先登录这个无线网络，或换用手机流量。', status);
  }
  const problem = isObject ? data : {};
  const hasWords = typeof problem.title === 'string' && /[\u4e00-\u9fff]/.test(problem.title);
  throw new ApiError(hasWords ? problem.title : statusWords(status), status, problem.code);
}

/** @returns {Promise<string>} a code that the platform exchanges with WeChat for who this is */
function loginCode() {
  return new Promise((done, fail) => {
    const refused = () => fail(new ApiError('微信登录没有成功，请稍后再试。'));
    wx.login({ timeout: TIMEOUT_MS, success: ({ code }) => (code ? done(code) : refused()), fail: refused });
  });
}

/** @returns {Promise<string>} the new token */
async function openSession() {
  const code = await loginCode();
  const session = /** @type {EUnion.Session} */ (contentOf(await send('POST', '/session', { code }, '')));
  wx.setStorageSync(STORED, { token: session.token, until: Date.now() + session.expires_s * 1000 });
  return session.token;
}

/** @type {Promise<string> | null} */
let opening = null;

/** Sign in; pages that ask at the same time share one sign-in. */
function signIn() {
  if (!opening) {
    const forget = () => {
      opening = null;
    };
    opening = openSession();
    opening.then(forget, forget);
  }
  return opening;
}

/** @returns {string} the token kept in storage, or '' when there is none that still lasts */
function keptToken() {
  const kept = /** @type {Kept | ''} */ (wx.getStorageSync(STORED));
  return kept && kept.until - MARGIN_MS > Date.now() ? kept.token : '';
}

/**
 * Return another token than the one refused; another request may have fetched it already.
 * @param {string} refused
 */
function renewed(refused) {
  const kept = keptToken();
  if (kept && kept !== refused) return kept;
  wx.removeStorageSync(STORED);
  return signIn();
}

/**
 * Ask the platform; a refused token is renewed once. Throws ApiError.
 * @param {'GET' | 'POST'} method
 * @param {string} path below /api/mini
 * @param {object} [data]
 * @returns {Promise<any>}
 */
async function request(method, path, data) {
  const token = keptToken() || (await signIn());
  const answer = await send(method, path, data, token);
  if (answer.status !== 401) return contentOf(answer);
  // Once only: a platform that refuses a fresh token would be asked for ever.
  return contentOf(await send(method, path, data, await renewed(token)));
}

module.exports = {
  ApiError,
  wordsOf,
  /** @param {string} path @param {object} [query] */
  get: (path, query) => request('GET', path, query),
  /** @param {string} path @param {object} data */
  post: (path, data) => request('POST', path, data),
};
