import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { readHeredocStart } from '../heredoc.ts';
import { jsonWords } from '../shell-word.ts';
import { SHELLS } from './program-names.ts';
import { readScript } from './read-script.ts';
import type { ShellScript } from './shell-command.ts';

/**
 * `shell`: the instruction's own words. `heredoc`: `RUN <<EOF`, whose lines are the script. `exec`: the JSON form.
 * `other`: a here-document that feeds a program, or is a script of another language.
 */
type RunForm = 'shell' | 'heredoc' | 'exec' | 'other';

export interface RunScript {
  readonly form: RunForm;
  /** Without commands where the form is `other`. Offsets are into `script.text`. */
  readonly script: ShellScript;
}

const EMPTY = readScript('');
/** The programs that run a script of the POSIX shell language. */
export const POSIX_SHELL = new RegExp(`(?:^|/)(?:${SHELLS.join('|')})$`);

type RunInstruction = Pick<DockerfileInstruction, 'keyword' | 'body' | 'heredocs'>;

/** Dozens of rules ask for the same instructions, which are never changed. */
const READ = new WeakMap<RunInstruction, RunScript>();

/** What a RUN instruction runs; without commands for any other instruction. */
export function runScript(instruction: RunInstruction): RunScript {
  let known = READ.get(instruction);
  if (known === undefined) {
    known = readRun(instruction);
    READ.set(instruction, known);
  }
  return known;
}

function readRun({ keyword, body, heredocs }: RunInstruction): RunScript {
  if (keyword !== 'RUN') return { form: 'other', script: EMPTY };
  const [heredoc] = heredocs;
  if (heredoc !== undefined) return heredocScript(body, heredoc.lines, heredocs.length, heredoc.chomp);
  const words = body.startsWith('[') ? jsonWords(body) : null;
  return words === null
    ? { form: 'shell', script: readScript(body) }
    : { form: 'exec', script: execScript(words) };
}

function heredocScript(body: string, lines: readonly string[], count: number, chomp: boolean): RunScript {
  const isScript = count === 1 && readHeredocStart(body) !== null;
  const [first = ''] = lines;
  if (!isScript || (first.startsWith('#!') && !isShell(first.slice(2))))
    return { form: 'other', script: EMPTY };
  const text = (chomp ? lines.map(line => line.replace(/^\t+/, '')) : lines).join('\n');
  return { form: 'heredoc', script: readScript(text) };
}

/** Of `#!/bin/sh -e` and `#!/usr/bin/env bash` what is behind `#!`. */
function isShell(interpreter: string): boolean {
  const [program = '', argument = ''] = interpreter.trim().split(/\s+/, 2);
  return POSIX_SHELL.test(program) || (program.endsWith('/env') && POSIX_SHELL.test(argument));
}

function execScript(words: readonly string[]): ShellScript {
  const [program = '', option, script] = words;
  if (POSIX_SHELL.test(program) && option === '-c' && script !== undefined) return readScript(script);
  const command = { words, assignments: [], start: 0, end: 0, operator: 'start', depth: 0 } as const;
  const member = { operator: 'start', isCompound: false, isNegated: false, canFailUnseen: false } as const;
  return {
    text: '',
    commands: [command],
    members: [member],
    isChain: true,
    isUnderstood: true,
    isWhole: false,
    canBeContinued: false,
    hasBackground: false,
  };
}
