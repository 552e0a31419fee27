import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { readScript } from './read-script.ts';
import type { ShellScript } from './shell-command.ts';

/**
 * `shell`: the instruction's own words. `heredoc`: `RUN <<EOF`, whose lines are the script. `exec`: the JSON form.
 * `other`: a here-document that feeds a program, or is a script of another language.
 */
export type RunForm = 'shell' | 'heredoc' | 'exec' | 'other';

export interface RunScript {
  readonly form: RunForm;
  /** Without commands where the form is `other`. Offsets are into `script.text`. */
  readonly script: ShellScript;
}

const NONE = readScript('');
const SHELL = /(?:^|\/)(?:sh|ash|bash|dash|zsh)$/;

/** What a RUN instruction runs; without commands for any other instruction. */
export function runScript(
  instruction: Pick<DockerfileInstruction, 'keyword' | 'body' | 'heredocs'>,
): RunScript {
  const { keyword, body, heredocs } = instruction;
  if (keyword !== 'RUN') return { form: 'other', script: NONE };
  const [heredoc] = heredocs;
  if (heredoc !== undefined) return heredocScript(body, heredoc.lines, heredocs.length, heredoc.chomp);
  const words = execWords(body);
  return words === null
    ? { form: 'shell', script: readScript(body) }
    : { form: 'exec', script: execScript(words) };
}

function heredocScript(body: string, lines: readonly string[], count: number, chomp: boolean): RunScript {
  const isScript = count === 1 && /^\d*<<-?\S+$/.test(body.trim());
  if (!isScript || /^#!(?!.*sh\b)/.test(lines[0] ?? '')) return { form: 'other', script: NONE };
  const text = (chomp ? lines.map(line => line.replace(/^\t+/, '')) : lines).join('\n');
  return { form: 'heredoc', script: readScript(text) };
}

/** `["apt-get", "update"]`; null where BuildKit would read a shell command. */
function execWords(body: string): readonly string[] | null {
  if (!body.startsWith('[')) return null;
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) && value.every(word => typeof word === 'string') ? value : null;
  } catch {
    return null;
  }
}

function execScript(words: readonly string[]): ShellScript {
  const [program = '', option, script] = words;
  if (SHELL.test(program) && option === '-c' && script !== undefined) return readScript(script);
  const command = { words, assignments: [], start: 0, end: 0, operator: 'start', depth: 0 } as const;
  return { text: '', commands: [command], isChain: true, canBeContinued: false };
}
