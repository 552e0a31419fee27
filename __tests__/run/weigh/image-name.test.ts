import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../../src/base/platform.ts';
import { publishComment } from '../../../src/github/comment.ts';
import { formatMarker, parseMarker } from '../../../src/report/marker.ts';
import { publish } from '../../../src/run/publish/publish.ts';
import { failureReport, publishFailure } from '../../../src/run/publish/publish-failure.ts';
import {
  builtImageName,
  inspectedImageName,
  isFormerKey,
  reportKey,
} from '../../../src/run/weigh/image-name.ts';
import { apiOf, BASE, BOT, NEWER, requestOf, server } from '../../github/server-fixture.ts';
import { unchanged } from '../../report/reports.ts';
import { buildInputs } from '../../support/option-values.ts';

const silent = { error: () => {}, warning: () => {}, notice: () => {}, info: () => {} };
const AMD64 = 'linux/amd64';

const inspected = (reference: string): string => reportKey(inspectedImageName(reference, null), null, AMD64);

function built(inputs: Parameters<typeof buildInputs>[0], target: string | null = null): string {
  return reportKey(builtImageName(buildInputs(inputs), null, '/work/app'), target, AMD64);
}

/** Of the n-th commit. */
const sha = (n: number): string => n.toString(16).padStart(4, '0').repeat(10);

/** Every way to name one image by its commit, with its key. */
const VARYING: readonly (readonly [name: string, key: string, of: (n: number) => string])[] = [
  ['a tag', `docker.io/library/app:${AMD64}`, n => inspected(`app:sha-${sha(n)}`)],
  ['a tag and a digest', `ghcr.io/o/app:${AMD64}`, n => inspected(`ghcr.io/o/app:${n}@sha256:${hex(n)}`)],
  [
    'a digest',
    `localhost:5000/o/app:${AMD64}`,
    n => inspected(`docker://localhost:5000/o/app@sha256:${hex(n)}`),
  ],
  ['an id', `image:${AMD64}`, n => inspected(`sha256:${hex(n)}`)],
  ['a short id', `image:${AMD64}`, n => inspected(hex(n).slice(0, 12))],
  ['a name with a commit', `ttl.sh/app-*:${AMD64}`, n => inspected(`docker://ttl.sh/app-${sha(n)}:1h`)],
  [
    'an archive',
    `out/app-*.tar:${AMD64}`,
    n => inspected(`docker-archive:out/app-${sha(n).slice(0, 8)}.tar`),
  ],
  [
    'a tag in an archive',
    `a.tar:docker.io/library/app:${AMD64}`,
    n => inspected(`docker-archive:a.tar:app:${n}`),
  ],
  ['a tag in a layout', `layout:${AMD64}`, n => inspected(`oci:layout:v${n}`)],
  ['tags', `ghcr.io/o/app:${AMD64}`, n => built({ tags: [`ghcr.io/o/app:pr-${n}`, `app:${sha(n)}`] })],
  [
    'a git context',
    `app https://github.com/o/app.git:${AMD64}`,
    n => built({ context: `https://github.com/o/app.git#${sha(n)}` }),
  ],
  [
    'a git context with a folder, a token and a stage',
    `web https://github.com/o/app.git#:apps/web docker/Dockerfile:prod:${AMD64}`,
    n =>
      built(
        {
          context: `https://x:token${n}@github.com/o/app.git#refs/pull/${n}/merge:apps/web`,
          file: 'docker/Dockerfile',
        },
        'prod',
      ),
  ],
  [
    'a git context with a query',
    `web https://github.com/o/app.git#:apps/web:${AMD64}`,
    n => built({ context: `https://github.com/o/app.git?branch=b${n}&subdir=apps/web&commit=${sha(n)}` }),
  ],
  [
    'a git context over ssh',
    `app git@github.com:o/app.git:${AMD64}`,
    n => built({ context: `git@github.com:o/app.git#${sha(n)}` }),
  ],
  [
    'an archive of a commit',
    `*.tar.gz https://github.com/o/app/archive/*.tar.gz:${AMD64}`,
    n => built({ context: `https://github.com/o/app/archive/${sha(n)}.tar.gz` }),
  ],
];

function hex(n: number): string {
  return `${sha(n)}${sha(n)}`.slice(0, 64);
}

describe('a key that names no commit', () => {
  it.each(VARYING)('for %s is %s', (_name, key, of) => {
    expect([1, 2, 3].map(of)).toEqual([key, key, key]);
  });

  it('tells repositories, folders, stages and Dockerfiles apart', () => {
    const keys = [
      ...VARYING.map(([, key]) => key),
      inspected('docker-archive:a.tar:web:1'),
      inspected('docker-archive:a.tar:@1'),
      built({ context: 'https://github.com/o/app.git#main:apps/web' }, 'test'),
      built({ context: 'https://github.com/o/web.git#main' }),
      built({ context: 'web' }),
      built({ file: 'web/Dockerfile' }),
      built({}),
    ];
    // Two are of an id alone, two of one repository.
    expect(new Set(keys).size).toBe(keys.length - 2);
  });

  it('is what the user calls the image, whatever that is', () => {
    const title = `app:${sha(1)}`;
    expect(inspectedImageName('x', title).key).toBe(title);
    expect(builtImageName(buildInputs(), title, '/').key).toBe(title);
  });

  it('is there for what names no image', () => {
    expect(inspected('oci:')).toBe(`oci::${AMD64}`);
    expect(inspected('https://user:secret@host/App')).not.toContain('secret');
  });
});

const REPOSITORY = 'https://github.com/o/app.git';

describe('the key of an earlier version', () => {
  it.each([
    [`app:sha-1:${AMD64}`, inspected('app:sha-2')],
    [`ghcr.io/o/app@sha256:${hex(1)}:${AMD64}`, inspected('ghcr.io/o/app:2')],
    [`sha256:${hex(1)}:${AMD64}`, inspected(`sha256:${hex(2)}`)],
    [
      `docker-archive:out/app.tar:linux/arm/v7`,
      reportKey(inspectedImageName('docker-archive:out/app.tar', null), null, 'linux/arm/v7'),
    ],
    [`app.git#${sha(1)} ${REPOSITORY}#${sha(1)}:${AMD64}`, built({ context: `${REPOSITORY}#${sha(2)}` })],
    [
      `app.git#${sha(1)} ${REPOSITORY}#${sha(1)}:prod:${AMD64}`,
      built({ context: `${REPOSITORY}#${sha(2)}` }, 'prod'),
    ],
    [
      `web ${REPOSITORY}#${sha(1)}:apps/web:prod:${AMD64}`,
      built({ context: `${REPOSITORY}#x:apps/web` }, 'prod'),
    ],
    [
      `o/app ${REPOSITORY}#1:web docker/Dockerfile`,
      'o/app https://github.com/o/app.git#:web docker/Dockerfile',
    ],
  ])('%s is known', (former, key) => {
    expect(isFormerKey(former, key)).toBe(true);
    expect(isFormerKey(key, key)).toBe(false);
  });

  it.each([
    [`web:sha-1:${AMD64}`, inspected('app:sha-2')],
    [`app:sha-1:linux/arm64`, inspected('app:sha-2')],
    [`App ${REPOSITORY}`, built({ context: `${REPOSITORY}#1` })],
    ['', inspected('app')],
  ])('%s is of another image than %s', (former, key) => {
    expect(isFormerKey(former, key)).toBe(false);
  });
});

describe('a failure', () => {
  it.each([
    [[], undefined, 'app:linux/amd64'],
    [[], 'linux/arm64', 'app:linux/arm64'],
    [['linux/s390x'], 'linux/arm64', 'app:linux/s390x'],
  ])('of the platforms %o by default %s has the key %s', (platforms, defaultPlatform, key) => {
    const { context } = unchanged();
    const failed = { inputs: buildInputs({ platforms }), image: null, title: 'app', context, mask: String };
    const place = { cwd: '/', hostPlatform: parsePlatform('linux/amd64'), defaultPlatform, now: 0 };
    expect(failureReport(new Error('no'), failed, place).key).toBe(key);
  });
});

/** One run of a step for the n-th commit of the pull request. */
async function run(github: Awaited<ReturnType<typeof server>>, n: number, key: string, images = `${n}`) {
  github.setHead(7, sha(n));
  const isFormer = (former: string): boolean => isFormerKey(former, key);
  const request = { run: `${1000 + n}-1`, headSha: sha(n), key, isFormerKey: isFormer, images };
  return publishComment(
    apiOf(github),
    requestOf({ ...request, body: `run ${n}${images === `${n}` ? '' : ` of ${images}`}` }),
  );
}

describe('the comment of a pull request', () => {
  it.each(VARYING)('is one after twenty runs with %s', async (_name, _key, of) => {
    const github = await server();
    for (let n = 1; n <= 20; n += 1) await run(github, n, of(n));
    expect(github.comments(7).map(({ body }) => body.split('\n')[1])).toEqual(['run 20']);
  });

  it('of an earlier version is taken over, and its copies go', async () => {
    const github = await server();
    for (const n of [1, 2]) {
      const key = `app:sha-${n}:${AMD64}`;
      github.addComment(7, BOT, `${formatMarker({ key, head: NEWER, base: BASE, run: `${n}-1` })}\nold`);
    }
    const other = github.addComment(
      7,
      BOT,
      `${formatMarker({ key: `web:1:${AMD64}`, head: NEWER, base: BASE, run: '2-1' })}\nold`,
    );
    expect(await run(github, 3, inspected('app:sha-3'))).toMatchObject({ outcome: 'updated', notice: null });
    const left = github.comments(7).filter(({ id }) => id !== other.id);
    expect(left.map(({ body }) => parseMarker(body)?.key)).toEqual([inspected('app:1')]);
    expect(other.body).toContain('old');
  });

  it('of this version is not taken for one of before, whatever its title', async () => {
    const github = await server();
    await run(github, 1, `app:debug:${AMD64}`);
    expect((await run(github, 2, inspected('app:2'))).outcome).toBe('created');
    expect(github.comments(7)).toHaveLength(2);
  });

  it('says so where another image of the run has it', async () => {
    const github = await server();
    const key = inspected('app:debug');
    expect((await run(github, 1, key, 'debug')).notice).toBeNull();
    const second = await run(github, 1, inspected('app:prod'), 'prod');
    expect(second.notice).toMatchObject({
      code: 'comment-shared',
      message: expect.stringMatching(/`title`/),
    });
    expect(github.comments(7)).toHaveLength(1);
    // The same image again, in the same run or in the next, is no other.
    expect((await run(github, 1, key, 'prod')).notice).toBeNull();
    expect((await run(github, 2, key, 'debug')).notice).toBeNull();
  });

  it.each(['the failure first', 'the failure last'])(
    'says so where another image of the run failed: %s',
    async order => {
      const github = await server();
      github.setHead(7, sha(1));
      const target = { api: apiOf(github), pullRequest: 7, headSha: sha(1), run: '1001-1' };
      const rules = { target, policy: 'always', threshold: { bytes: null, percent: null } } as const;
      const step = { ...rules, sink: silent, summaryPath: undefined, notices: [] };
      const name = { title: 'app', key: 'app' };
      const report = { ...unchanged(), key: reportKey(name, null, 'linux/amd64') };
      const inputs = buildInputs({ platforms: ['linux/amd64'] });
      const failed = { inputs, image: null, title: 'app', context: report.context, mask: String };
      const place = {
        cwd: '/',
        hostPlatform: parsePlatform('linux/amd64'),
        defaultPlatform: undefined,
        now: 0,
      };
      const steps = [
        () => publishFailure({ ...step, failure: failureReport(new Error('no'), failed, place) }),
        () => publish({ ...step, reports: [report], suggests: false, showsChecks: true }),
      ];
      if (order === 'the failure last') steps.reverse();
      const codes: string[][] = [];
      for (const publishStep of steps) codes.push((await publishStep()).notices.map(({ code }) => code));
      expect(github.comments(7)).toHaveLength(1);
      expect(codes).toEqual([['summary-not-written'], ['summary-not-written', 'comment-shared']]);
    },
  );
});
