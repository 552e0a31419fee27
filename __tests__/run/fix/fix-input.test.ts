import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { BuildInputs } from '../../../src/build/build-inputs.ts';
import { fileFixInput } from '../../../src/run/fix/fix-input.ts';
import { systemExec } from '../../../src/run/program-exec.ts';
import { folderOf } from '../../support/folder.ts';
import { buildInputs } from '../../support/option-values.ts';

async function filed(given: Partial<BuildInputs>, isDry: boolean) {
  const input = Readable.from([Buffer.from('FROM a\n')]);
  const options = { temporaryDir: await folderOf(), exec: systemExec({}) };
  return fileFixInput(buildInputs(given), isDry, input, options);
}

it('takes a Dockerfile from standard input where nothing is written', async () => {
  const { inputs, namesFrom } = await filed({ file: '-', context: 'app' }, true);
  expect(await readFile(inputs.file, 'utf8')).toBe('FROM a\n');
  expect([inputs.context, inputs.file]).toEqual(['app', `${namesFrom}/Dockerfile`]);
  for (const isDry of [true, false]) {
    expect(await filed({ file: 'Dockerfile' }, isDry)).toMatchObject({ inputs: { file: 'Dockerfile' } });
  }
});

it.each([
  ['no file to write to', { file: '-' }, false, /so no fix can be written/],
  ['a context', { context: '-' }, true, /^The context is on standard input/],
  ['a context to write to', { context: '-' }, false, /^The context is on standard input/],
] as const)('refuses %s on standard input', async (_name, given, isDry, message) => {
  const refused = { code: 'usage', message: expect.stringMatching(message) };
  await expect(filed(given, isDry)).rejects.toMatchObject(refused);
});
