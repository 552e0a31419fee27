import type { Page } from 'playwright-core';
import { z } from 'zod';
import { testBrowser } from './opened-page.ts';

/** Of Chromium's trace: `toplevel` has the tasks of each thread, `user_timing` the mark by which the thread is found. */
const CATEGORIES = [
  'toplevel',
  'blink.user_timing',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
];

const MARK = 'deadweight-test';

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      cat: z.string(),
      pid: z.number(),
      tid: z.number(),
      ts: z.number().optional(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
    }),
  ),
});

/** Tasks of the page's main thread while `act` runs: those of over 50 ms, in milliseconds, and how many there were. */
export interface TracedTasks {
  readonly count: number;
  readonly long: readonly number[];
}

/** Longer tasks are felt by who clicks: the bound of the W3C's Long Tasks API. Milliseconds. */
export const LONG_TASK = 50;

/** Traces a page that is opened from the disk while something is done to it. */
export async function traceTasks(page: Page, act: () => Promise<void>): Promise<TracedTasks> {
  const browser = await testBrowser();
  await browser.startTracing(page, { categories: CATEGORIES });
  let trace: Buffer;
  try {
    await act();
    await page.evaluate(`performance.mark('${MARK}')`);
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString()));
  const mark = traceEvents.find(({ name, cat }) => name === MARK && cat.includes('user_timing'));
  if (mark === undefined) throw new Error('The trace does not have the page.');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && pid === mark.pid && tid === mark.tid,
  );
  // What the thread computed: while others have the processor, nothing is felt of this page's doing.
  const durations = tasks.map(({ dur = 0, tdur = dur }) => tdur / 1000);
  return { count: tasks.length, long: durations.filter(duration => duration > LONG_TASK) };
}
