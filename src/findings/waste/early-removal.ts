import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { WordPattern } from '../../dockerfile/shell/word-pattern.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { isForcedDeletion, nameByItself } from '../dockerfile/mention.ts';
import { removalFix } from '../dockerfile/removal.ts';
import { findNeedBetween } from '../later-use/need-between.ts';
import type { RuleContext } from '../rule-context.ts';

interface WriterAndHider {
  readonly writer: DockerfileInstruction;
  readonly hider: DockerfileInstruction;
}

/**
 * Deletes in the RUN that wrote it what a later RUN of the stage deletes by `rm`, where nothing between the two can have
 * used it. That `rm` stays where it does not mind; one without `-f` loses what is gone already.
 * @param paths clean, as the later layer hides them
 */
export function earlyRemoval(
  context: RuleContext,
  { writer, hider }: WriterAndHider,
  paths: readonly string[],
): readonly DockerfileEdit[] {
  if (hider.keyword !== 'RUN' || writer.stage !== hider.stage) return [];
  const { form, script } = runScript(hider);
  if (form === 'other' || form === 'exec') return [];
  const deletions = script.commands.filter(isDeletion);
  if (!paths.every(path => deletions.some(command => deletes(command, path)))) return [];
  const edits = hiderEdits(hider, paths);
  if (edits === null) return [];
  const names = paths.map(path => nameByItself(baseName(path)));
  const removing = new Set(deletions);
  const areExact = paths.every(path => deletions.some(({ words }) => namesExactly(words, path)));
  const fix = removalFix(context, writer, { paths, names }, removed =>
    findNeedBetween(context, { writer, hider, removing, areExact }, removed),
  );
  return 'withheld' in fix || fix.edits.length === 0 ? [] : [...fix.edits, ...edits];
}

function isDeletion({ words: [program], assignments }: ShellCommand): boolean {
  return program === 'rm' && assignments.length === 0;
}

/** Whether the path is one of its words: itself, from some directory, or by a pattern. */
function deletes({ words }: ShellCommand, path: string): boolean {
  const name = baseName(path);
  if (namesExactly(words, path)) return true;
  return words.slice(1).some(word => {
    if (word.startsWith('-')) return false;
    const last = word.replace(/\/$/, '').slice(word.replace(/\/$/, '').lastIndexOf('/') + 1);
    return last === name || new WordPattern(last).matches(name);
  });
}

function namesExactly(words: readonly string[], path: string): boolean {
  return words.slice(1).some(word => word.startsWith('/') && cleanPath(word) === path);
}

/** What the RUN that deleted has to become; null where it would fail, and nothing can be made of it. */
function hiderEdits(
  hider: DockerfileInstruction,
  paths: readonly string[],
): readonly DockerfileEdit[] | null {
  const { form, script } = runScript(hider);
  const edits: DockerfileEdit[] = [];
  for (const [index, command] of script.commands.entries()) {
    if (!isDeletion(command) || isForcedDeletion(command) || !paths.some(path => deletes(command, path)))
      continue;
    const text = script.text.slice(command.start, command.end);
    // Patterns and relative paths may name more than what is gone.
    if (form !== 'shell' || !script.isChain || text !== command.words.join(' ')) return null;
    const options = command.words.filter(word => word.startsWith('-'));
    const operands = command.words.slice(1).filter(word => !word.startsWith('-'));
    if (!operands.every(word => /^\/[\w./+@%=:,-]+$/.test(word))) return null;
    const rest = operands.filter(word => !paths.includes(cleanPath(word)));
    const left = rest.length === 0 ? null : ['rm', ...options, ...rest].join(' ');
    edits.push({ kind: 'replace-command', line: hider.startLine, index, command: left });
  }
  return edits;
}
