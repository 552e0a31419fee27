import { spawn } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RealShell } from './shell-runs.ts';

/** Scripts that are run one after the other, each by a shell of its own, up to the first that fails. */
export interface FolderRun {
  readonly texts: readonly string[];
  /** Options of the shell before `-c`. */
  readonly options: readonly string[];
}

export interface FolderResult {
  readonly status: number;
  /** Lines of both outputs, sorted: those of a pipeline come in any order. */
  readonly output: readonly string[];
  /** Path, kind, mode and content of all that is there in the end. */
  readonly files: readonly string[];
}

/** What every folder starts with: a tool that a newer one may be put in front of, and a file to be sourced. */
const SET_UP = `mkdir bin usr && printf '#!/bin/sh\\necho old\\n' > usr/tool && chmod +x usr/tool && echo 'V=7' > env.sh && echo 1 > log`;

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Runs each in a folder of its own that has the same path for all, by one process. */
export async function runInFolders(
  shell: RealShell,
  runs: readonly FolderRun[],
): Promise<readonly FolderResult[]> {
  const top = await mkdtemp(join(tmpdir(), 'deadweight-runs-'));
  try {
    const driver = runs.map(({ texts, options }, index) => {
      const calls = texts.map(text => {
        const words = [shell, ...options, '-c', text].map(quoted).join(' ');
        return `if [ $s = 0 ]; then ( cd root && exec ${words} ) >>out 2>&1 </dev/null; s=$?; fi`;
      });
      return `mkdir root && ( cd root && ${SET_UP} ); s=0; : >out\n${calls.join('\n')}\necho $s >status; mkdir ${index}; mv root out status ${index}/`;
    });
    const path = join(top, 'driver');
    await writeFile(path, ['umask 022', `cd ${quoted(top)}`, ...driver, ''].join('\n'));
    await runDriver(path, top);
    return await Promise.all(runs.map((_, index) => resultIn(join(top, String(index)))));
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

async function runDriver(path: string, top: string): Promise<void> {
  const child = spawn('/bin/sh', [path], {
    env: {
      PATH: `${top}/root/bin:${top}/root/usr:/usr/bin:/bin`,
      HOME: '/nowhere',
      R: join(top, 'root'),
      LC_ALL: 'C',
      PS4: '+ ',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise(resolve => child.on('close', resolve));
}

async function resultIn(folder: string): Promise<FolderResult> {
  const [status, output] = await Promise.all([
    readFile(join(folder, 'status'), 'utf8'),
    readFile(join(folder, 'out'), 'latin1'),
  ]);
  const files = await filesBelow(join(folder, 'root'), '');
  return { status: Number(status), output: output.split('\n').sort(), files };
}

async function filesBelow(folder: string, prefix: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).sort();
  const found = await Promise.all(
    names.map(async (name): Promise<readonly string[]> => {
      const path = join(folder, name);
      const stat = await lstat(path);
      const mode = (stat.mode & 0o7777).toString(8);
      if (stat.isSymbolicLink()) return [`${prefix}${name} -> ${await readlink(path)}`];
      if (stat.isDirectory())
        return [`${prefix}${name}/ ${mode}`, ...(await filesBelow(path, `${prefix}${name}/`))];
      // The headers of a tar have times.
      const content = name.startsWith('t.') ? '' : await readFile(path, 'latin1');
      return [`${prefix}${name} ${mode} ${content}`];
    }),
  );
  return found.flat();
}
