import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { knowingEnv, STORES } from '../support/e2e/engines.ts';
import { buildLessonBases, lessonFolder, noise, tarOf } from '../support/e2e/lessons.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import type { Files } from '../support/folder.ts';

const GOOD = readdirSync(join(import.meta.dirname, '../../examples/good'));

/** What is too large, or no text. */
const FILES: Readonly<Record<string, () => Promise<Files>>> = {
  source: async () => ({ 'model.bin': noise('model', 1_500_000) }),
  static: async () => ({ 'model.bin': noise('model', 1_500_000) }),
  'c-multi-stage': async () => ({ 'model.bin': noise('model', 1_500_000) }),
  rootfs: async () => ({
    'rootfs.tar': await tarOf({ 'bin/sh': noise('sh', 900_000), 'etc/passwd': 'root:x:0:0::/:\n' }),
  }),
};

const [, CONTAINERD] = STORES;

describe.skipIf(CONTAINERD[1] === undefined)('what is good already', () => {
  const env = knowingEnv(CONTAINERD[1]);
  beforeAll(() => buildLessonBases(CONTAINERD[1]));

  it('is ten Dockerfiles or more', () => {
    expect(GOOD.length).toBeGreaterThanOrEqual(10);
  });

  it.concurrent.each(GOOD)('%s', async name => {
    const cwd = await lessonFolder(`good/${name}`, await FILES[name]?.());
    const ended = await deadweight(['build', '--json', 'report.json', '--quiet'], { cwd, env });
    expect(ended.code, ended.stderr).toBe(0);
    const { findings, layers } = await reportIn(join(cwd, 'report.json'));
    expect(layers.some(({ origin }) => origin === 'own')).toBe(true);
    expect(findings.filter(({ saving }) => saving !== null)).toEqual([]);
    // Nor is anything called wrong that an author of official images would do.
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
