// A phone and a platform for the tests: `wx` with a scripted network, and pages rendered by miniprogram-simulate.

const path = require('path');

const SRC = path.join(__dirname, '..', 'src');
const BASE = 'http://127.0.0.1:8000';

/** Everything a test may want to look at; emptied by `reset`. */
const phone = { storage: new Map(), requests: [], routes: {}, logins: 0 };

/** Let promises and the simulated component tree come to rest. */
async function settle() {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

/** Answer `METHOD /path` from the routes: {status, data}, {fail: errMsg} or a function that returns one of them. */
async function answer(options) {
  const name = `${options.method} ${options.url.replace(`${BASE}/api/mini`, '')}`;
  phone.requests.push({ name, data: options.data, header: options.header, timeout: options.timeout });
  const route = phone.routes[name];
  if (!route) throw new Error(`No route for ${name}`);
  const made = typeof route === 'function' ? await route(options) : route;
  if (made.fail) options.fail({ errMsg: made.fail });
  else options.success({ statusCode: made.status || 200, data: made.data });
}

const wx = {
  getAccountInfoSync: () => ({ miniProgram: { envVersion: 'develop' } }),
  getWindowInfo: () => ({ pixelRatio: 2 }),
  getStorageSync: (key) => (phone.storage.has(key) ? phone.storage.get(key) : ''),
  setStorageSync: (key, value) => phone.storage.set(key, value),
  removeStorageSync: (key) => phone.storage.delete(key),
  request: (options) => void answer(options),
  login: ({ success }) => {
    phone.logins += 1;
    success({ code: `code-${phone.logins}` });
  },
};
const SPIES = [
  'navigateTo', 'switchTab', 'reLaunch', 'redirectTo', 'navigateBack',
  'showToast', 'makePhoneCall', 'stopPullDownRefresh', 'requestSubscribeMessage',
];
global.wx = wx;

// The simulator knows components only: a page becomes a component whose functions are methods.
global.Page = (definition) => {
  const methods = {};
  const fields = {};
  Object.keys(definition).forEach((name) => {
    if (typeof definition[name] === 'function') methods[name] = definition[name];
    else if (name !== 'data') fields[name] = definition[name];
  });
  global.Component({
    data: definition.data,
    methods,
    created() {
      Object.assign(this, fields);
    },
  });
};

const simulate = require('miniprogram-simulate');

/** WeChat's own template compiler comes as a program for this processor only. */
const compiler = process.arch === 'x64' ? 'official' : 'simulate';
const loaded = {};

/** Render a page or component and return it, attached; nothing of its life has happened yet. */
function render(name) {
  loaded[name] = loaded[name] || simulate.load(path.join(SRC, name), { rootPath: SRC, compiler });
  const made = simulate.render(loaded[name]);
  made.bar = { setData: jest.fn() };
  made.instance.getTabBar = () => made.bar;
  made.attach(document.createElement('div'));
  return made;
}

/** Tap what a selector finds. */
async function tap(page, selector) {
  const found = page.querySelector(selector);
  if (!found) throw new Error(`Nothing to tap: ${selector}`);
  found.dispatchEvent('tap');
  await settle();
}

function reset() {
  phone.storage.clear();
  phone.requests = [];
  phone.logins = 0;
  phone.routes = { 'POST /session': () => ({ data: { token: `token-${phone.logins}`, expires_s: 7200, member: null } }) };
  SPIES.forEach((name) => {
    global.wx[name] = jest.fn();
  });
}

/** How often a route was asked. */
const asked = (name) => phone.requests.filter((one) => one.name === name).length;

module.exports = { SRC, BASE, phone, settle, render, tap, reset, asked };
