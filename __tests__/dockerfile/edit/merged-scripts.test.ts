import { beforeAll, describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { applyEdits } from '../../../src/dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../../src/dockerfile/shell/run-script.ts';
import { times } from '../../support/long.ts';
import { RandomNumbers } from '../../support/shells/random-numbers.ts';
import { randomRuns } from '../../support/shells/random-run.ts';
import { type FolderResult, type FolderRun, runInFolders } from '../../support/shells/run-folders.ts';
import { REAL_SHELLS, type RealShell } from '../../support/shells/shell-runs.ts';

/** Another seed tries others: DEADWEIGHT_SEED. */
const random = new RandomNumbers(Number(process.env['DEADWEIGHT_SEED'] ?? 13));

/** Merges that are made: long, at least 2,000. */
const WANTED = times(200, 2200);
const MOST_TRIES = WANTED * 4;

interface Sample {
  readonly dockerfile: string;
  readonly apart: FolderRun;
  readonly merged: FolderRun;
}

const refused = new Map<string, number>();
const samples: Sample[] = [];
let tries = 0;
for (; tries < MOST_TRIES && samples.length < WANTED; tries += 1) {
  const sample = sampleOf();
  if (typeof sample === 'string') refused.set(sample, (refused.get(sample) ?? 0) + 1);
  else samples.push(sample);
}

function sampleOf(): Sample | string {
  const errexit = random.isOneIn(6);
  const head = errexit ? ['FROM a', 'SHELL ["/bin/sh", "-ec"]'] : ['FROM a'];
  const text = `${[...head, ...randomRuns(random)].join('\n')}\n`;
  const runs = parseDockerfile(text, 'f').instructions.filter(({ keyword }) => keyword === 'RUN');
  const [line, lastLine] = [runs[0]?.startLine ?? 0, runs.at(-1)?.startLine ?? 0];
  const scripts = runs.map(run => runScript(run).script.text);
  const edits: DockerfileEdit[] = [{ kind: 'merge-runs', line, lastLine }];
  // A clean-up of one of them, too: it is to run behind it, and only when it has succeeded.
  const cleaned = random.isOneIn(4) ? random.below(runs.length) : -1;
  if (cleaned >= 0) {
    const command = 'rm -rf f1 d2/*';
    edits.push({ kind: 'append-command', line: runs[cleaned]?.startLine ?? 0, command });
    // A shell of its own runs it where all begin, as a shell is: the script may have changed that.
    if (/\bcd\b|\bexec\b|set -\w*[fx]/.test(scripts[cleaned] ?? '')) return 'cleaned elsewhere, not tried';
    scripts.splice(cleaned + 1, 0, command);
  }
  const made = applyEdits({ dockerfile: text, ignore: '' }, edits, 'f');
  if ('reason' in made) return made.reason;
  const merged = parseDockerfile(made.dockerfile, 'f').instructions.filter(
    ({ keyword }) => keyword === 'RUN',
  );
  if (merged.length !== 1 || merged[0] === undefined) throw new Error(`not merged: ${made.dockerfile}`);
  const options = errexit ? ['-e'] : [];
  return {
    dockerfile: text,
    apart: { texts: scripts, options },
    merged: { texts: [runScript(merged[0]).script.text], options },
  };
}

/**
 * The output by its words. Where the shell says what it runs (`set -x`), by its letters: dash writes its sign and each
 * word apart, so that those of a pipeline or of a command in the background mix within a word (once in 300 times on a
 * busy machine), and bash doubles the sign in the trap of a subshell. And bash ends with 127 where a variable is not set,
 * but a subshell of it with 1: it fails, either way.
 */
function comparable(result: FolderResult | undefined, isTraced: boolean): unknown {
  if (result === undefined) return undefined;
  const words = result.output.flatMap(line => line.split(/\s+/)).filter(word => word !== '');
  const isUnbound = result.output.some(line => line.includes('unbound variable'));
  return {
    files: result.files,
    status: isUnbound && result.status === 127 ? 1 : result.status,
    words: (isTraced ? [...words.join('').replaceAll('+', '')] : words).sort(),
  };
}

// The shells that macOS has are of another age.
describe.skipIf(process.platform !== 'linux')('RUNs of any style, merged', () => {
  const all = new Map<RealShell, readonly FolderResult[]>();
  beforeAll(async () => {
    const runs = samples.flatMap(({ apart, merged }) => [apart, merged]);
    await Promise.all(REAL_SHELLS.map(async shell => all.set(shell, await runInFolders(shell, runs))));
  }, 1_800_000);

  it.each(REAL_SHELLS)('leave the same files, status and output as apart: %s', shell => {
    const results = all.get(shell) ?? [];
    const wrong = samples.flatMap(({ dockerfile, merged }, index) => {
      const [before, after] = [results[index * 2], results[index * 2 + 1]];
      const isTraced = /\bset -\w*x/.test(dockerfile);
      const [apart, together] = [before, after].map(each => JSON.stringify(comparable(each, isTraced)));
      if (apart === together) return [];
      return [{ dockerfile, merged: merged.texts[0], before, after }];
    });
    const shortest = wrong.toSorted((a, b) => a.dockerfile.length - b.dockerfile.length).slice(0, 3);
    expect(shortest).toEqual([]);
    expect(results).toHaveLength(samples.length * 2);
  });

  it('are many, succeed and fail, and are seldom refused', () => {
    const results = all.get('dash') ?? [];
    const failed = samples.filter((_, index) => results[index * 2]?.status !== 0).length;
    expect(samples).toHaveLength(WANTED);
    expect(failed / samples.length).toBeGreaterThan(0.1);
    expect(failed / samples.length).toBeLessThan(0.7);
    const share = samples.length / tries;
    if (process.env['DEADWEIGHT_COUNTS'] !== undefined) {
      const reasons = [...refused].sort((a, b) => b[1] - a[1]);
      process.stderr.write(`${samples.length} of ${tries} merged, ${failed} fail\n`);
      for (const [reason, count] of reasons) process.stderr.write(`${count} ${reason}\n`);
    }
    expect(share).toBeGreaterThan(0.5);
  });
});
