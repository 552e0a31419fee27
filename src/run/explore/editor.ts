import { spawn } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { pathInside } from '../../base/inside-path.ts';
import { printable } from '../../base/untrusted-text.ts';

/** A program with its arguments. */
interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Editors that take `FILE:LINE`, with what stands before it; all others take `+LINE FILE`, as vi and nano do. */
const COLON_EDITORS: Readonly<Record<string, readonly string[]>> = {
  code: ['--goto'],
  'code-insiders': ['--goto'],
  codium: ['--goto'],
  cursor: ['--goto'],
  hx: [],
  helix: [],
  subl: [],
  zed: [],
};

/**
 * What opens a line of a file in the user's editor. Words of the variable are told apart by spaces: no shell reads it.
 * @param path absolute
 * @throws DeadweightError `usage` where neither variable is set
 */
export function editorCommand(
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  line: number,
): Command {
  const words = (env['VISUAL']?.trim() || env['EDITOR']?.trim() || '').split(/\s+/);
  const [program = '', ...args] = words;
  if (program === '') {
    throw new DeadweightError('usage', {
      message: 'Neither VISUAL nor EDITOR says which editor is wanted.',
      remedy: 'Set EDITOR, and start deadweight explore again.',
    });
  }
  const before = COLON_EDITORS[basename(program)];
  const place = before === undefined ? [`+${line}`, path] : [...before, `${path}:${line}`];
  return { program, args: [...args, ...place] };
}

/**
 * The file that an instruction is of, where the working directory has it: a report may name any.
 * @param file as the report has it
 * @returns absolute, without links
 * @throws DeadweightError `input-missing`
 */
export function editedPath(file: string, cwd: string): string {
  try {
    const path = realpathSync(resolve(cwd, file));
    if (pathInside(realpathSync(cwd), path) && statSync(path).isFile()) return path;
  } catch {
    // As one that is elsewhere.
  }
  throw new DeadweightError('input-missing', {
    message: `${printable(file)} is no file of this directory.`,
    remedy: 'Start deadweight explore in the directory that the image was built from.',
  });
}

/**
 * Runs an editor in the terminal, until it ends.
 * @throws DeadweightError `program-missing` where it cannot be started or fails
 */
export function runEditor({ program, args }: Command, cwd: string): Promise<void> {
  return new Promise((resolved, reject) => {
    const fail = (why: string): void =>
      reject(
        new DeadweightError('program-missing', {
          message: `The editor ${printable(program)} ${why}.`,
          remedy: 'Set VISUAL or EDITOR to an editor that is installed.',
        }),
      );
    const child = spawn(program, args, { cwd, stdio: 'inherit' });
    child.on('error', error => fail(`could not be started: ${messageOf(error)}`));
    child.on('close', code => (code === 0 ? resolved() : fail(`ended with ${code ?? 'a signal'}`)));
  });
}
