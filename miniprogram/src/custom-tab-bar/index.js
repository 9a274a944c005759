// WeChat's own tab bar has type of a fixed, small size; this one grows in elder mode.

const TABS = [
  { path: '/pages/home/home', text: '首页', icon: 'home' },
  { path: '/pages/messages/messages', text: '消息', icon: 'bell' },
  { path: '/pages/card/card', text: '会员卡', icon: 'card' },
  { path: '/pages/me/me', text: '我的', icon: 'person' },
];

Component({
  data: { elder: false, selected: 0, unread: 0, tabs: TABS },

  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      // The page that is shown marks its tab itself: a bar that did so at once would flicker.
      wx.switchTab({ url: event.currentTarget.dataset.path });
    },
  },
});
