import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseMarker } from '../../../src/report/marker.ts';
import type { Report } from '../../../src/report/report.ts';
import { publish } from '../../../src/run/publish/publish.ts';
import { apiOf, HEAD, server } from '../../github/server-fixture.ts';
import { failing, unchanged } from '../../report/reports.ts';
import { folderOf } from '../../support/folder.ts';

const silent = { error: () => {}, warning: () => {}, notice: () => {}, info: () => {} };

function of(report: Report, architecture: string, variant?: string): Report {
  const platform = { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) };
  const key = ['app:runtime:linux', architecture, ...(variant === undefined ? [] : [variant])].join('/');
  return { ...report, key, image: { ...report.image, platform } };
}

async function published(reports: readonly Report[], policy: 'auto' | 'on-change' = 'auto') {
  const github = await server();
  const folder = await folderOf();
  const summaryPath = join(folder, 'summary.md');
  await writeFile(summaryPath, '');
  const { body, comment, notices } = await publish({
    ...{ reports, policy, sink: silent, summaryPath, notices: [] },
    target: { api: apiOf(github), pullRequest: 7, headSha: HEAD, run: '100-1' },
    ...{ threshold: { bytes: null, percent: null }, suggests: true, showsChecks: true },
  });
  const summary = await readFile(summaryPath, 'utf8');
  return { body, comment, notices, summary, comments: github.comments(7) };
}

it('several platforms of one build share a comment, whose key knows no platform', async () => {
  const reports = [of(unchanged(), 'amd64'), of(failing(), 'arm', 'v7')];
  const { body, comment, notices, summary, comments } = await published(reports);
  expect([comment?.outcome, notices, comments.length]).toEqual(['created', [], 1]);
  expect(parseMarker(comments[0]?.body ?? '')?.key).toBe('app:runtime');
  expect(comments[0]?.body).toContain(body.trim());
  expect(body).toMatch(
    /^### app · 2 platforms: \*\*1 over budget\*\*, 1 grew by 39\.4\sMB \(\+10\.6\s%\), 1 unchanged/m,
  );
  expect(body).toMatch(/\| ❌ app · linux\/arm\/v7 \|/);
  expect(summary).toContain('### app · 2 platforms');
});

it('is quiet where no platform changed, and speaks where one did', async () => {
  const same = [of(unchanged(), 'amd64'), of(unchanged(), 'arm64')];
  expect((await published(same)).comment?.outcome).toBe('skipped-policy');
  const other = [of(unchanged(), 'amd64'), of(failing(), 'arm64')];
  expect((await published(other, 'on-change')).comment?.outcome).toBe('created');
});

it('one platform keeps a comment of its own, by its key', async () => {
  const { comments, body } = await published([of(failing(), 'arm64')]);
  expect(parseMarker(comments[0]?.body ?? '')?.key).toBe('app:runtime:linux/arm64');
  expect(body).toMatch(/### app · linux\/arm64: 371\.1 → 410\.5\sMB, \*\*\+39\.4\sMB/);
});
