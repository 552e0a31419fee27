import { baseName } from '../base/slash-path.ts';
import { PACKAGE_MANAGERS } from './package-managers.ts';

/** The program that these words run, without its directory: `pip` of `/opt/bin/pip3.11` and of `python3 -m pip`. */
export function readProgram([first = '', option, module = '']: readonly string[]): string {
  const name = withoutVersion(baseName(first));
  return option === '-m' && isPython(name) ? withoutVersion(module) : name;
}

/** The words behind the program that `readProgram` tells. */
export function wordsBehind(words: readonly string[]): readonly string[] {
  const [first = '', option] = words;
  return words.slice(option === '-m' && isPython(baseName(first)) ? 3 : 1);
}

/** Whether a text has the name of one of the programs for a word, however it is quoted. */
export function mentions(text: string, programs: ReadonlySet<string>): boolean {
  return (text.match(/[\w.+-]+/g) ?? []).some(word => programs.has(withoutVersion(word)));
}

function isPython(program: string): boolean {
  return /^python[\d.]*$/.test(program);
}

const VERSIONED = new RegExp(
  `^(${PACKAGE_MANAGERS.flatMap(({ isVersioned, programs }) => (isVersioned ? programs : [])).join('|')})\\d[\\d.]*$`,
);

function withoutVersion(program: string): string {
  return VERSIONED.exec(program)?.[1] ?? program;
}
