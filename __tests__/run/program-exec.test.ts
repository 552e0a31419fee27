import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { SilentProgram, SlowProgram } from '../../src/base/effects.ts';
import { isAlive } from '../../src/base/process-owner.ts';
import { systemExec } from '../../src/run/program-exec.ts';
import { folderOf } from '../support/folder.ts';

const exec = systemExec(process.env);
const PLAIN = { PATH: process.env['PATH'] ?? '' };
const large = Buffer.alloc(4_000_000, 'a\n');

it('a program may end before it has read its input', async () => {
  for (let round = 0; round < 5; round += 1) {
    const ended = await exec.run('sh', ['-c', 'echo said >&2; exit 3'], { input: large });
    expect(ended).toEqual({ exitCode: 3, stdout: '', stderr: 'said\n' });
  }
});

it('a program reads all of its input, and one that is not there is told', async () => {
  const { stdout } = await exec.run('wc', ['-c'], { input: large });
  expect(stdout.trim()).toBe('4000000');
  await expect(exec.run('no-such-program', [], { input: large })).rejects.toThrow('no-such-program');
});

it('a program with an empty input reads the end of it, and does not wait', async () => {
  const { exitCode, stdout } = await exec.run('sh', ['-c', 'cat; echo read'], { input: new Uint8Array() });
  expect([exitCode, stdout]).toEqual([0, 'read\n']);
});

it('a program that is silent is ended with all that it started, and named', async () => {
  const folder = await folderOf();
  const script = `sh -c 'echo $$ > "$OUT/pid"; sleep 600' & wait`;
  const running = exec.run('sh', ['-c', script], { env: { ...PLAIN, OUT: folder }, maxSilence: 700 });
  await expect(running).rejects.toThrow(new SilentProgram('sh', 700));
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
});

it('a program that says something now and then may take its time', async () => {
  const script = 'for n in 1 2 3 4 5; do sleep 0.2; echo $n; done';
  const { stdout } = await exec.run('sh', ['-c', script], { maxSilence: 700 });
  expect(stdout).toBe('1\n2\n3\n4\n5\n');
});

it('a program that takes too long is ended, whatever it says', async () => {
  const script = 'while :; do sleep 0.1; echo more; done';
  const running = exec.run('sh', ['-c', script], { env: PLAIN, maxTime: 700 });
  await expect(running).rejects.toThrow(new SlowProgram('sh', 700));
});
