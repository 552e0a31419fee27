import { describe, expect, it } from 'vitest';
import { LiveArea } from '../../src/run/live-area.ts';
import { terminalLog, terminalProgress } from '../../src/run/terminal.ts';

function screen(isTTY = true) {
  const written: string[] = [];
  const area = new LiveArea({ isTTY, columns: 31, write: text => written.push(text) });
  return { written, area };
}

describe('the log of a terminal', () => {
  it.each([
    [false, false, ['i\n', 'warning: w\n', 'e\n', 'g\n']],
    [true, false, ['warning: w\n', 'e\n']],
    [false, true, ['d\n', 'i\n', 'warning: w\n', 'e\n', 'g\n']],
  ])('quiet %s, debug %s', async (quiet, debug, expected) => {
    const { written, area } = screen();
    const log = terminalLog({ area, quiet, debug });
    log.debug('d');
    log.info('i');
    log.warn('w');
    log.error('e');
    expect(await log.group('g', async () => 'body')).toBe('body');
    expect(written).toEqual(expected);
  });
});

it('breaks long warnings for a terminal alone, and no path or address', () => {
  const text =
    'The file "/srv/a folder/with a long name/app.tar" is not there: see https://example.org/a-long-address.';
  for (const isTTY of [true, false]) {
    const { written, area } = screen(isTTY);
    terminalLog({ area, quiet: false, debug: false }).warn(text);
    expect(written).toEqual([
      isTTY
        ? 'warning: The file\n"/srv/a folder/with a long name/app.tar"\nis not there: see\nhttps://example.org/a-long-address.\n'
        : `warning: ${text}\n`,
    ]);
  }
});

describe('the progress of a terminal', () => {
  it('is one line over itself, not too often, and goes away', () => {
    const { written, area } = screen();
    let now = 1000;
    const progress = terminalProgress({ area, quiet: false, debug: false }, () => now);
    progress.update('reading app', 1_000_000, 5_000_000);
    now += 10;
    progress.update('reading app', 2_000_000, 5_000_000);
    now += 100;
    progress.update('reading something with a long name', 3_000_000, null);
    progress.clear();
    progress.clear();
    expect(written).toEqual([
      '\u001b[?25lreading app: 1.0 MB of 5.0 MB\u001b[K\n\u001b[J',
      '\u001b[?25l\u001b[1A\rreading so…a long name: 3.0 MB\u001b[K\n\u001b[J',
      '\u001b[1A\r\u001b[K\n\u001b[J\u001b[1A\u001b[?25h',
    ]);
  });

  it.each([
    [false, false],
    [true, true],
  ])('is silent with a terminal %s and quiet %s', (isTTY, quiet) => {
    const { written, area } = screen(isTTY);
    const progress = terminalProgress({ area, quiet, debug: false }, () => 1000);
    progress.update('x', 1, 2);
    progress.clear();
    expect(written).toEqual([]);
  });
});
