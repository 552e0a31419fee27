import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { terminalAsker } from '../../src/cli/ask.ts';
import { fixReportSchema } from '../../src/report/fix-report.ts';
import type { AskForFix } from '../../src/run/fix-pipeline.ts';

afterEach(() => vi.restoreAllMocks());

/** Somebody at a terminal. @param said what was printed to them */
function terminal(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(stderr as unknown as typeof process.stderr);
  return { stdin, said: () => String(stderr.read() ?? '') };
}

const OPTIONS = { columns: 80, color: false };

const [fix] = fixReportSchema().parse({
  ...{ schemaVersion: 1, tool: { name: 'deadweight', version: '1.2.3' }, title: 'app' },
  ...{ platform: 'linux/amd64', dockerfile: 'Dockerfile', all: null, files: [], notices: [] },
  fixes: [
    {
      edits: [{ kind: 'ignore', pattern: '.git' }],
      findings: [],
      predicted: { bytes: 5_000_000, compressedBytes: null },
      ...{ measured: null, outcome: 'predicted', reason: null },
    },
  ],
}).fixes;
if (fix === undefined) throw new TypeError('there is a fix');
const QUESTION: Parameters<AskForFix> = [fix, '', { index: 0, count: 2, dockerfile: 'Dockerfile' }];

function asker(): AskForFix {
  const ask = terminalAsker(OPTIONS, text => text);
  if (ask === null) throw new Error('there is a terminal');
  return ask;
}

describe('who is asked whether to make a fix', () => {
  it.each([
    ['y\n', 'yes'],
    [' NO \n', 'no'],
    ['all\n', 'all'],
    ['q\n', 'quit'],
  ])('says %j', async (said, answer) => {
    const { stdin } = terminal(true);
    stdin.write(said);
    expect(await asker()(...QUESTION)).toBe(answer);
  });

  it('is asked again after any other word', async () => {
    const { stdin, said } = terminal(true);
    const answer = asker()(...QUESTION);
    stdin.write('perhaps\n');
    await vi.waitFor(() => expect(said()).toContain('[y]es'));
    stdin.write('n\n');
    expect(await answer).toBe('no');
  });

  it('quits where the input ends', async () => {
    const { stdin } = terminal(true);
    stdin.end();
    expect(await asker()(...QUESTION)).toBe('quit');
  });

  it('has to be at a terminal', () => {
    terminal(false);
    expect(terminalAsker(OPTIONS, text => text)).toBeNull();
  });
});
