import { baseName, isWithin, parentPath } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { WordPattern } from '../../dockerfile/shell/word-pattern.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { expandAt, stageDirectories } from '../dockerfile/stage-variables.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findPartedLinks } from './parted-links.ts';

/**
 * Whether merged RUNs would not do what they do apart: the shell would be another, as a RUN put another in the place of
 * /bin/sh, or made the working directory anew, which the shell that runs is no longer in; or a change of one name of a
 * file would be one of all its names.
 */
export function hasMergeObstacle(context: RuleContext, edits: readonly DockerfileEdit[]): boolean {
  const { dockerfile } = context;
  return edits.some(edit => {
    if (edit.kind !== 'merge-runs' || dockerfile === null) return false;
    const runs = dockerfile.file.instructions.filter(
      ({ startLine }) => startLine >= edit.line && startLine < edit.lastLine,
    );
    if (partsLinks(context, edit)) return true;
    return runs.some(run => changed(context).has(run.startLine) || leavesDirectory(context, run));
  });
}

function partsLinks(
  context: RuleContext,
  { line, lastLine }: { readonly line: number; readonly lastLine: number },
): boolean {
  const isInside = (layer: number): boolean => {
    const start = context.instructionOf(layer)?.startLine ?? 0;
    return start >= line && start <= lastLine;
  };
  return findPartedLinks(context).some(
    ({ writtenBy, partedBy }) => isInside(writtenBy) && isInside(partedBy),
  );
}

/** First lines of the instructions of which a layer has another shell, or the working directory anew. */
const changed = memoize((context: RuleContext): ReadonlySet<number> => {
  const { analysis, ownFrom } = context;
  const shells = new Map<string, string>();
  const lines = new Set<number>();
  for (const [layer, { entries, whiteouts, opaques }] of analysis.scans.entries()) {
    const run = context.instructionOf(layer);
    let hasShell = false;
    for (const { path, kind, linkname = '', content = '' } of entries) {
      if (!SHELL.test(path)) continue;
      // An upgrade of the same shell leaves the link as it is.
      const value = `${kind} ${linkname}${/\/sh$/.test(path) ? content : ''}`;
      hasShell ||= shells.has(path) && shells.get(path) !== value;
      shells.set(path, value);
    }
    hasShell ||= whiteouts.some(path => SHELL.test(path));
    if (layer < ownFrom || run === null) continue;
    const directory = directoryOf(context, run);
    const isNew = directory !== null && [...whiteouts, ...opaques].some(path => isAt(directory, path));
    if (hasShell || isNew) lines.add(run.startLine);
  }
  return lines;
});

const SHELL = /^(?:usr\/)?bin\/(?:sh|bash|dash|ash|zsh)$/;

/** Clean; null where it is not known. */
function directoryOf({ dockerfile }: RuleContext, run: DockerfileInstruction): string | null {
  const directory = dockerfile === null ? null : (stageDirectories(dockerfile).get(run) ?? null);
  return directory === null ? null : cleanPath(directory);
}

function isAt(path: string, above: string): boolean {
  return above !== '' && isWithin(path, above);
}

const REMOVERS: ReadonlySet<string> = new Set(['rm', 'rmdir', 'mv']);

/** Whether a RUN takes away or moves the directory that it runs in. */
function leavesDirectory(context: RuleContext, run: DockerfileInstruction): boolean {
  const directory = directoryOf(context, run);
  if (directory === null || directory === '') return false;
  const { commands } = runScript(run).script;
  const moves = commands.findIndex(({ words: [program] }) => program === 'cd' || program === 'pushd');
  return commands.some(
    (command, index) =>
      REMOVERS.has(command.words[0] ?? '') &&
      operandsOf(command).some(word => {
        if (/\$(?:\{?PWD\b|\(pwd\))|`pwd`/.test(word)) return true;
        const path = context.dockerfile === null ? word : expandAt(context.dockerfile, run, word);
        if (path === null) return false;
        if (path.startsWith('/')) return names(cleanPath(path), directory);
        const isMoved = moves >= 0 && moves < index;
        return isMoved ? isPartOf(path, directory) : names(cleanPath(`${directory}/${path}`), directory);
      }),
  );
}

function operandsOf({ words }: ShellCommand): readonly string[] {
  const operands = words.slice(1).filter(word => !word.startsWith('-'));
  return words[0] === 'mv' ? operands.slice(0, -1) : operands;
}

/** Whether a clean path, of which the last part may be a pattern, is the directory or one above. */
function names(path: string, directory: string): boolean {
  if (isAt(directory, path)) return true;
  const [above, last] = [parentPath(path), baseName(path)];
  if (!/[*?[]/.test(last) || (above !== '' && !isAt(directory, above))) return false;
  const part = directory.slice(above === '' ? 0 : above.length + 1).split('/')[0] ?? '';
  return part !== '' && new WordPattern(last).matches(part);
}

/** From a directory that is not known. */
function isPartOf(word: string, directory: string): boolean {
  const last = cleanPath(word).split('/').at(-1) ?? '';
  return directory.split('/').includes(last);
}
