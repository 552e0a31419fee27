import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/report/report.ts';
import { publish } from '../../../src/run/publish/publish.ts';
import { added } from '../../github/review/review-fixture.ts';
import { apiOf, HEAD, NEWER, server } from '../../github/server-fixture.ts';
import { DOCKERFILE_LINES, patched } from '../../report/patched-report.ts';
import { folderOf } from '../../support/folder.ts';
import type { FakeFile } from '../../support/github-server/state.ts';

type Publication = Parameters<typeof publish>[0];

interface Given {
  readonly files?: readonly FakeFile[];
  readonly reports?: readonly Report[];
  readonly token?: string;
  readonly changes?: Partial<Publication>;
  /** Of the steps in the repository. */
}

async function published({ files, reports = [patched()], token, changes }: Given = {}) {
  const github = await server({
    pullRequests: [{ number: 7, files: files ?? [added(DOCKERFILE_LINES)] }],
  });
  const summaryPath = join(await folderOf(), 'summary.md');
  await writeFile(summaryPath, '');
  const annotated: string[] = [];
  const annotate = (
    message: string,
    { title, file, startLine }: { title: string; file: string; startLine: number },
  ) => void annotated.push(`${file}:${startLine} ${title.replace(/:.*/, '')}: ${message}`);
  const { notices, comment } = await publish({
    ...{
      reports,
      policy: 'auto',
      suggests: true,
      showsChecks: true,
      threshold: { bytes: null, percent: null },
    },
    sink: { error: annotate, warning: annotate, notice: annotate, info: () => undefined },
    target: { api: apiOf(github, token), pullRequest: 7, headSha: HEAD, run: '100-1' },
    summaryPath,
    notices: [],
    ...changes,
  });
  const findings = annotated.filter(text => !text.includes('Over budget'));
  const summary = await readFile(summaryPath, 'utf8');
  return { github, findings, notices, summary, comment, annotated };
}

const placesOf = (findings: readonly string[]) => findings.map(text => text.slice(0, text.indexOf(': ')));

describe('fixes in a pull request', () => {
  it('are suggested on the lines that it touches, and annotated nowhere else', async () => {
    const { github, findings, notices, annotated, comment } = await published();
    expect(github.reviews(7)).toHaveLength(1);
    expect(github.reviewComments(7)).toMatchObject([
      {
        path: 'Dockerfile',
        original: { start: 3, end: 3 },
        body: expect.stringContaining('```suggestion\n    apt-get'),
      },
      {
        path: 'Dockerfile',
        original: { start: 6, end: 7 },
        body: expect.stringContaining('proven by building it'),
      },
    ]);
    expect(placesOf(findings)).toEqual(['Dockerfile:4 deleted-later']);
    expect(annotated.length).toBeGreaterThan(findings.length);
    expect([notices, comment?.outcome]).toEqual([[], 'created']);
  });

  it('are annotated with their new lines where it does not touch them', async () => {
    const { github, findings } = await published({ files: [added(['# other'], 'README.md')] });
    expect(github.reviewComments(7)).toEqual([]);
    expect(placesOf(findings)).toEqual([
      'Dockerfile:2 deleted-later',
      'Dockerfile:6 metadata-only-copy',
      'Dockerfile:2 kept-documentation',
      'Dockerfile:4 deleted-later',
    ]);
    expect(findings[1]).toMatch(/ The new line: COPY --chown=app:app --chmod=755 \. \/app$/);
    expect(findings[0]).toMatch(
      / The new lines: apt-get install .* ca-certificates && \\ ⏎ rm -rf \/var\/lib\/apt\/lists\/\*$/,
    );
    expect(findings[3]).not.toContain('The new line');
  });

  it('are annotated where the head has other lines than the merge commit that was built', async () => {
    const { findings } = await published({
      files: [added(DOCKERFILE_LINES.with(2, '    apt-get install -y git'))],
    });
    expect(placesOf(findings)).toContain('Dockerfile:2 deleted-later');
    expect(placesOf(findings)).not.toContain('Dockerfile:6 metadata-only-copy');
  });

  it('are where the Dockerfile is in the repository', async () => {
    const files = [added(DOCKERFILE_LINES, 'services/app/Dockerfile')];
    const text = JSON.stringify(patched()).replaceAll(
      '"file":"Dockerfile"',
      '"file":"services/app/Dockerfile"',
    );
    const { github } = await published({ files, reports: [JSON.parse(text)] });
    expect(github.reviewComments(7).map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => 'services/app/Dockerfile'),
    );
  });

  it('are suggested once for all platforms, and annotated for none', async () => {
    const of = (architecture: string): Report => {
      const report = patched();
      return {
        ...report,
        key: `app:linux/${architecture}`,
        image: { ...report.image, platform: { os: 'linux', architecture } },
      };
    };
    const { github, findings } = await published({ reports: [of('amd64'), of('arm64')] });
    expect(github.reviewComments(7)).toHaveLength(2);
    expect(placesOf(findings)).toEqual(['Dockerfile:4 deleted-later', 'Dockerfile:4 deleted-later']);
  });

  it.each([
    ['the input says so', { suggests: false }],
    ['nothing may be commented', { policy: 'never' }],
    ['there is no pull request', { target: null }],
  ] as const)('are annotated, and GitHub is not asked, where %s', async (_why, changes) => {
    const { github, findings } = await published({ changes });
    expect(github.requests.filter(({ path }) => path.includes('/pulls/7/'))).toEqual([]);
    expect(findings).toHaveLength(4);
  });

  it('are not asked about for an image that was not built here', async () => {
    const { github } = await published({ reports: [{ ...patched(), build: null }] });
    expect(github.requests.filter(({ path }) => path.includes('/pulls/7/'))).toEqual([]);
  });

  it('are annotated where the token may not write: a notice says so, and the summary', async () => {
    const { findings, notices, summary } = await published({ token: 'ghs_read' });
    expect(findings).toHaveLength(4);
    expect(notices.map(({ code }) => code)).toEqual(['suggestions-not-posted', 'comment-not-posted']);
    expect(summary).toMatch(
      /> Fixes could not be suggested, and are annotated instead\..*pull-requests: write/,
    );
  });

  it('are annotated where there is a newer head', async () => {
    const github = await server({ pullRequests: [{ number: 7, files: [added(DOCKERFILE_LINES)] }] });
    const target = { api: apiOf(github), pullRequest: 7, headSha: NEWER, run: '100-1' };
    const { findings, notices } = await published({ changes: { target } });
    expect([findings.length, notices, github.reviews(7)]).toEqual([4, [], []]);
  });
});
