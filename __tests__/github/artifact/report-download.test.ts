import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/base/notice.ts';
import {
  matchesGlob,
  REPORT_ARTIFACT_GLOB,
  reportArtifactName,
} from '../../../src/github/artifact/artifact-name.ts';
import { downloadReports } from '../../../src/github/artifact/report-download.ts';
import { ActionsServices } from '../../support/actions-services/actions-services.ts';
import { computedMs } from '../../support/computed.ts';
import { times } from '../../support/long.ts';
import { zipOf } from './zip-fixture.ts';

const repository = 'octo/app';
const zip = (json: string): Buffer => zipOf([{ name: 'report.json', content: json }]);

let services: ActionsServices;
let notices: Notice[];

beforeEach(async () => {
  services = await ActionsServices.start();
  services.rest.runs.push({ id: 42, repository, backendId: 'run-42' });
  services.rest.tokens.set('reader', { repository, actions: 'read' });
  services.rest.tokens.set('blind', { repository, actions: 'none' });
  services.rest.tokens.set('stranger', { repository: 'octo/other', actions: 'write' });
  notices = [];
});
afterEach(() => services.stop());

const download = (pattern = REPORT_ARTIFACT_GLOB, token = 'reader', runId = 42) =>
  downloadReports(
    { apiUrl: services.url, token, repository, firstWaitMs: 5 },
    runId,
    pattern,
    told => void notices.push(told),
  );

const codes = (): readonly string[] => notices.map(({ code }) => code);

describe('the reports of another run', () => {
  it('are those whose names match, the newest of each, in the order of their names', async () => {
    services.artifacts.seed('run-42', 'deadweight-report-b', zip('"old"'));
    services.artifacts.seed('run-42', 'deadweight-report-b', zip('"new"'));
    services.artifacts.seed('run-42', 'deadweight-report-a', zip('"a"'));
    services.artifacts.seed('run-42', 'coverage', Buffer.from('no zip'));
    services.artifacts.seed('run-43', 'deadweight-report-c', zip('"of another run"'));
    const found = await download();
    expect(found.map(({ name, texts }) => [name, texts.get('report.json')])).toEqual([
      ['deadweight-report-a', '"a"'],
      ['deadweight-report-b', '"new"'],
    ]);
    expect(notices).toEqual([]);
    // The storage refuses a request with a token; none came.
    expect(services.lines('GET /blobs')).toHaveLength(2);
  });

  it('are not waited for one by one where nobody answers', async () => {
    for (const name of ['a', 'b', 'c'])
      services.artifacts.seed('run-42', `deadweight-report-${name}`, zip('1'));
    services.faults.add({ match: 'GET /blobs', effect: 'hang', times: 1 });
    const access = { apiUrl: services.url, token: 'reader', repository, firstWaitMs: 5, maxSilenceMs: 300 };
    const found = await downloadReports(access, 42, REPORT_ARTIFACT_GLOB, told => void notices.push(told));
    expect(found).toEqual([]);
    expect(notices).toEqual([
      { code: 'artifact-refused', message: expect.stringMatching(/no answer in time.*deadweight-report-a/) },
    ]);
    expect(services.lines('GET /blobs')).toHaveLength(1);
  });

  it('are found on the last page', async () => {
    for (let index = 0; index < 205; index += 1) services.artifacts.seed('run-42', `x${index}`, zip('0'));
    services.artifacts.seed('run-42', 'deadweight-report-a', zip('"a"'));
    expect(await download()).toHaveLength(1);
    expect(services.lines('/runs/42/artifacts')).toHaveLength(3);
  });

  it('are asked for again when GitHub is busy', async () => {
    services.artifacts.seed('run-42', 'deadweight-report-a', zip('"a"'));
    services.faults.add({ match: '/runs/42/artifacts', effect: 502, times: 1 });
    services.faults.add({ match: '/zip', effect: 403, times: 1, headers: { 'retry-after': '0' } });
    expect(await download()).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  it.each([
    ['a token that may not read them', 'blind', 42],
    ['a token of another repository', 'stranger', 42],
    ['no token', '', 42],
    ['a run that is not there', 'reader', 7],
  ])('cannot be listed with %s', async (_what, token, runId) => {
    await expect(download('*', token, runId)).rejects.toMatchObject({
      code: 'github-request-failed',
      remedy: expect.stringContaining('actions: read'),
    });
  });
});

describe('an artifact that an attacker made', () => {
  const attack = async (archive: Buffer, wrong: { digest?: string; size?: number } = {}): Promise<string> => {
    services.artifacts.seed('run-42', 'deadweight-report-evil', archive, wrong);
    services.artifacts.seed('run-42', 'deadweight-report-good', zip('"good"'));
    expect((await download()).map(({ name }) => name)).toEqual(['deadweight-report-good']);
    expect(codes()).toEqual(['artifact-refused']);
    return notices[0]?.message ?? '';
  };

  it('with a path that leaves is refused, and the others are read', async () => {
    expect(await attack(zipOf([{ name: '../../report.json', content: '{}' }]))).toContain('not allowed');
  });

  it('that is too large is not downloaded', async () => {
    expect(await attack(zip('{}'), { size: 17 * 1024 * 1024 })).toContain('17825792 bytes');
    expect(services.lines('/zip')).toHaveLength(1);
  });

  it('that is larger than it says is not read to its end', async () => {
    expect(await attack(Buffer.alloc(17 * 1024 * 1024), { size: 100 })).toContain('more than');
  });

  it('with other bytes than its digest is refused', async () => {
    expect(await attack(zip('{}'), { digest: `sha256:${'0'.repeat(64)}` })).toContain('digest');
  });

  it('that is not a zip is refused', async () => {
    expect(await attack(Buffer.from('<html>'))).toContain('not a zip');
  });

  it('that expired is a notice', async () => {
    services.artifacts.seed('run-42', 'deadweight-report-old', zip('{}')).expired = true;
    expect(await download()).toEqual([]);
    expect(notices[0]?.message).toContain('expired');
  });

  it('together with others cannot fill the memory', async () => {
    const bomb = zipOf([{ name: 'report.json', content: Buffer.alloc(50 * 1024 * 1024, 0x20) }]);
    for (const name of ['1', '2', '3', '4'])
      services.artifacts.seed('run-42', `deadweight-report-${name}`, bomb);
    expect(await download()).toHaveLength(2);
    expect(codes()).toEqual(['artifact-refused', 'artifact-refused']);
  });

  it('many of them are read up to a number', async () => {
    for (let index = 0; index < 103; index += 1) {
      services.artifacts.seed('run-42', `deadweight-report-${index}`, zip('0'));
    }
    expect(await download()).toHaveLength(100);
    expect(codes()).toEqual(['artifacts-left-out']);
  });
});

describe('names', () => {
  it('match as the shell matches them', () => {
    const regular = (pattern: string): RegExp =>
      new RegExp(`^${pattern.replace(/[^*?]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, pattern, (name, glob) => {
        expect(matchesGlob(name, glob)).toBe(
          new RegExp(regular(glob).source.replace(/\\([ab])/g, '$1')).test(name),
        );
      }),
      { numRuns: times(2000) },
    );
  });

  it('match in time that does not explode', () => {
    const started = computedMs();
    expect(matchesGlob('a'.repeat(5000), `${'*a'.repeat(50)}b`)).toBe(false);
    expect(computedMs() - started).toBeLessThan(1000);
  });

  it('of reports are allowed by the service, match the pattern, and differ as their keys do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string(), (one, other) => {
        expect(reportArtifactName(one)).toMatch(/^deadweight-report-[a-z0-9._-]+$/);
        expect(matchesGlob(reportArtifactName(one), REPORT_ARTIFACT_GLOB)).toBe(true);
        expect(reportArtifactName(one) === reportArtifactName(other)).toBe(one === other);
      }),
    );
    expect(reportArtifactName('app · linux/amd64')).toMatch(
      /^deadweight-report-app-linux-amd64-[0-9a-f]{8}$/,
    );
  });
});
