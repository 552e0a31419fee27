import { beforeEach, describe, expect, it } from 'vitest';
import { Retries } from '../../../src/base/retry.ts';
import { CONFLICT_POLICY } from '../../../src/github/history/branch-files.ts';
import type { Report } from '../../../src/report/report.ts';
import { type RecordedPush, readTrends, recordHistory } from '../../../src/run/publish/history.ts';
import { renderBadge } from '../../../src/trend/badge.ts';
import { badgeFileName, historyFileName, readHistory, writeHistory } from '../../../src/trend/history.ts';
import { formatLine } from '../../../src/trend/history-line.ts';
import { apiOf, BOT, fakeTime, server } from '../../github/server-fixture.ts';
import { failing, first } from '../../report/reports.ts';
import {
  badGateway,
  notAccessible,
  refusal,
  secondaryRateLimit,
} from '../../support/github-server/answers.ts';
import type { GitHubServer } from '../../support/github-server/server.ts';
import { commitOf, growing, historyOf, lineOf, NOW } from '../../trend/history-fixture.ts';

const BRANCH = 'deadweight-history';
const REPORT = first();
const FILE = historyFileName(REPORT.key);
const PUSH: RecordedPush = {
  ...{ branch: 'main', commit: 'd'.repeat(40), time: NOW, run: '4711-1', pullRequest: 7 },
};

function record(
  github: GitHubServer,
  more: {
    readonly reports?: readonly Report[];
    readonly token?: string;
    readonly push?: Partial<RecordedPush>;
    readonly branch?: string;
  } = {},
) {
  const { reports = [REPORT], token, push = {}, branch = BRANCH } = more;
  const time = fakeTime();
  const retries = new Retries(CONFLICT_POLICY, time.sleep, time.clock);
  return recordHistory(reports, { ...PUSH, ...push }, branch, {
    git: apiOf(github, token, time).git,
    retries,
    now: NOW,
  });
}

function sized(size: number): Report {
  return { ...REPORT, image: { ...REPORT.image, size } };
}

function historyIn(github: GitHubServer, name = FILE) {
  return readHistory(github.git.files(BRANCH).get(name) ?? expect.fail('there is no history'));
}

describe('a push', () => {
  it('begins a history, with a badge, and the report has its trend', async () => {
    const github = await server();
    const { reports, notices } = await record(github);
    expect(notices).toEqual([]);
    expect(historyIn(github).entries).toEqual([
      {
        kind: 'line',
        line: expect.objectContaining({
          ...{
            version: 1,
            key: REPORT.key,
            commit: PUSH.commit,
            branch: 'main',
            run: '4711-1',
            pullRequest: 7,
          },
          ...{
            size: REPORT.image.size,
            layerCount: REPORT.image.layerCount,
            time: new Date(NOW).toISOString(),
          },
        }),
      },
    ]);
    expect(github.git.files(BRANCH).get(badgeFileName(REPORT.key))).toContain('<svg ');
    expect(reports[0]?.trend).toMatchObject({ pointCount: 1, branch: 'main' });
  });

  it('adds a line to each image in one commit', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(growing())) }]);
    const before = github.git.commits.size;
    const other = { ...failing(), key: 'other' };
    const { reports } = await record(github, { reports: [REPORT, other] });
    expect(github.git.commits.size).toBe(before + 1);
    expect(historyIn(github).entries).toHaveLength(41);
    expect(historyIn(github, historyFileName('other')).entries).toHaveLength(1);
    expect(reports.map(({ trend }) => trend?.pointCount)).toEqual([41, 1]);
    const message = github.git.commits.get(github.git.branches.get(BRANCH) ?? '')?.message;
    expect(message).toMatch(/^Record the weight of 2 images at ddddddd\n/);
    expect(message).toContain('[skip ci]');
  });

  it('that is run again counts once', async () => {
    const github = await server();
    await record(github);
    await record(github, { push: { run: '4711-2' } });
    expect(historyIn(github).entries).toMatchObject([{ line: { run: '4711-2' } }]);
  });

  it('leaves the badge of the last commit, whichever run ends last', async () => {
    const github = await server();
    await record(github, { reports: [sized(5_000_000)] });
    const earlier = { commit: 'e'.repeat(40), time: NOW - 60_000, run: '4710-1' };
    const { reports } = await record(github, { reports: [sized(4_000_000)], push: earlier });
    expect(github.git.files(BRANCH).get(badgeFileName(REPORT.key))).toBe(renderBadge(5_000_000));
    expect(reports[0]?.trend?.points.map(({ size }) => size)).toEqual([4_000_000, 5_000_000]);
  });

  it('leaves the badge of the last commit where another run was quicker', async () => {
    const github = await server();
    github.git.push(BRANCH, []);
    let isFirst = true;
    github.gate = async ({ method }) => {
      if (method !== 'PATCH' || !isFirst) return;
      isFirst = false;
      const later = lineOf({ key: REPORT.key, size: 5_000_000, time: new Date(NOW + 60_000).toISOString() });
      github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf([later])) }]);
    };
    await record(github, { reports: [sized(4_000_000)] });
    expect(historyIn(github).entries).toHaveLength(2);
    expect(github.git.files(BRANCH).get(badgeFileName(REPORT.key))).toBe(renderBadge(5_000_000));
  });

  it('is not written without the permission, and the notice names it', async () => {
    const tokens = {
      read: { ...BOT, access: 'write', contents: 'read' },
      none: { ...BOT, access: 'write', contents: 'none' },
    } as const;
    for (const token of ['read', 'none'] as const) {
      const github = await server({ tokens });
      const { reports, notices } = await record(github, { token });
      expect(reports).toEqual([REPORT]);
      expect(notices).toEqual([
        {
          code: 'history-not-written',
          message: expect.stringMatching(
            /was not written to the branch deadweight-history\. GitHub did not .* status 40[34].* Add `permissions: contents: write` to the job\.$/,
          ),
        },
      ]);
    }
  });

  it.each([
    ['no token', { token: '' }, /github-token is empty/],
    ['the branch that was pushed', { branch: 'main' }, /name another with the input history-branch/],
  ])('is not written with %s', async (_name, more, message) => {
    const github = await server();
    const { reports, notices } = await record(github, more);
    expect(reports).toEqual([REPORT]);
    expect(notices.map(notice => notice.message)).toEqual([expect.stringMatching(message)]);
    expect(github.git.branches.size).toBe(0);
  });

  it('says what stands in the way where a rule protects the branch', async () => {
    const github = await server();
    github.inject({
      matches: ({ path }) => path.endsWith('/git/refs'),
      answer: refusal(422, 'Repository rule violations found'),
    });
    const { notices } = await record(github);
    expect(notices[0]?.message).toContain('Repository rule violations found');
    expect(notices[0]?.message).toContain('Check whether a rule protects the branch');
  });

  it('does not break where GitHub answers what it never does', async () => {
    const github = await server();
    github.inject({
      matches: ({ path }) => path.includes('/git/'),
      answer: { status: 200, body: '<html>' },
      times: 50,
    });
    const { reports, notices } = await record(github);
    expect(reports).toEqual([REPORT]);
    expect(notices).toHaveLength(1);
  });
});

describe('a hostile history', () => {
  const good = formatLine(lineOf({ key: REPORT.key, commit: commitOf(1) }));

  it.each([
    ['wrong JSON', `{"version":1,\n${good}\nnull\n`, 1],
    ['a huge line', `${'x'.repeat(100_000)}\n${good}\n`, 1],
    ['control characters', `\u0000\u001b[31m\n${good}\r\n`, 1],
    ['no line at all', '\u0000'.repeat(1000), 0],
    ['what another wrote', '<html>\n</html>\n', 0],
    ['many lines', `${good}\n`.repeat(12_000), 1],
  ])('of %s is kept aside, and its good lines stay', async (_name, content, goodLines) => {
    const github = await server();
    github.git.push(BRANCH, [{ path: FILE, content }]);
    const { reports, notices } = await record(github);
    expect(notices.map(({ code }) => code)).toContain('history-unread');
    const files = github.git.files(BRANCH);
    const aside = [...files.keys()].filter(name => name.endsWith('.unread'));
    expect(aside).toHaveLength(1);
    expect(files.get(aside[0] ?? '')).toBe(content);
    expect(reports[0]?.trend?.pointCount).toBe(goodLines + 1);
    // It is told once.
    expect((await record(github, { push: { commit: 'e'.repeat(40) } })).notices).toEqual([]);
  });

  it('of a newer version stays where it is', async () => {
    const github = await server();
    const newer = '{"version":2,"size":"12 MB"}';
    github.git.push(BRANCH, [{ path: FILE, content: `${newer}\n${good}\n` }]);
    const { notices } = await record(github);
    expect(notices.map(({ message }) => message)).toEqual([
      expect.stringContaining('has 1 line of a newer version of Deadweight, which stay'),
    ]);
    expect(github.git.files(BRANCH).get(FILE)?.split('\n').slice(0, 2)).toEqual([newer, good]);
    expect([...github.git.files(BRANCH).keys()].filter(name => name.endsWith('.unread'))).toEqual([]);
  });

  it('that is a link, a folder, a submodule or 100 MB is put aside as it is, and read by nobody', async () => {
    const github = await server();
    const { git } = github;
    const large = git.addBlob(Buffer.alloc(100_000_000));
    const folder = git.addTree([{ path: 'x', mode: '100644', type: 'blob', sha: git.addBlob('x') }]);
    const hostile = [
      { mode: '120000', type: 'blob', sha: git.addBlob('/etc/passwd') },
      { mode: '040000', type: 'tree', sha: folder },
      { mode: '160000', type: 'commit', sha: 'e'.repeat(40) },
      { mode: '100644', type: 'blob', sha: large },
    ] as const;
    for (const entry of hostile) {
      git.branches.delete(BRANCH);
      git.push(BRANCH, [{ path: FILE, ...entry }]);
      const { notices } = await record(github);
      expect(notices.map(({ message }) => message)).toEqual([
        expect.stringContaining('has content that is no history: as it was it is'),
      ]);
      expect(git.entries(BRANCH).find(({ path }) => path.endsWith('.unread'))).toMatchObject(entry);
      expect(git.entries(BRANCH).find(({ path }) => path === FILE)).toMatchObject({
        mode: '100644',
        type: 'blob',
      });
    }
    expect(github.requests.filter(({ path }) => path.includes('/git/blobs/'))).toEqual([]);
  });

  it('that is full is cut, and that is told', async () => {
    const github = await server();
    const lines = Array.from({ length: 5000 }, (_, index) => lineOf({ commit: commitOf(index) }));
    github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(lines)) }]);
    const { notices } = await record(github);
    expect(notices.map(({ code, message }) => [code, message])).toEqual([
      ['history-cut', expect.stringContaining('its oldest 501 lines were dropped')],
    ]);
    expect(historyIn(github).entries).toHaveLength(4500);
  });
});

describe('a pull request', () => {
  const logged: string[] = [];
  const log = { info: (line: string) => void logged.push(line) };
  beforeEach(() => void logged.splice(0));

  const read = (github: GitHubServer, base = 'main', token = 'ghs_read') =>
    readTrends([REPORT], base, BRANCH, { git: apiOf(github, token).git, log, now: NOW });

  it('reads the trend with a token that may only read', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(growing())) }]);
    const { reports } = await read(github);
    expect(reports[0]?.trend?.pointCount).toBe(40);
    expect(github.requests).toHaveLength(2);
  });

  it('has no trend of another branch', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(growing())) }]);
    expect(await read(github, 'release')).toEqual({ reports: [REPORT], notices: [] });
  });

  it('costs one request where there is no history, and says nothing', async () => {
    const github = await server();
    expect(await read(github)).toEqual({ reports: [REPORT], notices: [] });
    expect(logged).toEqual([]);
    expect(github.requests).toHaveLength(1);
  });

  it.each([
    ['', /github-token is empty/],
    ['ghs_unknown', /status 401/],
  ])('has a line of the log alone where the token %j may not read', async (token, line) => {
    const github = await server();
    expect(await read(github, 'main', token)).toEqual({ reports: [REPORT], notices: [] });
    expect(logged).toEqual([expect.stringMatching(line)]);
  });

  it('says nothing where GitHub shows no branch to the token', async () => {
    const github = await server({ tokens: { none: { ...BOT, access: 'write', contents: 'none' } } });
    expect(await read(github, 'main', 'none')).toEqual({ reports: [REPORT], notices: [] });
    expect(logged).toEqual([]);
  });

  it('names the permission that is missing in the log', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: FILE, content: writeHistory(historyOf(growing())) }]);
    github.inject({ matches: ({ path }) => path.includes('/git/'), answer: notAccessible });
    expect(await read(github)).toEqual({ reports: [REPORT], notices: [] });
    expect(logged).toEqual([
      expect.stringMatching(
        /^The history of main was not read\. .*status 403.*Add `permissions: contents: read` to the job\.$/,
      ),
    ]);
  });

  it.each([
    ['is broken', badGateway, /status 502/],
    ['limits what is asked', secondaryRateLimit(403, 1), /status 403 .*Run the job again later/],
    ['answers what it never does', { status: 200, body: '<html>' }, /its answer cannot be read/],
  ])('has a notice where GitHub %s', async (_name, answer, message) => {
    const github = await server();
    github.inject({ matches: ({ path }) => path.includes('/git/'), answer, times: 20 });
    expect(await read(github)).toEqual({
      reports: [REPORT],
      notices: [{ code: 'history-unread', message: expect.stringMatching(message) }],
    });
    expect(logged).toEqual([]);
  });

  it('does not hide a bug', async () => {
    const { git } = apiOf(await server());
    git.listTree = () => Promise.reject(new TypeError('a bug'));
    await expect(readTrends([REPORT], 'main', BRANCH, { git, log, now: NOW })).rejects.toThrow('a bug');
  });
});
