// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCacheBreak } from '../../src/build/cache-break.ts';
import type { ProgressEvent } from '../../src/build/progress-event.ts';
import { nodeExec } from '../build/node-exec.ts';
import { engineEnv, linesOf, realBuild } from '../build/real-build.ts';
import { times } from '../support/long.ts';

const BASE = 'deadweight/debian:bookworm';
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'];
const stores = [
  ['graph driver', process.env['DEADWEIGHT_E2E_OVERLAY2']],
  ['containerd', process.env['DEADWEIGHT_E2E_CONTAINERD']],
] as const;

const EVERYTHING = `ARG BASE=${BASE}
FROM \${BASE} AS builder
WORKDIR /src
COPY a.txt .
RUN echo hello > /src/out \\
 # a comment
 && echo again
RUN <<EOF
echo one > /src/one
echo two > /src/two
EOF

FROM builder AS mid
ARG SECRETARG=x
RUN echo "$SECRETARG" > /mid

FROM ${BASE} AS unused
RUN echo unused > /unused

FROM ${BASE}
ENV A=b
WORKDIR /app
WORKDIR /
COPY --from=mid /src/one /app/one
COPY --link a.txt /app/a
ADD b.txt c.txt /d/
ARG SECRETARG
RUN --mount=type=bind,from=mid,source=/src,target=/m cp /m/two "/app/$SECRETARG"
COPY <<X <<Y /here/
x
X
y
Y
CMD ["true"]
`;

const files = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' };

/** Every day on the store that keeps blobs; on both in the long run. */
describe.each(stores.slice(-times(1, 2)))('builds on the %s store', (store, host) => {
  const skipped = describe.skipIf(host === undefined);
  const env = engineEnv(host ?? '');
  const scratch = (text: string): string => `FROM ${BASE}\n${text}`;
  let serial = 0;
  /** Text that no earlier build has seen. */
  const fresh = (): string => `${Date.now()}-${process.pid}-${serial++}`;
  const layerCount = async (reference: string): Promise<number> => {
    const id = reference.replace('docker-daemon:', '');
    const { stdout } = await nodeExec.run(
      'docker',
      ['image', 'inspect', '--format', '{{len .RootFS.Layers}}', id],
      { env },
    );
    return Number(stdout);
  };

  skipped('layers and lines', () => {
    it('follows multi-stage, COPY --from, --link, heredocs, WORKDIR and ARG in RUN', async () => {
      const result = await realBuild(env, {
        files: { ...files, Dockerfile: EVERYTHING },
        inputs: { 'build-args': [`SECRETARG=canary-${fresh()}`], tags: ['deadweight-e2e:everything'] },
      });
      expect(linesOf(result)).toEqual([
        '20-20 base',
        '22-22 own',
        '24-24 own',
        '25-25 own',
        '26-26 own',
        '28-28 own',
        '29-33 own',
      ]);
      const origins = result.images[0]?.origins;
      expect(origins?.baseLayerCount).toBe(1);
      expect(origins?.baseImageName).toBe(BASE);
      expect(origins?.layers[6]?.instruction?.text).toBe('COPY <<X <<Y /here/\nx\nX\ny\nY');
      expect(origins?.layers[6]?.instruction?.file).toBe('Dockerfile');
      expect(JSON.stringify(result)).not.toContain('canary-');
      expect(result.steps.map(step => step.name)).toContain('[mid 1/1] RUN echo "$SECRETARG" > /mid');
      expect(result.steps.some(step => step.name.includes('unused'))).toBe(false);
      expect(result.steps.filter(step => step.onFinalChain).length).toBe(store === 'containerd' ? 7 : 6);
      if (store === 'graph driver') expect(await layerCount(result.images[0]?.reference ?? '')).toBe(7);
    });

    it('tells what was cached, and the time of what was not', async () => {
      const Dockerfile = scratch(`RUN sleep 0.3; echo ${fresh()} > /x\nCOPY a.txt /a\n`);
      const first = await realBuild(env, { files: { ...files, Dockerfile } });
      expect(first.images[0]?.origins?.layers.map(layer => layer.cache)).toEqual([
        'unknown',
        'executed',
        'executed',
      ]);
      expect(first.images[0]?.origins?.layers[1]?.durationMs).toBeGreaterThan(250);
      const second = await realBuild(env, { files: { ...files, Dockerfile } });
      expect(second.images[0]?.origins?.layers.map(layer => layer.cache)).toEqual([
        'unknown',
        'cached',
        'cached',
      ]);
      expect(second.steps.find(step => step.name.includes('sleep'))?.durationMs).toBe(0);
      expect(findCacheBreak(second, first)).toBeNull();
      expect(first.stepHashes).toEqual(second.stepHashes);
    });

    it.each([
      [
        'FROM scratch',
        'FROM scratch\nCOPY a.txt /a\nCOPY --link b.txt /b\n',
        ['2-2 own', '3-3 own'],
        0,
        'scratch',
      ],
      ['only metadata', scratch('ENV A=b\nCMD ["true"]\n'), ['1-1 base'], 1, BASE],
      ['WORKDIR / makes none', scratch('WORKDIR /\nWORKDIR /etc\n'), ['1-1 base', '3-3 own'], 1, BASE],
      ['FROM an ARG', `ARG X=${BASE}\nFROM $X\nRUN echo a > /a\n`, ['2-2 base', '3-3 own'], 1, BASE],
      [
        'FROM a stage, twice removed, with a twin in between',
        `FROM ${BASE} AS one\nRUN echo same > /s\nFROM ${BASE} AS twin\nRUN echo same > /s\nFROM one AS two\nWORKDIR /w\nFROM two\nRUN echo b > /b\n`,
        ['1-1 base', '2-2 own', '6-6 own', '8-8 own'],
        1,
        BASE,
      ],
      [
        'a step shared with an earlier stage',
        `FROM ${BASE} AS one\nRUN echo shared > /s\nRUN echo one > /t\nFROM ${BASE}\nRUN echo shared > /s\nCOPY --from=one /t /t\n`,
        ['4-4 base', '5-5 own', '6-6 own'],
        1,
        BASE,
      ],
      [
        'a step that copies a directory of several files',
        scratch('COPY . /all/\nRUN chmod -R 700 /all\nRUN rm -r /all\nRUN true\n'),
        ['1-1 base', '2-2 own', '3-3 own', '4-4 own', '5-5 own'],
        1,
        BASE,
      ],
    ])('%s', async (_name, Dockerfile, expected, baseLayers, baseImageName) => {
      const result = await realBuild(env, { files: { ...files, Dockerfile } });
      expect(linesOf(result)).toEqual(expected);
      expect(result.images[0]?.origins?.baseLayerCount).toBe(baseLayers);
      expect(result.images[0]?.origins?.baseImageName).toBe(baseImageName);
      expect(result.notices).toEqual([]);
    });

    it('takes a target, a Dockerfile beside the context and a secret', async () => {
      const events: ProgressEvent[] = [];
      const result = await realBuild(env, {
        files: {
          'ctx/a.txt': 'a',
          'build/My.dockerfile': scratch(
            'RUN --mount=type=secret,id=token wc -c /run/secrets/token > /n; cat /run/secrets/token >&2\nFROM scratch AS other\nCOPY a.txt /\n',
          ).replace(BASE, `${BASE} AS first`),
        },
        inputs: {
          context: 'ctx',
          file: 'build/My.dockerfile',
          target: 'first',
          secrets: ['token=s3\nc,r"et'],
          'no-cache': true,
        },
        onProgress: event => events.push(event),
      });
      expect(linesOf(result)).toEqual(['1-1 base', '2-2 own']);
      expect(result.images[0]?.origins?.layers[1]?.instruction?.file).toBe('build/My.dockerfile');
      const log = events.map(event => (event.kind === 'log' ? event.text : '')).join('');
      expect(log).toContain('s3\nc,r"et');
      expect(JSON.stringify(result)).not.toContain('c,r');
    });

    it('maps what ONBUILD made to the FROM line', async () => {
      const onbuild = `deadweight-e2e-onbuild:${store.replace(' ', '')}`;
      await realBuild(env, {
        files: { Dockerfile: scratch('ONBUILD RUN echo on > /onbuild\nONBUILD WORKDIR /on\n') },
        inputs: { tags: [onbuild] },
      });
      const result = await realBuild(env, {
        files: { Dockerfile: `\nFROM ${onbuild}\nRUN echo own > /own\n` },
      });
      expect(linesOf(result)).toEqual(['2-2 base', '2-2 own', '2-2 own', '3-3 own']);
      expect(result.images[0]?.origins?.baseImageName).toBe(onbuild);
    });
  });

  skipped('cache breaks', () => {
    const dockerfile = (text: string): string =>
      scratch(`RUN echo ${text} > /x\nCOPY a.txt b.txt /\nRUN cat /a.txt > /y\n`);

    it('tells a changed text, a changed file and a changed base image apart', async () => {
      const seed = fresh();
      const base = await realBuild(env, { files: { ...files, Dockerfile: dockerfile(seed) } });
      expect(findCacheBreak(base, null)).toMatchObject({ step: 1, reason: 'not-in-cache', files: null });
      const changedFile = await realBuild(env, {
        files: { ...files, 'a.txt': seed, Dockerfile: dockerfile(seed) },
      });
      const fileBreak = findCacheBreak(changedFile, base);
      expect(fileBreak?.reason).toBe('content-changed');
      expect(changedFile.steps[fileBreak?.step ?? 0]?.instruction?.startLine).toBe(3);
      const changedText = await realBuild(env, { files: { ...files, Dockerfile: dockerfile(`${seed}b`) } });
      const textBreak = findCacheBreak(changedText, base);
      expect(textBreak?.reason).toBe('text-changed');
      expect(changedText.steps[textBreak?.step ?? 0]?.instruction?.startLine).toBe(2);
    });

    it('tells a changed base image', async () => {
      const seed = fresh();
      const tag = `deadweight-e2e-base:${store.replace(' ', '')}`;
      const build = async (content: string) => {
        await realBuild(env, {
          files: { Dockerfile: scratch(`RUN echo ${content} > /base\n`) },
          inputs: { tags: [tag] },
        });
        return realBuild(env, { files: { ...files, Dockerfile: dockerfile(seed).replace(BASE, tag) } });
      };
      const base = await build(`${seed}1`);
      const head = await build(`${seed}2`);
      expect(findCacheBreak(head, base)?.reason).toBe('base-changed');
    });

    it('follows a break into the stage that made it', async () => {
      const text = (seed: string): string =>
        `FROM ${BASE} AS one\nRUN echo ${seed} > /x\nFROM ${BASE}\nRUN echo constant > /c\nCOPY --from=one /x /x\n`;
      const base = await realBuild(env, { files: { Dockerfile: text(fresh()) } });
      const head = await realBuild(env, { files: { Dockerfile: text(fresh()) } });
      const broken = findCacheBreak(head, base);
      expect(head.steps[broken?.step ?? 0]?.instruction?.startLine).toBe(2);
      expect(broken?.reason).toBe('text-changed');
    });
  });

  skipped('failures', () => {
    it('shows the failing step, its line and its last words', async () => {
      const Dockerfile = scratch(
        'WORKDIR /x\nRUN echo first >&2 && \\\n  echo "$TOKEN last words" >&2 && exit 3\nRUN never\n',
      ).replace('WORKDIR', 'ARG TOKEN\nWORKDIR');
      const failing = realBuild(env, {
        files: { Dockerfile },
        inputs: { 'build-args': ['TOKEN=hush'], 'no-cache': true },
      });
      await expect(failing).rejects.toMatchObject({
        code: 'build-failed',
        message: expect.stringMatching(
          /^The build failed at Dockerfile:4 \(RUN echo first >&2 && \\\): process .* exit code: 3$/,
        ),
        excerpt: ['first', 'hush last words'],
      });
    });

    it.each([
      [
        'a Dockerfile that does not parse',
        scratch('RUNN x\n'),
        {},
        /at Dockerfile:2 \(RUNN x\): dockerfile parse error on line 2: unknown instruction: RUNN/,
      ],
      ['an unknown stage', scratch(''), { target: 'nope' }, /target stage "nope" could not be found/],
      [
        'a file that is not there',
        scratch('COPY nope /\n'),
        {},
        /at Dockerfile:2 \(COPY nope \/\): .*"\/nope": not found/,
      ],
    ])('%s', async (_name, Dockerfile, inputs, message) => {
      await expect(realBuild(env, { files: { Dockerfile }, inputs })).rejects.toMatchObject({
        code: 'build-failed',
        message: expect.stringMatching(message),
      });
    });

    it('an unreachable engine and an unknown builder', async () => {
      const away = { ...env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
      await expect(realBuild(away, { files: { Dockerfile: scratch('') } })).rejects.toMatchObject({
        code: 'engine-unreachable',
      });
      await expect(
        realBuild(env, { files: { Dockerfile: scratch('') }, inputs: { builder: 'nobody' } }),
      ).rejects.toMatchObject({ code: 'usage' });
      const bare = { ...env, DOCKER_CONFIG: '/nonexistent', HOME: '/nonexistent', PATH: '/nonexistent' };
      await expect(realBuild(bare, { files: { Dockerfile: scratch('') } })).rejects.toMatchObject({
        code: 'buildx-missing',
      });
    });
  });

  describe.skipIf(host === undefined || REGISTRY === undefined)('with a registry', () => {
    it('says so when a cache cannot be imported', async () => {
      const result = await realBuild(env, {
        files: { Dockerfile: scratch('') },
        inputs: { 'cache-from': [`${REGISTRY}/deadweight-e2e-none:1`] },
      });
      expect(result.notices).toEqual([
        {
          code: 'cache-not-imported',
          message: `No cache was taken from ${REGISTRY}/deadweight-e2e-none:1: ${REGISTRY}/deadweight-e2e-none:1: not found.`,
        },
      ]);
    });

    it('holds another build to the same digest of the base image', async () => {
      const tag = `${REGISTRY}/deadweight-e2e-pin:${store.replace(' ', '')}`;
      const push = (content: string) =>
        realBuild(env, {
          files: { Dockerfile: scratch(`RUN echo ${content} > /v\n`) },
          inputs: { tags: [tag], push: true },
        });
      await push(fresh());
      const Dockerfile = `FROM ${tag}\nRUN echo own > /own\n`;
      const head = await realBuild(env, { files: { Dockerfile }, inputs: { pull: true } });
      expect(Object.keys(head.pins)).toEqual([tag]);
      await push(fresh());
      const base = await realBuild(env, {
        files: { Dockerfile },
        inputs: { pull: true },
        options: { pins: head.pins },
      });
      expect(base.images[0]?.origins?.baseImageDigest).toBe(head.images[0]?.origins?.baseImageDigest);
      expect(linesOf(base)).toEqual(['1-1 base', '1-1 base', '2-2 own']);
      expect(base.images[0]?.origins?.layers[2]?.cache).toBe('cached');
      expect(findCacheBreak(base, head)).toBeNull();
      expect(base.stepHashes.at(-1)).toBe(head.stepHashes.at(-1));
    });
  });
});

const containerd = process.env['DEADWEIGHT_E2E_CONTAINERD'];
describe.skipIf(containerd === undefined)('OCI layouts', () => {
  const env = engineEnv(containerd ?? '');

  it('maps each platform of several', async () => {
    const Dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY a.txt /$TARGETARCH\nCOPY b.txt /b\n';
    const result = await realBuild(env, {
      files: { ...files, Dockerfile },
      inputs: { platforms: ['linux/amd64', 'linux/arm64'] },
    });
    expect(result.images.map(image => image.platform)).toEqual(['linux/amd64', 'linux/arm64']);
    const args = result.images.map(({ fromArgs }) => [fromArgs.get('TARGETARCH'), fromArgs.get('BUILDOS')]);
    expect(args).toEqual([
      ['amd64', 'linux'],
      ['arm64', 'linux'],
    ]);
    expect(linesOf(result, 0)).toEqual(['3-3 own', '4-4 own']);
    expect(linesOf(result, 1)).toEqual(['3-3 own', '4-4 own']);
    expect(result.steps.map(step => step.platform)).toContain('linux/arm64');
    expect(result.notices).toEqual([]);
  });

  it('names the one of several in a shared layout that this build wrote', async () => {
    const layout = await mkdtemp(join(tmpdir(), 'deadweight-layout-'));
    const build = (text: string) =>
      realBuild(env, { files: { Dockerfile: `FROM ${BASE}\nENV A=${text}\n` }, layout });
    const references = [(await build('1')).images[0]?.reference, (await build('2')).images[0]?.reference];
    expect(references[0]).toMatch(/^oci:.*:sha256:[0-9a-f]{64}$/);
    expect(references[1]).not.toBe(references[0]);
    expect((await build('1')).images[0]?.reference).toBeDefined();
  });
});
