import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../../src/base/effects.ts';
import type { ProgressEvent } from '../../../src/build/progress-event.ts';
import { loggedDisplay, silentDisplay } from '../../../src/run/weigh/build-display.ts';
import { hostileText } from '../../base/hostile-text.ts';
import { forgedCommands } from '../../support/e2e/runner.ts';
import { silentLog } from '../../support/silent-log.ts';
import { output, step } from './build-events.ts';

async function logged(...events: readonly ProgressEvent[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const log: Log = {
    ...silentLog,
    info: message => lines.push(message),
    group: (title, body) => {
      lines.push(`> ${title}`);
      return body();
    },
  };
  const result = await loggedDisplay(log).show('Build', async onProgress => {
    for (const event of events) onProgress(event);
    return 'built';
  });
  expect(result).toBe('built');
  return lines;
}

describe('the logged display', () => {
  it('tells each step once, when it ends, with its output before it', async () => {
    const events = [
      step('a', '[1/3] FROM debian', { cached: true, startedAt: 0, completedAt: 0 }),
      step('b', '[2/3] RUN make', { startedAt: 1000 }),
      output('b', 'half of a '),
      output('b', 'line\nanother\r\n'),
      output('b', 'the last'),
      step('b', '[2/3] RUN make', { startedAt: 1000, completedAt: 3500 }),
      step('b', '[2/3] RUN make', { startedAt: 1000, completedAt: 3500 }),
      step('c', '[3/3] RUN false', { startedAt: 4000, completedAt: 4100, error: 'exit code: 1' }),
      step('d', 'other', { startedAt: 4000, completedAt: 4100, error: 'context canceled' }),
    ];
    expect(await logged(...events)).toEqual([
      '> Build',
      'CACHED   [1/3] FROM debian',
      '    half of a line',
      '    another',
      '    the last',
      'DONE     [2/3] RUN make 2.5s',
      'ERROR    [3/3] RUN false 0.1s',
      'CANCELED other 0.1s',
    ]);
  });

  it('does not wait for the end of a line that never ends', async () => {
    const piece = '.'.repeat(10_000);
    const lines = await logged(
      step('b', 'RUN yes', { startedAt: 0 }),
      output('b', piece),
      output('b', piece),
      output('b', 'x'),
    );
    expect(lines).toEqual(['> Build', `    ${piece}${piece}`]);
  });

  it('gives no command to a runner, whatever a build prints', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText), hostileText, async (texts, name) => {
        const events = texts.map(text => output('a', text));
        const lines = await logged(...events, step('a', name, { startedAt: 0, completedAt: 1 }));
        expect(forgedCommands(lines.join('\n'))).toEqual([]);
        expect(lines.slice(1).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

it('the silent display says nothing and gives the result', async () => {
  expect(await silentDisplay.show('Build', async () => 7)).toBe(7);
});
