import { defineConfig } from 'vitest/config';

const globalSetup = ['__tests__/support/temporary-folder.ts'];

const BROWSER_TESTS = '__tests__/page/*.browser.test.ts';

/** They tell how long steps took, or empty the cache of an engine. */
const ALONE = ['__tests__/e2e/cache-import.test.ts', '__tests__/e2e/cache-story.test.ts'];

const e2e = {
  globalSetup: [...globalSetup, '__tests__/support/e2e/small-base.ts'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
  // An engine on a busy machine breaks off a build now and then. What fails twice is no such thing.
  retry: process.env['CI'] ? 1 : 0,
};

/** `unit` needs Node alone; `page` Chromium; `e2e` and `e2e-alone` need a real engine (script/engine brings one up). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup,
          setupFiles: ['__tests__/support/property-seed.ts'],
          include: ['__tests__/**/*.test.ts'],
          exclude: ['__tests__/e2e/**', BROWSER_TESTS, 'node_modules/**'],
          // Files of one worker share the modules that they import: loading them anew took half of the time.
          isolate: false,
          // One more than the smallest machines have: an eighth of the time is waiting for programs that tests start.
          maxWorkers: 3,
          // Not what a test takes, but what nothing takes: the machine may be busy.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'page',
          globalSetup: [...globalSetup, '__tests__/support/page/browser-server.ts'],
          include: [BROWSER_TESTS],
          isolate: false,
          // One browser, which tells how long tasks take.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e',
          include: ['__tests__/e2e/**/*.test.ts'],
          exclude: [...ALONE, 'node_modules/**'],
          // Tests wait for engines more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...e2e,
          name: 'e2e-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
