import { defineConfig } from 'vitest/config';

const globalSetup = ['__tests__/support/temporary-folder.ts'];

/** `unit` needs Node alone; `e2e` needs a real engine (script/engine brings one up). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup,
          include: ['__tests__/**/*.test.ts'],
          exclude: ['__tests__/e2e/**', 'node_modules/**'],
          // Files of one worker share the modules that they import: loading them anew took half of the time.
          isolate: false,
          // Not what a test takes, but what nothing takes: the machine may be busy.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup,
          include: ['__tests__/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
