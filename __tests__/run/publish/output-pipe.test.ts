import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePipe } from '../../../src/run/publish/output-pipe.ts';
import { folderOf } from '../../support/folder.ts';

async function pipe(): Promise<string> {
  const path = join(await folderOf(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

it('a pipe that nobody opens is given up', async () => {
  await expect(writePipe(await pipe(), 'text', 300)).rejects.toThrow('nobody has read it for 0.3 seconds');
});

it('a pipe that somebody opened and does not read is given up', async () => {
  const path = await pipe();
  const reader = spawn('sh', ['-c', 'exec 3<"$0"; exec sleep 60', path], { stdio: 'ignore' });
  const text = 'x'.repeat(1_000_000);
  await expect(writePipe(path, text, 500)).rejects.toThrow('nobody has read it for 0.5 seconds');
  reader.kill('SIGKILL');
});

it('a pipe that is read slowly is written to its end', async () => {
  const path = await pipe();
  const slow = 'for n in 1 2 3 4 5 6; do head -c 50000 | wc -c; sleep 0.15; done; wc -c';
  const reader = spawn('sh', ['-c', `(${slow}) < "$0"`, path]);
  let counted = '';
  reader.stdout.setEncoding('utf8').on('data', (text: string) => {
    counted += text;
  });
  const ended = new Promise(resolve => reader.on('close', resolve));
  await writePipe(path, 'x'.repeat(400_000), 500);
  await ended;
  expect(
    counted
      .trim()
      .split('\n')
      .map(Number)
      .reduce((sum, count) => sum + count),
  ).toBe(400_000);
});
