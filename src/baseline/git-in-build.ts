import type { Notice } from '../base/notice.ts';
import type { BuildStep } from '../build/build-result.ts';
import type { UncommittedFile } from './git/surroundings.ts';
import { isOfGit } from './uncommitted-files.ts';

/** Commands that tell of the history or the state of a checkout. */
const ASKING: ReadonlySet<string> = new Set([
  'archive',
  'blame',
  'branch',
  'cat-file',
  'describe',
  'diff',
  'for-each-ref',
  'log',
  'ls-files',
  'ls-tree',
  'name-rev',
  'rev-list',
  'rev-parse',
  'shortlog',
  'show',
  'show-ref',
  'status',
  'symbolic-ref',
  'tag',
  'whatchanged',
]);

/** Options of git whose value is the next word. */
const WITH_VALUE: ReadonlySet<string> = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace']);

/** Whether steps of the build read the history of the head, which both sides have. */
export function gitInBuildNotice(
  files: readonly UncommittedFile[],
  steps: readonly BuildStep[],
): Notice | null {
  if (!files.some(({ path }) => isOfGit(path)) || !steps.some(asksGit)) return null;
  return {
    code: 'git-in-build',
    message:
      'The build runs git over a copied `.git`: both sides saw the history and the state of what is checked out here.',
  };
}

/** Wherever in the script of a step that stands: in `$(…)` and in quotes as well. */
function asksGit({ name, instruction }: BuildStep): boolean {
  if (!/^(?:\[[^\]]*\] )?RUN\s/i.test(name)) return false;
  const words = (instruction?.text ?? name).split(/[\s\\;&|()`"'{}<>]+/);
  let next: 'program' | 'verb' | 'value' = 'program';
  for (const word of words) {
    if (next === 'value') next = 'verb';
    else if (next === 'verb' && WITH_VALUE.has(word)) next = 'value';
    else if (next === 'program' || !word.startsWith('-')) {
      if (next === 'verb' && ASKING.has(word)) return true;
      next = word === 'git' || word.endsWith('/git') ? 'verb' : 'program';
    }
  }
  return false;
}
