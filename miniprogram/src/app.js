App({
  onLaunch() {
    // A phone keeps an old version for days; offer the new one as soon as it is here.
    const updates = wx.getUpdateManager();
    updates.onUpdateReady(() => {
      wx.showModal({
        title: '有新版本',
        content: '重新打开后就能使用。',
        confirmText: '现在更新',
        cancelText: '以后再说',
        success: ({ confirm }) => {
          if (confirm) updates.applyUpdate();
        },
      });
    });
  },
});
