// What the project promises about itself: it opens in the developer tool, runs on old phones and can be read by all.

const fs = require('fs');
const path = require('path');
const acorn = require('acorn');

const ROOT = path.join(__dirname, '..');
const SRC = path.join(ROOT, 'src');
const LINES_MAX = 400;

const read = (...names) => fs.readFileSync(path.join(...names), 'utf8');
const files = (folder) =>
  fs.readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? files(path.join(folder, one.name)) : [path.join(folder, one.name)]);
const ending = (suffix) => files(SRC).filter((name) => name.endsWith(suffix));
const app = JSON.parse(read(SRC, 'app.json'));

test('every page and tab of app.json is there', () => {
  const missing = app.pages.flatMap((page) =>
    ['js', 'json', 'wxml', 'wxss'].map((kind) => `${page}.${kind}`).filter((name) => !fs.existsSync(path.join(SRC, name))));
  expect(missing).toEqual([]);
  expect(app.tabBar.list.map((tab) => tab.text)).toEqual(['首页', '消息', '会员卡', '我的']);
  app.tabBar.list.forEach((tab) => expect(app.pages).toContain(tab.pagePath));
  expect(JSON.parse(read(ROOT, 'project.config.json'))).toMatchObject({ appid: 'touristappid', miniprogramRoot: 'src/' });
});

test('all JSON can be read', () => {
  ending('.json').forEach((name) => expect(() => JSON.parse(read(name))).not.toThrow());
});

test('code needs no younger language than ES2018', () => {
  ending('.js').forEach((name) => {
    expect(() => acorn.parse(read(name), { ecmaVersion: 2018, sourceType: 'script' })).not.toThrow();
  });
});

test('no file is too long to read', () => {
  const ours = [...files(SRC), ...files(__dirname)];
  expect(ours.filter((name) => read(name).split('\n').length > LINES_MAX)).toEqual([]);
});

test('every drawing that a page names is there', () => {
  const tiles = /const ICONS = \[(.*)\]/.exec(read(SRC, 'pages/home/home.js'))[1].match(/\w+/g);
  const tabs = read(SRC, 'custom-tab-bar/index.js').match(/icon: '(\w+)'/g).map((found) => found.slice(7, -1));
  const wanted = [...tiles, 'grid', ...tabs.flatMap((tab) => [`tab-${tab}`, `tab-${tab}-on`])];
  expect(wanted.filter((name) => !fs.existsSync(path.join(SRC, 'icons', `${name}.svg`)))).toEqual([]);
});

test('every handler that a template names is there', () => {
  const missing = ending('.wxml').flatMap((name) => {
    const code = read(name.replace(/wxml$/, 'js'));
    const named = [...read(name).matchAll(/\sbind\w+="(\w+)"/g)].map((found) => found[1]);
    return named.filter((handler) => !new RegExp(`^\\s+(async )?${handler}\\(`, 'm').test(code));
  });
  expect(missing).toEqual([]);
});

test('whatever can be tapped has a role or is a button', () => {
  const silent = ending('.wxml').flatMap((name) =>
    (read(name).match(/<(?!button)[\w-]+[^>]*\sbindtap=[^>]*>/g) || []).filter((tag) => !/aria-role=.*aria-label=/.test(tag)));
  expect(silent).toEqual([]);
});

const style = read(SRC, 'app.wxss');
const variables = (block) => Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((found) => [found[1], found[2]]));
const usual = variables(/^page \{([^}]*)\}/m.exec(style)[1]);
const elder = { ...usual, ...variables(/^\.elder \{([^}]*)\}/m.exec(style)[1]) };

/** Contrast of two colours (WCAG 2). */
function contrast(one, other) {
  const light = (colour) => {
    const long = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour;
    const [red, green, blue] = long.match(/\w\w/g).map((part) => {
      const value = parseInt(part, 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

test('the union\'s colours are its own', () => {
  expect(usual).toMatchObject({ red: '#b3202a', paper: '#f6f4f2', ink: '#1f2023' });
});

test.each([['usual', usual], ['elder', elder]])('words can be read in %s type', (name, { ink, soft, paper, link, red, 'red-soft': pale }) => {
  const pairs = [
    [ink, paper], [ink, '#fff'], [ink, pale], [soft, paper], [soft, '#fff'], [soft, pale], [link, pale], [link, '#fff'],
    ['#fff', red], ['#ffe9e4', red], ['#6b1017', pale],
  ];
  pairs.forEach(([words, ground]) => expect([words, ground, contrast(words, ground) >= 4.5]).toEqual([words, ground, true]));
});

test('elder mode has type of 20 and targets of 60 pixels', () => {
  expect(parseInt(elder.text, 10)).toBeGreaterThanOrEqual(20);
  expect(parseInt(elder.small, 10)).toBeGreaterThanOrEqual(20);
  expect(parseInt(elder.target, 10)).toBeGreaterThanOrEqual(60);
  expect(parseInt(usual.target, 10)).toBeGreaterThanOrEqual(44);
});

test('the lock file names no place to download from', () => {
  expect(read(ROOT, 'package-lock.json')).not.toMatch(/"resolved"/);
});
