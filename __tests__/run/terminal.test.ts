import { describe, expect, it } from 'vitest';
import { LiveArea } from '../../src/run/live-area.ts';
import { SecretMask } from '../../src/run/secret-values.ts';
import { terminalLog } from '../../src/run/terminal.ts';
import { noSecrets } from '../support/no-secrets.ts';

function screen(isTTY = true) {
  const written: string[] = [];
  const area = new LiveArea({ isTTY, columns: 31, write: text => written.push(text) });
  return { written, area };
}

describe('the log of a terminal', () => {
  it.each([
    [false, false, ['i\n', 'warning: w\n', 'e\n', 'g\n']],
    [true, false, ['warning: w\n', 'e\n']],
    [false, true, ['d ***\n', 'i\n', 'warning: w\n', 'e\n', 'g\n']],
  ])('quiet %s, debug %s', async (quiet, debug, expected) => {
    const { written, area } = screen();
    const log = terminalLog({ area, quiet, debug, secrets: new SecretMask(['hush-hush-hush']) });
    log.debug('d hush-hush-hush');
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
    terminalLog({ area, quiet: false, debug: false, secrets: noSecrets }).warn(text);
    expect(written).toEqual([
      isTTY
        ? 'warning: The file\n"/srv/a folder/with a long name/app.tar"\nis not there: see\nhttps://example.org/a-long-address.\n'
        : `warning: ${text}\n`,
    ]);
  }
});
