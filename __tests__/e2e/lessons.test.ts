import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixReport, fixReportSchema, type ReportedFix } from '../../src/report/fix-report.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { knowingEnv, STORES } from '../support/e2e/engines.ts';
import { buildLessonBases, lessonFolder, noise } from '../support/e2e/lessons.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import type { Files } from '../support/folder.ts';
import { times } from '../support/long.ts';

interface Lesson {
  readonly name: string;
  /** What must be found, and the line that is to blame. */
  readonly finds: readonly (readonly [rule: string, line: number])[];
  readonly files?: () => Files;
  /** Whether a fix is made of it and proven; a finding in words otherwise. */
  readonly isFixed?: false;
}

const CLUTTER: Files = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/config': '[core]\n\trepositoryformatversion = 0\n',
  '.git/objects/pack/pack-1.pack': noise('pack', 2_500_000),
  '.git/refs/heads/main': `${'a'.repeat(40)}\n`,
  'node_modules/demo/package.json': '{"name":"demo","version":"0.9.0"}\n',
  'node_modules/demo/old.bin': noise('old', 1_500_000),
};

const LESSONS: readonly Lesson[] = [
  { name: 'apt-three-runs', finds: [['deleted-later', 3]] },
  {
    name: 'make-three-runs',
    finds: [['deleted-later', 5]],
    files: () => ({ 'model.bin': noise('model', 1_500_000) }),
  },
  { name: 'archive-three-runs', finds: [['deleted-later', 4]] },
  {
    name: 'chown-after-copy',
    finds: [['metadata-only-copy', 5]],
    files: () => ({
      'app.bin': noise('app', 2_000_000),
      'lib/a.bin': noise('a', 1_000_000),
      'run.sh': '#!/bin/sh\n',
    }),
  },
  {
    name: 'chmod-after-copy',
    finds: [['metadata-only-copy', 3]],
    files: () => ({ server: noise('server', 3_000_000) }),
  },
  {
    name: 'copy-everything',
    finds: [
      ['context-clutter', 4],
      ['manifest-before-sources', 4],
    ],
    files: () => CLUTTER,
  },
  { name: 'apk-cache', finds: [['apk-cache', 3]] },
  { name: 'pip-cache', finds: [['pip-cache', 3]] },
  {
    name: 'update-apart',
    finds: [
      ['update-apart-from-install', 3],
      ['apt-lists', 3],
    ],
  },
  { name: 'apt-lists-left', finds: [['apt-lists', 4]] },
  { name: 'dev-dependencies', finds: [['dev-dependencies', 5]] },
  { name: 'npm-cache', finds: [['npm-cache', 5]] },
  { name: 'recommends', finds: [['recommended-packages', 3]] },
  { name: 'install-use-purge', finds: [['install-then-purge', 3]] },
  { name: 'move-later', finds: [['moved-across-layers', 3]] },
  { name: 'kept-archive', finds: [['kept-archives', 4]] },
  { name: 'temporary-files', finds: [['temporary-files', 3]] },
  { name: 'written-twice', finds: [['overwritten-later', 3]] },
];

const [, CONTAINERD] = STORES;

describe.skipIf(CONTAINERD[1] === undefined)('the known lessons', () => {
  const env = knowingEnv(CONTAINERD[1]);
  const table: string[] = [];
  beforeAll(() => buildLessonBases(CONTAINERD[1]));
  afterAll(() => console.log(table.join('\n')));

  it.concurrent.each(LESSONS.filter((_lesson, index) => index % times(2, 1) === 0))(
    '$name',
    async ({ name, finds, files, isFixed }) => {
      const cwd = await lessonFolder(`lessons/${name}`, files?.());
      const built = await deadweight(['build', '--json', 'report.json', '--quiet'], { cwd, env });
      expect(built.stderr).toBe('');
      const report = await reportIn(join(cwd, 'report.json'));
      const found = report.findings.map(({ rule, location }) => [rule, location?.startLine]);
      for (const wanted of finds) expect(found).toContainEqual(wanted);
      const ended = await deadweight(['fix', '--prove', '--dry-run', '--json', 'fix.json', '--quiet'], {
        cwd,
        env,
      });
      expect(ended.code, ended.stderr).toBe(0);
      const fixed = fixReportSchema().parse(JSON.parse(await readFile(join(cwd, 'fix.json'), 'utf8')));
      if (isFixed === false) return;
      expect(fixed.fixes.filter(({ outcome }) => outcome === 'dropped')).toEqual([]);
      const { all } = fixed;
      if (all === null) throw new Error('nothing was fixed');
      table.push(rowOf(name, all));
      for (const fix of [...fixed.fixes, all]) expectProven(fix);
      expect(mendedRules(fixed)).toContain(
        finds.at(-1)?.[0] === 'manifest-before-sources' ? finds[0]?.[0] : finds.at(-1)?.[0],
      );
    },
  );

  it('a good one', async () => {
    const files = { 'model.bin': noise('model', 1_500_000) };
    const cwd = await lessonFolder('lessons/good-multi-stage', files);
    await deadweight(['build', '--json', 'report.json', '--quiet'], { cwd, env });
    const { findings } = await reportIn(join(cwd, 'report.json'));
    expect(findings.filter(({ saving, severity }) => saving !== null || severity !== 'info')).toEqual([]);
  });
});

/** The bar: 1 % or 100 kB of the image's bytes, 3 % or 100 kB of its compressed bytes. */
function expectProven({ predicted, measured }: Pick<ReportedFix, 'predicted' | 'measured'>): void {
  if (measured === null) throw new Error('it was not built');
  const off = Math.abs(predicted.bytes - measured.bytes);
  expect(off, `${predicted.bytes} for ${measured.bytes}`).toBeLessThanOrEqual(
    Math.max(100_000, measured.bytes / 100),
  );
  const [told, real] = [predicted.compressedBytes, measured.compressedBytes];
  if (told === null || real === null) throw new Error('nothing compressed was measured');
  expect(Math.abs(told - real), `${told} compressed for ${real}`).toBeLessThanOrEqual(
    Math.max(100_000, real * 0.03),
  );
}

function mendedRules({ fixes }: FixReport): readonly string[] {
  return fixes.flatMap(({ findings }) => findings.map(({ rule }) => rule));
}

function rowOf(name: string, { predicted, measured }: Pick<ReportedFix, 'predicted' | 'measured'>): string {
  const cells = [predicted.bytes, measured?.bytes, predicted.compressedBytes, measured?.compressedBytes];
  return [name.padEnd(22), ...cells.map(cell => String(cell ?? '-').padStart(12))].join(' ');
}
