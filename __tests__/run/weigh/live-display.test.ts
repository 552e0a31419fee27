import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressEvent } from '../../../src/build/progress-event.ts';
import { LiveArea } from '../../../src/run/live-area.ts';
import { liveDisplay } from '../../../src/run/weigh/live-display.ts';
import { Screen } from '../../support/terminal/screen.ts';
import { output, step } from './build-events.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const redrawn = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(250);
};

/** Shows a build on the screen below a prompt; what `see` is called with is what can be seen. */
async function shown(
  screen: Screen,
  body: (
    onProgress: (event: ProgressEvent) => void,
    area: LiveArea,
    pass: (ms: number) => void,
  ) => Promise<void>,
): Promise<void> {
  let now = 5000;
  screen.write('$ deadweight build\n');
  const area = new LiveArea(screen);
  await liveDisplay(
    area,
    () => now,
    line => line,
  ).show('Build', onProgress =>
    body(onProgress, area, milliseconds => {
      now += milliseconds;
    }),
  );
}

describe('a build on a terminal', () => {
  it('is drawn over itself, with all times, and leaves nothing', async () => {
    const screen = new Screen(40, 24);
    await shown(screen, async (onProgress, _area, pass) => {
      // The builder's clock is hours behind.
      onProgress(step('a', '[1/2] FROM debian', { cached: true, startedAt: 0, completedAt: 0 }));
      onProgress(step('b', `[2/2] RUN ${'x'.repeat(80)}`, { startedAt: 0 }));
      onProgress(output('b', 'compiling \u001b[2Jthings\n'));
      await redrawn();
      pass(1500);
      await redrawn();
      expect(screen.text).toBe(
        [
          '$ deadweight build',
          '[+] Build 1.5s (1/2)',
          ' => CACHED [1/2] FROM debian       0.0s',
          ' => [2/2] RUN xxxxxxxxxxxxxxxxxxx… 1.5s',
          ' => => # compiling things',
        ].join('\n'),
      );
      expect(screen.isCursorShown).toBe(false);
    });
    expect(screen.text).toBe('$ deadweight build');
    expect(screen.isCursorShown).toBe(true);
  });

  it('leaves nothing of a terminal that was made narrower, wider and narrower', async () => {
    const screen = new Screen(100, 24);
    await shown(screen, async onProgress => {
      for (const id of ['a', 'b', 'c']) onProgress(step(id, `RUN ${id} 顧客`.repeat(9), { startedAt: 5000 }));
      for (const columns of [60, 140, 31]) {
        await redrawn();
        screen.resize(columns);
        await redrawn();
        expect(screen.text.split('\n')).toHaveLength(5);
      }
    });
    expect(screen.text).toBe('$ deadweight build');
  });

  it('stays below what is printed meanwhile', async () => {
    const screen = new Screen(60, 24);
    await shown(screen, async (onProgress, area) => {
      onProgress(step('a', 'RUN make', { startedAt: 5000 }));
      await redrawn();
      area.print('warning: something');
      expect(screen.text).toMatch(
        /^\$ deadweight build\nwarning: something\n\[\+\] Build .*\n => RUN make .*s$/,
      );
    });
    expect(screen.text).toBe('$ deadweight build\nwarning: something');
  });

  it('goes away when the build fails, and the cursor is there', async () => {
    const screen = new Screen(60, 24);
    const failing = shown(screen, async () => {
      await redrawn();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(screen.text).toBe('$ deadweight build');
    expect(screen.isCursorShown).toBe(true);
  });

  it('gives the cursor back when the program is broken off', async () => {
    const screen = new Screen(60, 24);
    const before = process.listeners('exit');
    await shown(screen, async () => {
      await redrawn();
      const [listener] = process.listeners('exit').filter(each => !before.includes(each));
      listener?.(130);
      expect(screen.isCursorShown).toBe(true);
    });
    expect(process.listeners('exit')).toEqual(before);
  });
});
