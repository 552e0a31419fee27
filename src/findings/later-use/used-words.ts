import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { packageCommand } from '../../package-managers/package-command.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findOwnScripts } from './own-scripts.ts';

/** Everything that a build and its image may call by name. */
export interface UsedWords {
  /** Names by themselves: of programs, libraries, packages; of a path its parts. */
  readonly names: ReadonlySet<string>;
  /** Paths of three parts and more, clean. */
  readonly paths: readonly string[];
}

/**
 * The words of all instructions of all stages, and of the scripts in the image; without those of commands that install:
 * who installs a package does not run it.
 */
export const findUsedWords = memoize((context: RuleContext): UsedWords => {
  const texts = [
    ...(context.dockerfile?.file.instructions ?? []).map(usedText),
    ...findOwnScripts(context).map(({ words }) => words),
  ];
  const names = new Set(texts.flatMap(text => [...(text.match(NAME) ?? []), ...(text.match(SCHEME) ?? [])]));
  const paths = new Set(texts.flatMap(text => text.match(PATH) ?? []).map(path => path.slice(1)));
  return { names, paths: [...paths] };
});

const NAME = /[\w.+-]+/g;
/** `git` of `git+https://…`. */
const SCHEME = /\b[a-z]+(?=\+[a-z]+:)/g;
const PATH = /(?:\/[\w.+-]+){3,}/g;
/** What says what the image is, and runs nothing. */
const SILENT: ReadonlySet<string> = new Set(['LABEL', 'MAINTAINER', 'EXPOSE', 'STOPSIGNAL', 'FROM']);

function usedText(instruction: DockerfileInstruction): string {
  if (SILENT.has(instruction.keyword)) return '';
  if (instruction.keyword !== 'RUN') return instruction.text;
  const { form, script } = runScript(instruction);
  if (form === 'other' || !script.isUnderstood) return instruction.text;
  return script.commands.map(usedWordsOf).join('\n');
}

/** What a language's package manager is given it may fetch with other programs: `git+https://…`. */
function usedWordsOf(command: ShellCommand): string {
  const { words, assignments } = command;
  const install = packageCommand(command);
  const isSystem = install !== null && 'scope' in install.manager && install.manager.scope === 'system';
  const named: ReadonlySet<string> = new Set(isSystem ? install.names : []);
  return [...assignments, ...words.filter(word => !named.has(word))].join(' ');
}
