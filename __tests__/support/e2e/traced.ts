import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeExec } from '../../build/node-exec.ts';
import { folderOf } from '../folder.ts';
import { COMMAND_LINE, inherited } from './child-process.ts';
import { deadweight } from './command-line.ts';

/** What a run has done with files, and which programs it has started. */
export interface Trace {
  /** Paths that were opened to be read. */
  readonly opened: readonly string[];
  /** Paths that something else was done to, each with what it was: opened for writing, made, moved, removed. */
  readonly changed: readonly string[];
  readonly programs: readonly string[];
  /** Standard error of the run. */
  readonly stderr: string;
}

/** Runs `deadweight ARGS` and notes what it does. @returns what was noted */
export type RunTraced = (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<Trace>;

/** What only reads or looks, of node:fs. */
const READS =
  /^(?:open|readFile|createReadStream|readdir|opendir|access|exists|l?stat|realpath|readlink|statfs|watch)/;

/** Loaded before all else, also by its threads: whatever node:fs is asked with a path is a line of a file. */
const RECORDER = `
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { openSync, writeSync } = fs;
const trace = openSync(process.env.DEADWEIGHT_TRACE, 'a');
const note = (...words) => writeSync(trace, JSON.stringify(words) + '\\n');
function record(object, names, noteOf) {
  for (const name of names) {
    const own = object[name];
    if (typeof own !== 'function' || /^[A-Z_]/.test(name)) continue;
    const recorded = function (...args) {
      noteOf(name, args);
      return Reflect.apply(own, this, args);
    };
    object[name] = Object.assign(recorded, own);
  }
}
const ofFile = (name, [path, flags]) => {
  if (typeof path === 'string' || path instanceof URL || Buffer.isBuffer(path))
    note(name, path instanceof URL ? path.pathname : path.toString(), String(flags ?? ''));
};
record(fs, Object.keys(fs), ofFile);
record(fs.promises, Object.keys(fs.promises), ofFile);
record(childProcess, ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'], (name, [program]) => note('program', String(program)));
syncBuiltinESMExports();
`;

/** By what node:fs is asked: wherever Node runs. */
export const byRecorder: RunTraced = async (args, env) => {
  const folder = await folderOf({ 'recorder.mjs': RECORDER, trace: '' });
  const { code, stderr } = await deadweight(args, {
    cwd: folder,
    env: {
      ...env,
      NODE_OPTIONS: `--import=${join(folder, 'recorder.mjs')}`,
      DEADWEIGHT_TRACE: join(folder, 'trace'),
    },
  });
  if (code !== 0) throw new Error(stderr);
  const lines = (await readFile(join(folder, 'trace'), 'utf8')).split('\n').filter(line => line !== '');
  const calls = lines.map((line): readonly [string, string, string] => JSON.parse(line));
  const isOpening = (name: string) => /^(?:open|readFile|createReadStream|readdir)/.test(name);
  const isWriting = (flags: string) => /[wa+]/.test(flags) || (Number(flags) & 0b11) !== 0;
  return {
    opened: calls.filter(([name]) => isOpening(name)).map(([, path]) => path),
    changed: calls
      .filter(
        ([name, , flags]) =>
          name !== 'program' && (!READS.test(name) || (/^open(?:Sync)?$/.test(name) && isWriting(flags))),
      )
      .map(([name, path]) => `${name} ${path}`),
    programs: calls.filter(([name]) => name === 'program').map(([, program]) => program),
    stderr,
  };
};

/** Of the system's own calls: those that open, change or start something. */
const CALLS = [
  ...['open', 'openat', 'openat2', 'creat', 'execve', 'execveat', 'unlink', 'unlinkat', 'rename', 'renameat'],
  ...[
    'renameat2',
    'mkdir',
    'mkdirat',
    'rmdir',
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'truncate',
    'chmod',
  ],
  ...['fchmodat', 'chown', 'lchown', 'fchownat', 'utimensat', 'mknod', 'mknodat', 'setxattr', 'lsetxattr'],
];

export const HAS_STRACE = spawnSync('strace', ['-V']).status === 0;

/** By what the system is asked. */
export const byStrace: RunTraced = async (args, env) => {
  const folder = await folderOf();
  const trace = join(folder, 'trace');
  const words = ['-f', '--seccomp-bpf', '-qq', '-s', '4096', '-e', `trace=${CALLS.join(',')}`, '-o', trace];
  const { exitCode, stderr } = await nodeExec.run(
    'strace',
    [...words, process.execPath, COMMAND_LINE, ...args],
    {
      cwd: folder,
      env: { ...inherited('PATH', 'TMPDIR'), HOME: '/nonexistent', DEADWEIGHT_CACHE_DIR: '', ...env },
    },
  );
  if (exitCode !== 0) throw new Error(stderr);
  const calls = (await readFile(trace, 'utf8')).split('\n').flatMap(line => {
    const [, name = '', rest = ''] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
    const paths = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path = '']) => path);
    return name === '' || paths.length === 0 ? [] : [{ name, paths, rest }];
  });
  const isOpening = (name: string) => name.startsWith('open');
  const isWriting = (rest: string) => /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest);
  const isProgram = (name: string) => name.startsWith('execve');
  return {
    opened: calls.filter(({ name }) => isOpening(name)).flatMap(({ paths }) => paths),
    changed: calls
      .filter(({ name, rest }) => (isOpening(name) ? isWriting(rest) : !isProgram(name)))
      .flatMap(({ name, paths }) => paths.map(path => `${name} ${path}`)),
    // The first is the run itself.
    programs: calls
      .filter(({ name }) => isProgram(name))
      .slice(1)
      .flatMap(({ paths }) => paths.slice(0, 1)),
    stderr,
  };
};
