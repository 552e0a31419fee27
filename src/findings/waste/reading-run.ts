import { isWithin } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { readProgram } from '../../package-managers/program.ts';
import { isForcedDeletion } from '../dockerfile/mention.ts';
import { onlyReads } from './reading-command.ts';

/** Programs that cannot do to a mount what they do to files, wherever below what they are given it is. */
const CHANGERS: ReadonlySet<string> = new Set([
  ...['rm', 'rmdir', 'unlink', 'shred', 'mv', 'find', 'xargs', 'rsync', 'truncate', 'touch', 'sed', 'tee'],
  ...['chmod', 'chown', 'chgrp', 'setfacl'],
]);

interface PlacedCommand {
  readonly command: ShellCommand;
  readonly index: number;
  /** Where it runs; null where that is not known. */
  readonly directory: string | null;
}

/** What a RUN does with paths that a mount is to show in place of a copy. */
export class ReadingRun {
  readonly #run: DockerfileInstruction;
  readonly #targets: readonly string[];
  readonly #commands: readonly PlacedCommand[];

  /**
   * @param workdir clean; null where it is not known
   * @param targets clean paths
   */
  constructor(run: DockerfileInstruction, workdir: string | null, targets: readonly string[]) {
    this.#run = run;
    this.#targets = targets;
    let directory = workdir;
    this.#commands = runScript(run).script.commands.map((command, index) => {
      const placed = { command, index, directory };
      const [program, to] = command.words;
      if (program === 'cd') directory = to === undefined ? null : resolve(directory, to);
      return placed;
    });
  }

  /** Whether it names one of the targets, other than to delete it. */
  get isReading(): boolean {
    return this.#commands.some(each => each.command.words[0] !== 'rm' && this.#named(each).length > 0);
  }

  /**
   * What the RUN has to become that is to have the mount: empty where it can stay. Null unless all that it does with the
   * targets is to read each, and to delete them whole.
   */
  readingEdits(): readonly DockerfileEdit[] | null {
    if (!this.#isChain) return null;
    const read = new Set<string | null>();
    const edits: DockerfileEdit[] = [];
    for (const each of this.#commands) {
      const named = this.#named(each);
      if (each.command.words[0] === 'rm') {
        const left = this.#meetsMore(each) ? undefined : this.#withoutTargets(each);
        if (left === undefined) return null;
        if (left !== this.#textOf(each)) edits.push(this.#replacement(each, left));
      } else if (named.length > 0) {
        if (!onlyReads(each.command, named) || /[<>]/.test(this.#textOf(each))) return null;
        for (const word of named) read.add(this.#targetOf(word, each.directory));
      } else if (this.#mayChange(each) || this.#isHidden(each)) return null;
    }
    return this.#targets.every(target => read.has(target)) ? edits : null;
  }

  /** What a RUN has to become that only deletes the targets, which are not there any more; null where that is not clear. */
  deletingEdits(): readonly DockerfileEdit[] | null {
    const edits: DockerfileEdit[] = [];
    for (const each of this.#commands) {
      if (each.command.words[0] !== 'rm') {
        if (this.#named(each).length > 0 || this.#isHidden(each)) return null;
        continue;
      }
      const left = this.#isChain ? this.#withoutTargets(each) : undefined;
      if (left === undefined) {
        if (!isForcedDeletion(each.command)) return null;
      } else if (left !== this.#textOf(each)) edits.push(this.#replacement(each, left));
    }
    return edits;
  }

  get #isChain(): boolean {
    const { form, script } = runScript(this.#run);
    return form === 'shell' && script.isChain;
  }

  #textOf({ command }: PlacedCommand): string {
    return runScript(this.#run).script.text.slice(command.start, command.end);
  }

  #replacement({ index }: PlacedCommand, command: string | null): DockerfileEdit {
    return { kind: 'replace-command', line: this.#run.startLine, index, command };
  }

  /** Words that are a target, in it, or a pattern of what is in it. */
  #named({ command, directory }: PlacedCommand): readonly string[] {
    return command.words.slice(1).filter(word => this.#targetOf(word, directory) !== null);
  }

  #targetOf(word: string, directory: string | null): string | null {
    const path = resolve(directory, word.startsWith('-') ? word.slice(word.indexOf('=') + 1) : word);
    if (path === null) return null;
    return this.#targets.find(target => isWithin(path, target)) ?? null;
  }

  /** Whether its text names a target where no word is one: in a quoted text, a redirection, a variable. */
  #isHidden(each: PlacedCommand): boolean {
    const text = this.#textOf(each);
    return this.#targets.some(target => text.includes(`/${target}`));
  }

  /** Whether an `rm` may come across a target by another word than its own. */
  #meetsMore({ command: { words }, directory }: PlacedCommand): boolean {
    return words
      .slice(1)
      .some(
        word => !(word.startsWith('-') || this.#isTarget(word, directory)) && this.#mayHold(word, directory),
      );
  }

  #isTarget(word: string, directory: string | null): boolean {
    return this.#targets.includes(resolve(directory, word) ?? '\0');
  }

  /** The `rm` without the targets: null where nothing is left, undefined where its text cannot be told from its words. */
  #withoutTargets(each: PlacedCommand): string | null | undefined {
    const { words, assignments } = each.command;
    const text = this.#textOf(each);
    const left = words.filter(word => word.startsWith('-') || !this.#isTarget(word, each.directory));
    if (left.length === words.length) return text;
    if (assignments.length > 0 || text.replaceAll(/\s+/g, ' ') !== words.join(' ')) return undefined;
    return left.slice(1).every(word => word.startsWith('-')) ? null : left.join(' ');
  }

  /** Whether a command that names no target may change one all the same, or work in it. */
  #mayChange({ command: { words }, directory }: PlacedCommand): boolean {
    const program = readProgram(words);
    if (program === 'cd') return this.#targetOf(words[1] ?? '', directory) !== null;
    const operands = words.slice(1).filter(word => !word.startsWith('-'));
    return CHANGERS.has(program) && operands.some(word => this.#mayHold(word, directory));
  }

  /** Whether the word may be a directory that a target is in, a pattern that it is of, or something in it. */
  #mayHold(word: string, directory: string | null): boolean {
    const wild = word.search(/[*?[{$`~]/);
    const written = wild < 0 ? word : word.slice(0, wild);
    const start = resolve(directory, written);
    if (start === null) return true;
    const isOpen = wild >= 0 && !written.endsWith('/') && written !== '';
    const prefix = isOpen || start === '' ? start : `${start}/`;
    return this.#targets.some(target => `${target}/`.startsWith(prefix) || prefix.startsWith(`${target}/`));
  }
}

/** The clean path; null where a variable stands in it, or the directory is not known. */
function resolve(directory: string | null, word: string): string | null {
  if (/[$`~]/.test(word)) return null;
  if (word.startsWith('/')) return cleanPath(word);
  return directory === null ? null : cleanPath(`${directory}/${word}`);
}
