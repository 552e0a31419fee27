import { expect, it } from 'vitest';
import { actionsExec } from '../../src/run/actions-exec.ts';

const exec = actionsExec(process.env);
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
