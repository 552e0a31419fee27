import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** A user of id 1000 makes 0.3 MB of them, one of id 3100 a megabyte. */
const MIN_BYTES = 1_000_000;

/** Records of logins are looked for by user id: 292 and 32 bytes each. */
const PATHS: ReadonlySet<string> = new Set(['var/log/lastlog', 'var/log/faillog']);

/** Where useradd has the option already, or others write them, its option would not help. */
const OTHER_WRITER = /\b(?:adduser|newusers|login|lastlog|faillog|no-log-init)\b/;

/**
 * lastlog and faillog of a user with a large id: a hole on disk, but zeros in the layer, where they count whole. What
 * a later useradd copied up counts in each layer. Source: useradd(8), `--no-log-init`; shadow 4.8 (Debian 11) makes
 * them longer, 4.13 (Debian 12) does not.
 */
export const sparseLogs = defineRule({
  id: 'sparse-logs',
  family: 'leftovers',
  order: 150,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'Login records of a user with a large id',
  why: '`/var/log/lastlog` has a place for each user id: a large id makes it hundreds of megabytes of zeros, and a layer stores them all.',
  usual: 'Hundreds of megabytes: 292 bytes for each user id below the largest, 292 MB for user id 1,000,000.',
  remedy: 'Create the user with `useradd --no-log-init`, or with a smaller id.',
  whenToIgnore: 'Hardly ever: the file is all zeros.',
  find: context => {
    const files = [...findLeftovers(context, 'sparse-logs'), ...hidden(context)];
    return leftoverDefects(context, files, { minBytes: MIN_BYTES, edits });
  },
  what: finding => phrase`${leftoverFiles('zeros', finding)} is the login record of a user with a large id`,
  fix: () => phrase`create the user with ${code('useradd --no-log-init')}, or with a smaller id`,
});

function hidden({ analysis, ownFrom }: RuleContext): readonly VisibleFile[] {
  return analysis.wastedFiles
    .filter(
      ({ path, writtenBy, hiddenBy }) => writtenBy >= ownFrom && hiddenBy !== writtenBy && PATHS.has(path),
    )
    .map(({ path, bytes, writtenBy }) => ({ path, bytes, layer: writtenBy }));
}

function edits(instruction: DockerfileInstruction): readonly DockerfileEdit[] {
  const { script } = runScript(instruction);
  const isCalled = script.commands.some(({ words: [program = ''] }) => program === 'useradd');
  const hasOption = script.commands.some(
    ({ words }) => words[0] === 'useradd' && words.some(word => /^-[A-Za-z]*l/.test(word)),
  );
  if (!isCalled || hasOption || OTHER_WRITER.test(script.text)) return [];
  return [{ kind: 'add-option', line: instruction.startLine, program: ['useradd'], option: '--no-log-init' }];
}
