import { expect, it } from 'vitest';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import type { Fix } from '../../../src/findings/fix/fix.ts';
import { predictFixes } from '../../../src/run/fix/proof.ts';

const files = {
  dockerfile: { path: 'Dockerfile', text: 'FROM a\nRUN b\nRUN npm ci\nRUN d\n' },
  ignore: { path: '.dockerignore', text: '' },
};

function fix(bytes: number, ...edits: readonly DockerfileEdit[]): Fix {
  return { edits, findings: [], freed: [{ layer: 1, path: `of ${bytes}`, bytes }], bytes, addedBytes: bytes };
}

it('leaves out the least of the fixes that exclude each other, says why, and makes the others', () => {
  const merge = fix(30, { kind: 'merge-runs', line: 2, lastLine: 3 });
  const clean = fix(20, { kind: 'append-command', line: 4, command: 'rm -f /x' });
  const mount = fix(10, { kind: 'add-flag', line: 3, flag: '--mount=type=cache,target=/root/.npm' });
  const { fixes, all, bytes, texts } = predictFixes({ files, fixes: [merge, clean, mount] });
  expect(fixes.map(({ outcome }) => outcome.kind)).toEqual(['predicted', 'predicted', 'dropped']);
  expect(fixes[2]?.outcome).toMatchObject({
    why: 'refused',
    reason: 'Together with the others: its flags are not those of the others',
  });
  expect([all?.kind, bytes]).toEqual(['predicted', 50]);
  expect(texts?.dockerfile.replaceAll(/[\\\s]+/g, ' ')).toBe('FROM a RUN b && npm ci RUN d && rm -f /x ');
});

it('makes none of a pattern that another Dockerfile of the same .dockerignore names', () => {
  const ignore = fix(10, { kind: 'ignore', pattern: '.git' });
  const outcomeBeside = (text: string) =>
    predictFixes({ files: { ...files, others: [{ path: 'Dockerfile.release', text }] }, fixes: [ignore] })
      .fixes[0]?.outcome;
  expect(outcomeBeside('FROM a\nCOPY .git/HEAD /version\n')).toMatchObject({
    kind: 'dropped',
    reason: 'Dockerfile.release names what the .dockerignore of both would keep out',
  });
  expect(outcomeBeside('FROM a\nCOPY . .\nRUN git describe > /version\n')).toMatchObject({ kind: 'dropped' });
  expect(outcomeBeside('FROM a\nCOPY . .\nRUN cat .github > /gitignore\n')).toEqual({ kind: 'predicted' });
});
