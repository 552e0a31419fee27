import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const REAL_SHELLS = ['dash', 'bash'] as const;
export type RealShell = (typeof REAL_SHELLS)[number];

/** Scripts that a shell is to run, with stubs for programs: `STUB_NAMES`, whose calls are told. */
export interface ShellRun {
  /** Each is run by a shell of its own, as long as those before it succeed. */
  readonly texts: readonly string[];
  /** Names of the stubs that fail. */
  readonly failing: readonly string[];
  /** Value of `$K`. */
  readonly choice?: string;
  /** Whether the shells are started with `-e`. */
  readonly errexit?: boolean;
}

export interface StubCall {
  /** The directory's name, `$X` and the shell's options, as the stub finds them. */
  readonly state: string;
  readonly argv: readonly string[];
}

export interface ShellResult {
  /** In the order in which they began: of a pipeline, and of what runs in the background, any order. */
  readonly calls: readonly StubCall[];
  /** Of the last script that was run. */
  readonly status: number;
}

const count = (prefix: string, most: number): readonly string[] =>
  Array.from({ length: most }, (_, index) => `${prefix}${index + 1}`);

/**
 * How many stubs there are of each kind. `c`: a command. `n`: one that may never be reached. `m`: one that a test adds.
 * `s`: a command of a substitution, with output. `z`: one that no shell must run. `w` succeeds once and fails from then
 * on, `u` the other way round: conditions of loops. They are functions; `x1` to `x3` are programs.
 */
export const STUB_NAMES = { c: 60, n: 30, s: 30, z: 40, w: 8, u: 8, m: 2 } as const;
const PROGRAMS = count('x', 3);

const RECORD = '\u001e';
const FIELD = '\u001f';
const LINE_END = '\u001d';

/** One write for each call: bash writes an argument with a line's end in pieces, where others may come between. */
const TELL = {
  dash: `__tell() { printf '%s${FIELD}' "$@" >>"$__log"; }`,
  bash: `__tell() { local IFS='${FIELD}'; local all="$*${FIELD}"; printf %s "\${all//$'\\n'/${LINE_END}}" >>"$__log"; }`,
} as const;

function stub(name: string): string {
  const mark = `"$__dir/$__n.${name}"`;
  const isLoop = name.startsWith('w') || name.startsWith('u');
  const [first, later] = name.startsWith('w') ? [0, 1] : [1, 0];
  const status = isLoop
    ? `if [ -e ${mark} ]; then return ${later}; fi; : >${mark}; return ${first}`
    : `case $__f in *' ${name} '*) return 1 ;; esac`;
  const output = name.startsWith('s') ? 'echo o || :; ' : '';
  return `${name}() { __tell "$__r" "\${PWD##*/}:\${X-}:$-" ${name} "$@"; ${output}${status}; }`;
}

const STUBS = Object.entries(STUB_NAMES)
  .flatMap(([prefix, most]) => count(prefix, most).map(stub))
  .join('\n');

/** It says `$K`, since scripts ask programs where they are. */
const PROGRAM = `#!/bin/sh
printf '%s${FIELD}' "$__r" "\${PWD##*/}:\${X-}:" "\${0##*/}" "$@" >>"$__log"
echo "$K" || :
case $__f in *" \${0##*/} "*) exit 1 ;; esac
`;

/** Stands in a script for a folder that is the root of its files. */
export const ROOT = '@root@';

/** A text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function runLines({ texts, failing, choice = '', errexit }: ShellRun, number: number): string {
  const one = (text: string): string =>
    `( cd work${errexit ? '; set -e' : ''}; eval ${quoted(text)} ) </dev/null >/dev/null; __s=$?`;
  const [first = '', ...rest] = texts.map(one);
  return [
    `__n=${number} __r='${RECORD}${number}' __f=' ${failing.join(' ')} ' K=${quoted(choice)}`,
    first,
    ...rest.map(line => `if [ $__s = 0 ]; then ${line}; fi`),
    `__tell "$__r" '' "$__s"`,
  ].join('\n');
}

export interface ShellWorld {
  /** Names of the stubs that are programs; there are no others. */
  readonly programs: readonly string[];
  /** Lines that run before the scripts. */
  readonly prelude: string;
}

/** Runs scripts in a scratch folder, in the order given, all by one process. */
export async function runInShell(
  shell: RealShell,
  runs: readonly ShellRun[],
  { programs, prelude }: ShellWorld = { programs: PROGRAMS, prelude: '' },
): Promise<ShellResult[]> {
  return inScratch(async folder => {
    await makePrograms(folder, programs);
    const root = join(folder, 'root');
    // A command of a pipeline must not end sooner because nobody reads what it says.
    const log = join(folder, 'log');
    const setUp = `export __dir=${quoted(folder)} __log=${quoted(log)} __r __f K; PATH=${quoted(join(folder, 'bin'))}; cd "$__dir"; trap '' PIPE`;
    const driver = [setUp, TELL[shell], STUBS, prelude, ...runs.map(runLines)]
      .join('\n')
      .replaceAll(ROOT, root);
    await makeFiles(driver, root);
    await writeFile(log, '');
    await runDriver(shell, folder, driver);
    return resultsOf((await readFile(log, 'utf8')).replaceAll(root, ROOT), runs.length);
  });
}

/**
 * Whether the shell takes the text for a script, of each. They are read as the body of a function, which is read whole
 * and not run: an empty script is none.
 */
export async function areScripts(shell: RealShell, texts: readonly string[]): Promise<boolean[]> {
  return inScratch(async folder => {
    const lines = texts.map(text => {
      return `printf '${RECORD}' >&2; ( eval ${quoted(`f() {\n${text}\n}`)} ) && printf '${FIELD}yes' >&2`;
    });
    const told = await runDriver(shell, folder, lines.join('\n'));
    return told
      .split(RECORD)
      .slice(1)
      .map(each => each.endsWith(`${FIELD}yes`));
  });
}

async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'deadweight-shells-'));
  try {
    for (const directory of ['work', 'work/d1', 'work/d2']) {
      await mkdir(join(folder, directory));
      await writeFile(join(folder, directory, 'f0'), '');
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makePrograms(folder: string, names: readonly string[]): Promise<void> {
  await writeFile(join(folder, 'program'), PROGRAM, { mode: 0o755 });
  await mkdir(join(folder, 'bin'));
  for (const name of new Set(names)) await symlink(join(folder, 'program'), join(folder, 'bin', name));
}

/** What redirections name below the root: files of two lines. */
async function makeFiles(driver: string, root: string): Promise<void> {
  for (const [, path = ''] of driver.matchAll(/[<>]\s*([^\s;&|)"'<>]+)/g)) {
    if (!path.startsWith(`${root}/`)) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '# a comment\na 1\n');
  }
}

/** @returns what it wrote to standard error */
async function runDriver(shell: RealShell, folder: string, driver: string): Promise<string> {
  const path = join(folder, 'driver');
  await writeFile(path, driver);
  const child = spawn(shell, [path], {
    cwd: folder,
    // Without the environment of the tests: scripts read PATH, X, K and HOME.
    env: { PATH: process.env['PATH'] ?? '', HOME: '/home/a', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8');
  // Ends when all have closed it, those in the background too.
  for await (const chunk of child.stderr) told += String(chunk);
  return told;
}

function resultsOf(log: string, length: number): ShellResult[] {
  const results = Array.from({ length }, () => ({ calls: [] as StubCall[], status: -1, complaints: '' }));
  for (const record of log.split(RECORD).slice(1)) {
    const [number, state = '', ...argv] = record.replaceAll(LINE_END, '\n').split(FIELD).slice(0, -1);
    const result = results[Number(number)];
    if (result === undefined) throw new Error(`a record of no run: ${record}`);
    if (state === '') result.status = Number(argv[0]);
    else result.calls.push({ state, argv });
  }
  return results;
}
