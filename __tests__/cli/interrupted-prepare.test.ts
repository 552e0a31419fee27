import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isAlive } from '../../src/base/process-owner.ts';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { folderOf } from '../support/folder.ts';
import { commit, createRepository, git, gitEnv } from '../support/git/repository.ts';

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !isSo(); tries += 1) await wait(50);
  expect(isSo()).toBe(true);
}

/** A prepare that is broken off while it runs this shell command, which knows the folder of the test as `$OUT`. */
async function breakOff(signal: 'SIGTERM' | 'SIGHUP' | 'SIGINT', command: string): Promise<void> {
  const cwd = await createRepository();
  await commit(cwd, { Dockerfile: 'FROM scratch\n' });
  const [temporary, out] = [await folderOf(), await folderOf()];
  const script = `sh -c 'echo $$ > $OUT/pid.new; mv $OUT/pid.new $OUT/pid; ${command}; true'; true`;
  const env = { ...gitEnv, OUT: out, TMPDIR: temporary, DEADWEIGHT_CACHE_DIR: '' };
  const args = [COMMAND_LINE, 'build', '.', '--prepare', script];
  const child = spawn(process.execPath, args, { cwd, env, stdio: 'ignore' });
  const ended = new Promise(resolve => child.on('close', resolve));
  await until(() => existsSync(join(out, 'pid')));
  const pid = Number(await readFile(join(out, 'pid'), 'utf8'));
  expect(isAlive(pid)).toBe(true);
  child.kill(signal);
  expect(await ended).toBe(128 + { SIGTERM: 15, SIGHUP: 1, SIGINT: 2 }[signal]);
  await until(() => !isAlive(pid));
  expect(await readdir(temporary)).toEqual([]);
  expect(await git(cwd, 'status', '--porcelain')).toBe('');
}

it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s ends a prepare with all that it started', signal =>
  breakOff(signal, 'sleep 600'),
);

it('a prepare that does not end when it is asked to is killed, and what it wrote last is gone, too', () =>
  breakOff(
    'SIGTERM',
    'trap "" TERM; cd "$TMPDIR"/deadweight-*; n=0; while [ $n -lt 60000 ]; do n=$((n + 1)); mkdir -p "$PWD/again/base"; done',
  ));
