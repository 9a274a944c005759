module.exports = {
  testEnvironment: 'jsdom',
  testMatch: ['<rootDir>/tests/*.test.js'],
  // The runtime takes our files as they are, and so do the tests: nothing is compiled first.
  transform: {},
  restoreMocks: true,
};
