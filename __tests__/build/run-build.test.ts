import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/base/notice.ts';
import { relevantNotices } from '../../src/build/compose-result.ts';
import { NESTED_JSON, WIDE_JSON } from '../support/large-json.ts';
import { isRecord } from './is-record.ts';
import { linesOf } from './real-build.ts';
import { fixtureText, playBuild, type Recording } from './recorded-build.ts';

const DOCKERFILE = { Dockerfile: 'FROM deadweight/debian:bookworm\n' };

describe.each(['overlay2', 'containerd'] as const)('the recorded build on %s', store => {
  const on = store === 'overlay2' ? 'graph-driver' : 'containerd';
  const recording: Recording = {
    stderr: fixtureText(`stages.${store}.progress.ndjson`),
    metadata: fixtureText(`stages.${store}.metadata.json`),
    imageId: `sha256:${'1'.repeat(64)}`,
  };
  const play = (change: Partial<Recording> = {}, inputs = {}) =>
    playBuild({ ...recording, ...change }, DOCKERFILE, inputs, on);

  it('has its layers at their lines', async () => {
    const result = await play();
    expect(linesOf(result)).toEqual([
      '18-18 base',
      '20-20 own',
      '22-22 own',
      '23-23 own',
      '24-24 own',
      '25-25 own',
      '26-30 own',
    ]);
    expect(result.images[0]?.origins).toMatchObject({
      baseLayerCount: 1,
      baseImageName: 'deadweight/debian:bookworm',
    });
    expect(result.images[0]?.origins?.layers.slice(1).every(layer => layer.cache === 'executed')).toBe(true);
    expect(result.notices).toEqual([]);
  });

  it('lists the steps of this build alone, what they build on first', async () => {
    const stray = JSON.stringify({
      vertexes: [{ digest: 'sha256:0', name: '[other 1/1] RUN stray', started: '2026-01-01T00:00:00Z' }],
    });
    const { steps, graph } = await play({ stderr: `${stray}\n${recording.stderr}` });
    expect(steps.some(step => step.name.includes('stray'))).toBe(false);
    expect(steps[0]?.name).toMatch(/FROM docker\.io\/deadweight\/debian:bookworm/);
    expect(graph.every((node, index) => node.inputs.every(input => input < index))).toBe(true);
    expect(steps.filter(step => step.onFinalChain).length).toBe(store === 'containerd' ? 7 : 6);
  });

  it('has an image of which nothing had to be pulled from the cache', async () => {
    const { steps, uncached } = await play();
    const from = steps.find(step => step.name.includes(' FROM '));
    expect(from).toMatchObject({ outcome: 'cached', pullMs: 0 });
    expect(uncached).toBeUndefined();
    const inputs = { 'no-cache': true, 'no-cache-filters': ['mid'] };
    expect((await play({}, inputs)).uncached).toEqual({ all: true, stages: ['mid'] });
  });

  it('keeps no value of a build argument', async () => {
    // The argument SECRETARG was `canary`: it is in provenance, and in the names of steps.
    expect(recording.metadata).toContain('canary');
    expect(recording.stderr).toContain('canary');
    for (const inputs of [{}, { 'build-args': ['SECRETARG=canary'] }]) {
      expect(JSON.stringify(await play({}, inputs))).not.toContain('canary');
    }
    const withoutProvenance = await play({ metadata: '{}' }, { 'build-args': ['SECRETARG=canary'] });
    expect(JSON.stringify(withoutProvenance)).not.toContain('canary');
    const env = { SECRETARG: 'canary' };
    const inherited = { ...recording, metadata: '{}' };
    const fromEnv = await playBuild(inherited, DOCKERFILE, { 'build-args': ['SECRETARG'] }, on, { env });
    expect(JSON.stringify(fromEnv)).not.toContain('canary');
    expect(withoutProvenance.steps.map(step => step.name)).toContain(
      '[mid 1/1] RUN echo "$SECRETARG" > /mid',
    );
  });

  it('reads the same from both shapes of SLSA 1', async () => {
    const metadata: unknown = JSON.parse(recording.metadata ?? '');
    const old = isRecord(metadata) ? metadata['buildx.build.provenance'] : null;
    if (!isRecord(old) || !isRecord(old['metadata'])) throw new Error('no provenance');
    const { buildConfig, materials } = old;
    const own = old['metadata']['https://mobyproject.org/buildkit@v1#metadata'];
    const shapes = [
      {
        buildDefinition: { internalParameters: { buildConfig }, resolvedDependencies: materials },
        runDetails: { metadata: { buildkit_metadata: own } },
      },
      {
        buildDefinition: { externalParameters: { buildConfig }, resolvedDependencies: materials },
        runDetails: { metadata: { 'https://mobyproject.org/buildkit@v1#metadata': own } },
      },
    ];
    const expected = await play();
    for (const shape of shapes) {
      const result = await play({ metadata: JSON.stringify({ 'buildx.build.provenance': shape }) });
      expect(result.images[0]?.origins).toEqual(expected.images[0]?.origins);
      expect(result.stepHashes).toEqual(expected.stepHashes);
    }
  });

  it.each([
    ['no metadata file', {}],
    ['metadata that are no JSON', { metadata: '{' }],
    ['metadata that are an array', { metadata: '[]' }],
    ['provenance in mode min', { metadata: '{"buildx.build.provenance":{"buildType":"x"}}' }],
    [
      'provenance without layers',
      { metadata: (recording.metadata ?? '').replace('"layers": {', '"layers": {}, "other": {') },
    ],
  ])('falls back with a notice: %s', async (_name, change) => {
    const { metadata: _metadata, ...rest } = recording;
    const result = await playBuild({ ...rest, ...change }, DOCKERFILE, {}, on);
    expect(result.images[0]?.origins).toBeNull();
    expect(result.notices.map(notice => notice.code)).toEqual(['origins-from-history']);
    expect(result.steps.filter(step => /RUN|COPY/.test(step.name)).length).toBeGreaterThan(6);
  });

  it('has no such notice where no image without provenance has layers', async () => {
    const { metadata: _metadata, ...rest } = recording;
    const { notices, images: single } = await playBuild(rest, DOCKERFILE, {}, on);
    const known = { layers: [], baseLayerCount: 0, baseImageName: null, baseImageDigest: null };
    const images = [...single, ...single.map(image => ({ ...image, origins: known }))];
    const other: Notice = { code: 'cache-not-imported', message: 'x' };
    const shown = (layerCounts: readonly number[]) =>
      relevantNotices({ notices: [other, ...notices], images }, layerCounts).map(({ code }) => code);
    expect(shown([1, 0])).toEqual(['cache-not-imported', 'origins-from-history']);
    expect(shown([0, 1])).toEqual(['cache-not-imported']);
  });

  it('asks the builder’s history for the provenance of several platforms', async () => {
    const metadata: unknown = JSON.parse(recording.metadata ?? '');
    if (!isRecord(metadata)) throw new Error('no metadata');
    const { 'buildx.build.provenance': provenance, ...rest } = metadata;
    const inputs = { platforms: ['linux/amd64', 'linux/arm64'] };
    const result = await playBuild(
      { ...recording, metadata: JSON.stringify(rest), history: JSON.stringify(provenance) },
      DOCKERFILE,
      inputs,
      'containerd',
    );
    expect(result.images.map(image => [image.platform, image.origins?.layers.length])).toEqual([
      ['linux/amd64', 7],
      ['linux/arm64', 7],
    ]);
  });
});

describe('a result', () => {
  it('has the digest that the first exporter pushed, not that of the layout', async () => {
    const digest = (fill: string): string => `sha256:${fill.repeat(64)}`;
    const vertex = (id: string, name: string) => JSON.stringify({ vertexes: [{ digest: id, name }] });
    const status = (id: string, text: string) =>
      JSON.stringify({ statuses: [{ id: text, vertex: id, started: '2026-01-01T00:00:00Z' }] });
    const stderr = [
      vertex('a', 'exporting to image'),
      vertex('b', 'exporting to oci image format'),
      status('a', `exporting manifest ${digest('1')}`),
      status('b', `exporting manifest ${digest('2')}`),
      status('a', `exporting config ${digest('3')}`),
      status('a', `exporting manifest list ${digest('4')}`),
      status('a', `pushing manifest for r.io/a:1@${digest('5')}`),
    ];
    const metadata = JSON.stringify({
      'buildx.build.provenance': {},
      'containerimage.digest': digest('2'),
      'containerimage.config.digest': digest('3'),
      'image.name': 'r.io/a:1',
    });
    const pushed = await playBuild(
      { stderr: stderr.join('\n'), metadata, imageId: digest('3') },
      DOCKERFILE,
      {},
      'containerd',
    );
    expect(pushed.metadata.digest).toBe(digest('5'));
    expect(pushed.metadata.imageId).toBe(digest('4'));
    expect(JSON.parse(pushed.metadata.json)).toEqual({
      'buildx.build.provenance': {},
      'containerimage.digest': digest('5'),
      'image.name': 'r.io/a:1',
    });
    const plain = await playBuild(
      { stderr: stderr.slice(0, 5).join('\n'), metadata, imageId: digest('3') },
      DOCKERFILE,
      {},
      'containerd',
    );
    expect(plain.metadata).toMatchObject({ digest: digest('1'), imageId: digest('3') });
    const alone = await playBuild(
      { stderr: stderr[1] ?? '', metadata, imageId: digest('3') },
      DOCKERFILE,
      {},
      'containerd',
    );
    expect(alone.metadata.digest).toBe(digest('2'));
  });
});

describe('a build', () => {
  it('has its secrets in files of its own while it runs, and not after', async () => {
    let path = '';
    await playBuild(
      {
        stderr: '',
        metadata: '{}',
        async during(args, env) {
          path = /src=(.*)/.exec(args.find(arg => arg.startsWith('id=token')) ?? '')?.[1] ?? '';
          expect(await readFile(path, 'utf8')).toBe('hush');
          expect((await stat(path)).mode & 0o777).toBe(0o600);
          expect(env['BUILDX_METADATA_PROVENANCE']).toBe('max');
        },
      },
      DOCKERFILE,
      { secrets: ['token=hush'] },
    );
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['no Dockerfile', {}, {}, 'dockerfile-missing', /at Dockerfile \(looked at \/.*\/Dockerfile\)/],
    ['no such file', DOCKERFILE, { file: 'x/Y' }, 'dockerfile-missing', /at x\/Y \(/],
    ['no context', DOCKERFILE, { context: 'nowhere' }, 'input-missing', /context nowhere is not a directory/],
    ['a directory for a Dockerfile', { 'Dockerfile/x': '' }, {}, 'dockerfile-missing', /it is a directory/],
    ['a huge Dockerfile', { Dockerfile: '#'.repeat(5_000_000) }, {}, 'limit-exceeded', /5000000 bytes/],
  ])('is not begun with %s', async (_name, files, inputs, code, message) => {
    const neverRuns: Recording = { stderr: '', during: () => Promise.reject(new Error('it ran')) };
    await expect(playBuild(neverRuns, files, inputs)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('takes the lower-case spelling of the default name', async () => {
    const result = await playBuild({ stderr: '', metadata: '{}' }, { dockerfile: 'FROM scratch\n' });
    expect(result.images).toHaveLength(1);
  });

  it.each([
    [
      'a step',
      'failed-run.overlay2.progress.ndjson',
      'FROM x\nWORKDIR /x\nRUN echo hi && \\\n  exit 3\n',
      /^The build failed at Dockerfile:3 \(RUN echo hi && \\\): process ".*" did not complete successfully: exit code: 3$/,
      ['hi', 'bad'],
    ],
    [
      'the syntax',
      'parse-error.progress.ndjson',
      'FROM x\nRUNN x\n',
      /at Dockerfile:2 \(RUNN x\): dockerfile parse error on line 2: unknown instruction: RUNN/,
      ['   1 |     FROM deadweight/debian:bookworm', '   2 | >>> RUNN x', '   3 |     '],
    ],
    [
      'a file',
      'missing-file.progress.ndjson',
      'FROM x\nCOPY nope /\n',
      /at Dockerfile:2 \(COPY nope \/\): failed to compute cache key: .*"\/nope": not found$/,
      expect.arrayContaining(['   2 | >>> COPY nope /']),
    ],
  ])('that fails at %s says where', async (_name, fixture, Dockerfile, message, excerpt) => {
    await expect(
      playBuild({ stderr: fixtureText(fixture), exitCode: 1 }, { Dockerfile }),
    ).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringMatching(message),
      excerpt,
    });
  });

  const notInStage = (): string =>
    fixtureText('missing-file.progress.ndjson').replaceAll(
      /failed to compute cache key: .*not found$/gm,
      'lstat /nope: no such file or directory',
    );

  it.each([
    [
      'COPY nope /',
      /^Check the name: \/nope is not in the build context\. If the name is right, what makes it did not run \(let --prepare/,
    ],
    ['COPY --from=made nope /', /^What that step copies from has no \/nope/],
    ['COPY --from=made /nope /', /^What that step copies from has no \/nope/, notInStage()],
  ])(
    'that lacks what %s needs says what to do',
    async (step, remedy, stderr = fixtureText('missing-file.progress.ndjson')) => {
      await expect(
        playBuild({ stderr, exitCode: 1 }, { Dockerfile: `FROM x\n${step}\n` }),
      ).rejects.toMatchObject({ remedy: expect.stringMatching(remedy) });
    },
  );

  it('that lacks a file names the ignore file where there is one', async () => {
    const files = { Dockerfile: 'FROM x\nCOPY nope /\n', '.dockerignore': 'nope\n' };
    await expect(
      playBuild({ stderr: fixtureText('missing-file.progress.ndjson'), exitCode: 1 }, files),
    ).rejects.toMatchObject({
      remedy: expect.stringMatching(
        /^Check the name: .* right, \.dockerignore leaves it out, or what makes it/,
      ),
    });
  });

  it.each([
    // A name that Docker Hub does not have, and a machine without a network (Buildx 0.29).
    'nope:1: failed to resolve source metadata for docker.io/library/nope:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'debian:1: failed to resolve source metadata for docker.io/library/debian:1: failed to do request: Head "https://registry-1.docker.io/v2/library/debian/manifests/1": dial tcp: lookup registry-1.docker.io: no such host',
  ])('that does not find an image says to check its name, the login and the network: %#', async words => {
    const place = `Dockerfile:1\n--------------------\n   1 | >>> FROM nope:1\n--------------------\n`;
    for (const shown of [place, '']) {
      await expect(
        playBuild(
          { stderr: `${shown}ERROR: failed to build: failed to solve: ${words}\n`, exitCode: 1 },
          { Dockerfile: 'FROM nope:1\n' },
        ),
      ).rejects.toMatchObject({
        code: 'build-failed',
        remedy: expect.stringMatching(/^Check the name, .* the login .* the network\.$/),
      });
    }
  });

  const DEEP = `FROM scratch\nENV SEED=1\n${Array.from({ length: 131 }, (_, index) => `COPY f /f${index}\n`).join('')}`;
  it.each([
    // The engine's own BuildKit on its 130th layer (Docker 28.5, overlay2).
    [
      fixtureText('too-deep.overlay2.progress.ndjson'),
      /^The build failed at Dockerfile:132 \(COPY f \/f129\): /,
    ],
    // Another builder's image of 131 layers that the engine is to load: Buildx 0.29 says no more.
    [
      'ERROR: failed to build: failed to solve: rpc error: code = Unknown desc = max depth exceeded',
      /^The build failed: rpc error/,
    ],
  ])('of more layers than the engine stacks says what to do: %#', async (stderr, message) => {
    await expect(playBuild({ stderr, exitCode: 1 }, { Dockerfile: DEEP })).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/^Merge steps, .* stacks no more layers\./),
    });
  });

  it.each([
    ['ERROR: failed to solve: write /x: no space left on device', 'disk-full'],
    [
      'ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      'engine-unreachable',
    ],
    [
      'ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory',
      'dockerfile-missing',
    ],
    ['ERROR: failed to build: context deadline exceeded', 'engine-unreachable'],
    ['nothing of use', 'build-failed'],
    ['', 'build-failed'],
  ])('that ends with "%s" is %s', async (stderr, code) => {
    await expect(playBuild({ stderr, exitCode: 1 }, DOCKERFILE)).rejects.toMatchObject({ code });
  });

  it.each(['', 'failed to run Build function: '])(
    'is told in the words of the frontend, however the client wraps them: "%s"',
    async wrapper => {
      const stderr = `ERROR: failed to build: failed to solve: ${wrapper}dockerfile parse error on line 2: unknown instruction: RUNN`;
      await expect(playBuild({ stderr, exitCode: 1 }, DOCKERFILE)).rejects.toMatchObject({
        message: 'The build failed: dockerfile parse error on line 2: unknown instruction: RUNN',
        remedy: 'Correct the Dockerfile or the build options.',
      });
    },
  );

  it('without buildx says so', async () => {
    const recording = { stderr: "unknown flag: --progress\nSee 'docker --help'.\n", exitCode: 125 };
    await expect(playBuild({ ...recording, version: null }, DOCKERFILE)).rejects.toMatchObject({
      code: 'buildx-missing',
      message: 'docker buildx does not run: no such command',
    });
  });

  it('without provenance names a buildx that is too old for it', async () => {
    const old = await playBuild({ stderr: '', version: 'github.com/docker/buildx v0.25.0' }, DOCKERFILE);
    expect(old.notices[0]?.message).toMatch(/0\.26 or newer gives it\. Here it is 0\.25\.0\.$/);
    const { notices } = await playBuild({ stderr: '' }, DOCKERFILE);
    expect(notices[0]?.message).toMatch(/0\.26 or newer gives it\.$/);
  });

  it('without docker says so', async () => {
    const exec = { run: () => Promise.reject(new Error('docker is not on the PATH')) };
    await expect(playBuild({ stderr: '' }, DOCKERFILE, {}, 'graph-driver', { exec })).rejects.toMatchObject({
      code: 'buildx-missing',
    });
  });

  it('notices a cache that could not be imported', async () => {
    const result = await playBuild(
      { stderr: fixtureText('cache-missing.progress.ndjson'), metadata: '{}' },
      DOCKERFILE,
    );
    const messages = result.notices
      .filter(notice => notice.code === 'cache-not-imported')
      .map(notice => notice.message);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatch(
      /^No cache was taken from 127\.0\.0\.1:1\/x: failed to do request: .* connection refused\.$/,
    );
  });
});

describe('metadata that no buildx writes', () => {
  const recording: Recording = { stderr: fixtureText('stages.overlay2.progress.ndjson') };
  const remedy = 'Check which docker runs: buildx writes no such metadata.';

  it.each([
    ['nests', NESTED_JSON, 'the file nests more than 100 deep'],
    ['has ten million keys', WIDE_JSON, 'the file has more than 1,000,000 values'],
  ])('stops the run (%s)', async (_name, metadata, why) => {
    await expect(playBuild({ ...recording, metadata }, DOCKERFILE)).rejects.toMatchObject({
      code: 'limit-exceeded',
      message: `The metadata of the build are refused: ${why}.`,
      remedy,
    });
  });

  it('stops the run where the record of the builder has it', async () => {
    const metadata = JSON.stringify({ 'buildx.build.ref': 'default/default/abc' });
    const inputs = { platforms: ['linux/amd64', 'linux/arm64'] };
    const played = playBuild(
      { ...recording, metadata, history: NESTED_JSON },
      DOCKERFILE,
      inputs,
      'containerd',
    );
    await expect(played).rejects.toMatchObject({
      code: 'limit-exceeded',
      message: 'The metadata of the build are refused: its provenance nests more than 100 deep.',
      remedy,
    });
  });
});
