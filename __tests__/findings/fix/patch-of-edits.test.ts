import { describe, expect, it } from 'vitest';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import { combinePatches } from '../../../src/findings/fix/combined-patch.ts';
import { makePatch } from '../../../src/findings/fix/patch.ts';

const DOCKERFILE = [
  'FROM debian:bookworm',
  'RUN apt-get update',
  'RUN apt-get install -y curl',
  'RUN rm -rf /var/lib/apt/lists/*',
  'COPY . /app',
  '',
].join('\n');

const files = {
  dockerfile: { path: 'app/Dockerfile', text: DOCKERFILE },
  ignore: { path: 'app/.dockerignore', text: 'node_modules\n' },
};

const MERGE: DockerfileEdit = { kind: 'merge-runs', line: 2, lastLine: 4 };
const OPTION: DockerfileEdit = {
  ...{ kind: 'add-option', line: 3, program: ['apt-get', 'install'], option: '--no-install-recommends' },
};
const IGNORE: DockerfileEdit = { kind: 'ignore', pattern: '.git' };

describe('the patch of edits', () => {
  it('is what they change in the Dockerfile, all of them together', () => {
    const patch = makePatch(files, [MERGE, OPTION]);
    expect(patch).toMatchObject({
      file: 'app/Dockerfile',
      startLine: 2,
      before: DOCKERFILE.split('\n').slice(1, 4),
    });
    const joined = patch?.after.join('\n').replace(/[\\\s&]+/g, ' ');
    expect(joined).toMatch(
      /^RUN apt-get update apt-get install (?=.*--no-install-recommends).*curl rm -rf \/var\/lib\/apt\/lists\/\*$/,
    );
  });

  it('is what they change in the .dockerignore, where it is there', () => {
    expect(makePatch(files, [IGNORE])).toEqual({
      ...{
        file: 'app/.dockerignore',
        startLine: 1,
        before: ['node_modules'],
        after: ['node_modules', '.git'],
      },
    });
    expect(makePatch({ ...files, ignore: { ...files.ignore, text: '' } }, [IGNORE])).toBeNull();
  });

  it.each([
    ['no edits', []],
    ['edits of both files', [MERGE, IGNORE]],
    ['edits that cannot be made', [{ kind: 'append-command', line: 5, command: 'true' }]],
  ] as const)('is none of %s', (_what, edits) => {
    expect(makePatch(files, edits)).toBeNull();
  });

  it('joins findings whose edits meet', () => {
    const fixes = [[MERGE], [OPTION], [IGNORE]].map(edits => ({ edits, patch: makePatch(files, edits) }));
    expect(combinePatches(fixes, edits => makePatch(files, edits))).toEqual([
      { findings: [0, 1], patch: makePatch(files, [MERGE, OPTION]) },
    ]);
  });
});
