import { describe, expect, it } from 'vitest';
import { terminalLog, terminalProgress } from '../../src/run/terminal.ts';

function screen(isTTY = true) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 30, write: (text: string) => written.push(text) } };
}

describe('the log of a terminal', () => {
  it.each([
    [false, false, ['i\n', 'warning: w\n', 'e\n', 'g\n']],
    [true, false, ['warning: w\n', 'e\n']],
    [false, true, ['d\n', 'i\n', 'warning: w\n', 'e\n', 'g\n']],
  ])('quiet %s, debug %s', async (quiet, debug, expected) => {
    const { written, stream } = screen();
    const log = terminalLog({ stream, quiet, debug });
    log.debug('d');
    log.info('i');
    log.warn('w');
    log.error('e');
    expect(await log.group('g', async () => 'body')).toBe('body');
    expect(written).toEqual(expected);
  });
});

describe('the progress of a terminal', () => {
  it('is one line over itself, not too often, and goes away', () => {
    const { written, stream } = screen();
    let now = 1000;
    const progress = terminalProgress({ stream, quiet: false, debug: false }, () => now);
    progress.update('reading app', 1_000_000, 5_000_000);
    now += 10;
    progress.update('reading app', 2_000_000, 5_000_000);
    now += 100;
    progress.update('reading something with a long name', 3_000_000, null);
    progress.clear();
    progress.clear();
    expect(written).toEqual([
      '\r\u001b[2Kreading app: 1.0 MB of 5.0 MB',
      '\r\u001b[2Kreading something with a long',
      '\r\u001b[2K',
    ]);
  });

  it.each([
    [false, false],
    [true, true],
  ])('is silent with a terminal %s and quiet %s', (isTTY, quiet) => {
    const { written, stream } = screen(isTTY);
    const progress = terminalProgress({ stream, quiet, debug: false }, () => 1000);
    progress.update('x', 1, 2);
    progress.clear();
    expect(written).toEqual([]);
  });
});
