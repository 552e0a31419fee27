import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { knowingEnv, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { git } from '../support/git/repository.ts';
import { times } from '../support/long.ts';
import { buildImages, checkoutOf } from '../support/pulls/checkout.ts';
import type { Pull } from '../support/pulls/pull.ts';
import { DAILY, PULLS } from '../support/pulls/pulls.ts';

/** A Markdown file to which every comment's head goes, beside its ideal, for somebody to judge. */
const JUDGED = process.env['DEADWEIGHT_PULLS'];

/** Any engine: what is compared is the same on both stores. */
const host = STORES.map(([, address]) => address).find(address => address !== undefined);
const env = knowingEnv(host);

/** What no comment here may say: nobody has set a budget. */
const NEVER = [/within budget/i, /\b(NaN|undefined)\b/, /[+−-]0(\.0)?\s?[kMG]?B\b.*(added|removed)/];

interface Compared {
  readonly report: Report;
  readonly comment: string;
}

/** Builds both sides as a job on the pull request does. */
async function compare(pull: Pull): Promise<Compared> {
  const cwd = await checkoutOf(pull);
  await buildImages(pull.images?.before ?? {}, env);
  const run = async (...args: readonly string[]): Promise<void> => {
    const ended = await deadweight(['build', '.', '-q', ...args], { cwd, env });
    expect(ended.code, ended.stderr).toBe(0);
  };
  const baseline = ['--against', 'main'];
  if (pull.images?.after !== undefined) {
    // The tag moves after main was built: its image is known from a snapshot.
    await git(cwd, 'checkout', '--quiet', 'main');
    await run('--snapshot', '../base.json');
    await git(cwd, 'checkout', '--quiet', 'change');
    await buildImages(pull.images.after, env);
    baseline.splice(0, baseline.length, '--baseline-file', '../base.json');
  }
  await run(...baseline, '--json', '../head.json', '--markdown', '../head.md');
  const comment = await readFile(join(cwd, '../head.md'), 'utf8');
  return { report: await reportIn(join(cwd, '../head.json')), comment };
}

/** The first eight lines above the folds and fixes: no empty ones, no markers, no rules of tables, no places to break. */
function headOf(comment: string): string {
  const [above = ''] = comment.replaceAll(/<!--.*?-->|<wbr>/gs, '').split(/<details|^```diff/m);
  const lines = above.split('\n');
  return lines
    .filter(line => /[\p{L}\p{N}]/u.test(line))
    .slice(0, 8)
    .join('\n');
}

/** Without the text of instructions, which names what did not change, too. */
function withoutInstructions(head: string): string {
  return head.replaceAll(/(`+) ?(?:ADD|COPY|FROM|RUN)\b.*?\1|<code>(?:ADD|COPY|FROM|RUN)\b.*?<\/code>/g, '');
}

const judged: string[] = [];

function judge({ name, story, ideal }: Pull, head: string): void {
  const fence = '~~~~';
  const parts = [story, 'Ideal:', `${fence}\n${ideal.lines.join('\n')}\n${fence}`];
  judged.push([`## ${name}`, ...parts, 'The comment:', `${fence}\n${head}\n${fence}`].join('\n\n'));
}

const isAll = JUDGED !== undefined || times(0, 1) === 1;

describe.skipIf(host === undefined)('the comment on a pull request', () => {
  afterAll(async () => {
    if (JUDGED !== undefined) await writeFile(JUDGED, `${judged.join('\n\n')}\n`);
  });

  it.each(isAll ? PULLS : PULLS.filter(({ name }) => DAILY.has(name)))('$name', async pull => {
    const { report, comment } = await compare(pull);
    const head = headOf(comment);
    judge(pull, head);
    const { delta, causes } = report.comparison ?? expect.fail('nothing was compared');
    const { ideal } = pull;
    if (ideal.delta !== null) expect.soft(delta.size).toBe(ideal.delta);
    expect.soft(causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(delta.size);
    for (const pattern of ideal.mustSay) expect.soft(head).toMatch(pattern);
    for (const pattern of [...NEVER, ...ideal.mustNotSay]) {
      expect.soft(withoutInstructions(head)).not.toMatch(pattern);
    }
  });
});
