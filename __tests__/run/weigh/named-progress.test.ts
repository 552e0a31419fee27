import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Exec, Progress } from '../../../src/base/effects.ts';
import { buildAndWeigh } from '../../../src/run/weigh/built-image.ts';
import { namedProgress } from '../../../src/run/weigh/named-progress.ts';
import { fakeEngine } from '../../support/conformance/fake-engine.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';
import { folderOf } from '../../support/folder.ts';
import { buildInputs } from '../../support/option-values.ts';
import { testEnvironment } from '../../support/test-environment.ts';

/** Keeps what is shown. */
function shown(): { readonly progress: Progress; readonly lines: string[] } {
  const lines: string[] = [];
  const progress: Progress = {
    show: ({ label, waiting }, body) => {
      lines.push(label, ...(waiting === undefined ? [] : [waiting]));
      return body(() => undefined);
    },
  };
  return { progress, lines };
}

it.each([
  [['ghcr.io/octo/app:1', 'app:2'], 'ghcr.io/octo/app:1'],
  [[], 'the image'],
])('what was built as %j is shown as %s', async (tags, name) => {
  const image = await fabricateImage({
    tags: [],
    steps: [{ createdBy: 'COPY a', layer: { a: file(500) } }],
  });
  const id = image.config.digest;
  const engine = await fakeEngine([image], {
    api: 51,
    store: 'graph',
    archive: await dockerArchive([image]),
  });
  const exec: Exec = {
    async run(_program, args) {
      const [first, second] = args;
      const after = (flag: string): string => args[args.indexOf(flag) + 1] ?? '';
      if (second === 'build') {
        await writeFile(after('--iidfile'), id);
        await writeFile(after('--metadata-file'), JSON.stringify({ 'containerimage.config.digest': id }));
      }
      const driver = second === 'inspect' ? 'Driver: docker\nStatus: running\n' : '';
      return {
        exitCode: 0,
        stdout: first === 'info' ? '[["Backing Filesystem","extfs"]]null' : driver,
        stderr: '',
      };
    },
  };
  const cwd = await folderOf({ Dockerfile: 'FROM scratch\nCOPY a /\n' });
  const { progress, lines } = shown();
  const environment = testEnvironment(cwd, { exec, progress, env: { DOCKER_HOST: engine.host } });
  const options = { cwd, pins: {}, attestation: null, title: 'Build' };
  const { analyses } = await buildAndWeigh(buildInputs({ tags }), options, environment);
  await engine.close();
  expect(analyses).toHaveLength(1);
  expect(lines).toEqual([
    'Asking docker for the builder',
    `Opening ${name}`,
    `Reading ${name}`,
    `Waiting for the engine to send ${name}`,
    `Analyzing ${name}`,
  ]);
});

it('other words, and what is counted, stay', async () => {
  const { progress, lines } = shown();
  const totals: unknown[] = [];
  const counting: Progress = {
    show: (work, body) => {
      totals.push(work.total, work.isEstimate);
      return progress.show(work, body);
    },
  };
  const named = namedProgress(counting, 'oci:/tmp/$&', '$& app');
  await named.show({ label: 'Reading oci:/tmp/$&', total: 7, isEstimate: true }, async () => undefined);
  await named.show({ label: 'Measuring' }, async () => undefined);
  expect(lines).toEqual(['Reading $& app', 'Measuring']);
  expect(totals).toEqual([7, true, undefined, undefined]);
});
