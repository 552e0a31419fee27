import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CountBytes, Progress } from '../../../src/base/effects.ts';
import { LiveArea } from '../../../src/run/live-area.ts';
import { liveProgress } from '../../../src/run/progress/live-progress.ts';
import { loggedProgress } from '../../../src/run/progress/logged-progress.ts';
import { liveDisplay } from '../../../src/run/weigh/live-display.ts';
import { Screen } from '../../support/terminal/screen.ts';

const MB = 1_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = async (milliseconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(milliseconds);
};
const now = (): number => Date.now();

function terminal() {
  const screen = new Screen(60, 24);
  screen.write('$ deadweight inspect app\n');
  const area = new LiveArea(screen);
  return { screen, area, progress: liveProgress(area, now, line => line.replace('secret', '***')) };
}

const EMPTY = '$ deadweight inspect app';

/** Reads a hundred megabytes a second. */
async function read(progress: Progress, seconds: number, label = 'Reading app'): Promise<void> {
  await progress.show({ label, total: seconds * 100 * MB }, async count => {
    for (let tenth = 0; tenth < 10 * seconds; tenth += 1) {
      await pass(100);
      count(10 * MB);
    }
  });
}

describe('progress at a terminal', () => {
  it('is a line after half a second, and gone at the end', async () => {
    const { screen, progress } = terminal();
    const seen = new Set<string>();
    await progress.show(
      { label: 'Reading secret', waiting: 'Waiting for secret', total: 500 * MB },
      async count => {
        await pass(400);
        expect(screen.text).toBe(EMPTY);
        await pass(200);
        expect(screen.text).toBe(`${EMPTY}\nWaiting for ***`);
        await pass(2000);
        expect(screen.text).toBe(`${EMPTY}\nWaiting for *** (2 s)`);
        for (let tenth = 0; tenth < 40; tenth += 1) {
          count(10 * MB);
          await pass(100);
          seen.add(screen.text);
        }
        expect(screen.text).toBe(`${EMPTY}\nReading ***: 400 MB of 500 MB, 100 MB/s, 2 s left`);
        expect(screen.isCursorShown).toBe(false);
      },
    );
    expect(seen.size).toBeGreaterThan(20);
    expect(screen.text).toBe(EMPTY);
    expect(screen.isCursorShown).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('writes nothing for what is fast, and nothing where nothing has changed', async () => {
    const { screen, progress } = terminal();
    const write = vi.spyOn(screen, 'write');
    await read(progress, 0.4);
    expect(write).not.toHaveBeenCalled();
    await progress.show({ label: 'Opening app' }, () => pass(5_950));
    // As it appears, four seconds, and as it goes.
    expect(write).toHaveBeenCalledTimes(1 + 5 + 1);
  });

  it('is drawn where code leaves the thread no turn, and does so at once for what is long', async () => {
    const { screen, progress } = terminal();
    await progress.show({ label: 'Reading app', total: 500 * MB }, async count => {
      vi.setSystemTime(now() + 700);
      count(100 * MB);
      expect(screen.text).toBe(`${EMPTY}\nReading app: 100 MB of 500 MB`);
      count(100 * MB);
      expect(screen.text).toContain('100 MB of');
      vi.setSystemTime(now() + 100);
      count(100 * MB);
      expect(screen.text).toContain('300 MB of');
    });
    await progress.show({ label: 'Analyzing app', isLong: true }, async () => {
      expect(screen.text).toBe(`${EMPTY}\nAnalyzing app`);
    });
    expect(screen.text).toBe(EMPTY);
  });

  it('goes away when the work fails, and when the program is broken off', async () => {
    const { screen, progress } = terminal();
    const before = process.listeners('exit');
    const failing = progress.show({ label: 'Reading app' }, async () => {
      await pass(1000);
      const [listener] = process.listeners('exit').filter(each => !before.includes(each));
      expect(screen.text).toBe(`${EMPTY}\nReading app (1 s)`);
      listener?.(130);
      expect(screen.text).toBe(EMPTY);
      await pass(1000);
      expect(screen.text).toBe(`${EMPTY}\nReading app (2 s)`);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(screen.text).toBe(EMPTY);
    expect(process.listeners('exit')).toEqual(before);
  });

  it('shows what was begun last, and what is left when that ends', async () => {
    const { screen, progress } = terminal();
    await progress.show({ label: 'Outer' }, async () => {
      await pass(1000);
      await progress.show({ label: 'Inner' }, async () => {
        await pass(400);
        expect(screen.text).toBe(`${EMPTY}\nOuter (1 s)`);
        await pass(200);
        expect(screen.text).toBe(`${EMPTY}\nInner`);
      });
      expect(screen.text).toBe(`${EMPTY}\nOuter (1 s)`);
    });
    expect(screen.text).toBe(EMPTY);
  });

  it('stays below what is printed, and makes way for a build', async () => {
    const { screen, area, progress } = terminal();
    await progress.show({ label: 'Fetching' }, async () => {
      await pass(1000);
      area.print('warning: something');
      expect(screen.text).toBe(`${EMPTY}\nwarning: something\nFetching (1 s)`);
      await liveDisplay(area, now, line => line).show('Build', async () => {
        await pass(1000);
        expect(screen.text).toBe(`${EMPTY}\nwarning: something\n[+] Build 1.0s (0/0)`);
      });
      await pass(100);
      expect(screen.text).toBe(`${EMPTY}\nwarning: something\nFetching (2 s)`);
    });
    expect(screen.text).toBe(`${EMPTY}\nwarning: something`);
  });

  it('breaks no line of a terminal that was made narrower', async () => {
    const screen = new Screen(60, 24);
    const progress = liveProgress(new LiveArea(screen), now);
    await progress.show({ label: `Reading ${'顧客'.repeat(30)}` }, async (count: CountBytes) => {
      for (const columns of [60, 30, 7, 90]) {
        screen.resize(columns);
        count(MB);
        await pass(700);
        expect(screen.text.split('\n')).toHaveLength(1);
      }
    });
    expect(screen.text).toBe('');
  });
});

describe('progress in a runner', () => {
  it('is a line every ten seconds', async () => {
    const info = vi.fn();
    const progress = loggedProgress({ info }, now);
    await read(progress, 9);
    expect(info).not.toHaveBeenCalled();
    await read(progress, 25, 'Reading base');
    expect(info.mock.calls.flat()).toEqual([
      'Reading base: 90 MB of 2.5 GB',
      'Reading base: 1.1 GB of 2.5 GB, 100 MB/s, 15 s left',
      'Reading base: 2.1 GB of 2.5 GB, 100 MB/s, 5 s left',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says nothing of many short works far apart', async () => {
    const info = vi.fn();
    const progress = loggedProgress({ info }, now);
    for (let round = 0; round < 5; round += 1) {
      await read(progress, 2);
      await pass(20_000);
    }
    expect(info).not.toHaveBeenCalled();
  });
});
