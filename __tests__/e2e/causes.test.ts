import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Report, ReportCause } from '../../src/report/report.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { BASE, knowingEnv, STORES } from '../support/e2e/engines.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { branched } from '../support/e2e/repository.ts';
import { folderOf } from '../support/folder.ts';

const INSTALL = 'apt-get install -y --no-install-recommends';

type Texts = Readonly<Record<string, string>>;

const sumOf = (parts: readonly { readonly bytes: number }[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

/** All adds up, and what is above a hundredth of the change can be told: by its line, or by what is below it. */
function expectExplained({ comparison }: Report): readonly ReportCause[] {
  if (comparison === null) throw new TypeError('the report compares');
  const { causes, delta, packages } = comparison;
  expect(sumOf(causes)).toBe(delta.size);
  for (const { bytes, packages: named, files, otherBytes, head, baseline } of causes) {
    expect(sumOf(named) + sumOf(files) + otherBytes).toBe(bytes);
    if (Math.abs(bytes) * 100 < Math.abs(delta.size)) continue;
    expect([...head, ...baseline].some(({ instruction }) => instruction !== null)).toBe(true);
    expect(Math.abs(otherBytes)).toBeLessThan(Math.abs(bytes) / 20);
  }
  expect(sumOf(packages?.packages ?? []) + (packages?.otherBytes ?? 0)).toBe(delta.size);
  return causes;
}

/** Any engine: what is compared is the same on both stores. */
const host = STORES.map(([, address]) => address).find(address => address !== undefined);

describe('why an image grew', () => {
  const real = describe.skipIf(host === undefined);
  const env = knowingEnv(host);

  /** Builds main and the change upon it, and returns the report and the comment. */
  async function compared(base: Texts, head: Texts): Promise<{ report: Report; comment: string }> {
    const cwd = await branched(base, head);
    const output = ['--json', '../a.json', '--markdown', '../a.md'];
    const ended = await deadweight(['build', '.', '--against', 'main', '-q', ...output], { cwd, env });
    expect(ended.code, ended.stderr).toBe(0);
    const comment = await readFile(join(cwd, '../a.md'), 'utf8');
    return { report: await reportIn(join(cwd, '../a.json')), comment };
  }

  real('of packages', () => {
    it('names those that an edited line installs, and what it no longer does', async () => {
      const Dockerfile = (name: string): string => `FROM ${BASE}\nRUN apt-get update && ${INSTALL} ${name}\n`;
      const { report, comment } = await compared(
        { Dockerfile: Dockerfile('nano') },
        { Dockerfile: Dockerfile('vim') },
      );
      const causes = expectExplained(report);
      const [cause] = causes;
      expect(cause).toMatchObject({
        kind: 'packages',
        change: 'added',
        head: [{ instruction: { startLine: 2 } }],
      });
      const [largest] = cause?.packages ?? [];
      expect(largest).toMatchObject({ type: 'deb', name: 'vim-runtime', before: null });
      expect(largest?.bytes).toBeGreaterThan(30_000_000);
      expect(report.comparison?.packages?.packages).toContainEqual(
        expect.objectContaining({ name: 'nano', after: null }),
      );
      expect(comment).toMatch(
        /MB\*\* \| `vim` added, with `vim-runtime` \d+\.\d\sMB and \d more packages<br>Dockerfile:2 /,
      );
      expect(comment).toMatch(
        /\| −\d+\.\d\skB \| `nano` removed, with `libncursesw6` .*<br>base’s Dockerfile:2 /,
      );
      const told = causes.flatMap(({ change, packages }) => packages.map(({ name }) => `${name} ${change}`));
      expect(told.filter(name => name.startsWith('nano'))).toEqual(['nano removed']);
    });

    it('tells lines that were joined by what went from one to the other', async () => {
      const three = `FROM ${BASE}\nRUN apt-get update\nRUN ${INSTALL} nano\nRUN rm -rf /var/lib/apt/lists/*\n`;
      const one = `FROM ${BASE}\nRUN apt-get update && ${INSTALL} nano \\\n && rm -rf /var/lib/apt/lists/*\n`;
      const { report, comment } = await compared({ Dockerfile: three }, { Dockerfile: one });
      const causes = expectExplained(report);
      expect(causes[0]?.bytes).toBeLessThan(-10_000_000);
      expect(comment).toMatch(
        /`\/var\/lib\/apt\/lists\/`, which base’s Dockerfile:\d deleted, is no longer shipped/,
      );
      // The package is in both images: nothing became of it, and its bytes are in another layer.
      expect(report.comparison?.packages?.packages.filter(({ name }) => name === 'nano')).toEqual([]);
      expect(causes.flatMap(({ packages }) => packages.filter(({ name }) => name === 'nano'))).toEqual([]);
    });

    it('names those of another base image', async () => {
      const tags = ['before', 'after'].map(tag => `deadweight-e2e-causes:${tag}`);
      for (const [index, tag] of tags.entries()) {
        const line =
          index === 0 ? '' : `RUN apt-get update && ${INSTALL} nano && rm -rf /var/lib/apt/lists/*\n`;
        const folder = await folderOf({ Dockerfile: `FROM ${BASE}\n${line}` });
        await promisify(execFile)('docker', ['buildx', 'build', '--load', '-q', '-t', tag, folder], { env });
      }
      const [before, after] = tags.map(tag => `FROM ${tag}\nRUN echo same > /same\n`);
      const { report, comment } = await compared({ Dockerfile: before ?? '' }, { Dockerfile: after ?? '' });
      const [cause] = expectExplained(report);
      expect(cause).toMatchObject({ kind: 'base-image', head: [{ instruction: { startLine: 1 } }] });
      expect(cause?.packages.map(({ name, before: version }) => `${name} ${version}`)).toContain('nano null');
      expect(comment).toMatch(
        /base image `deadweight-e2e-causes:before` → `deadweight-e2e-causes:after`: .*`nano [^`]+` \+\d+\.\d\skB/,
      );
    });
  });

  real('of files', () => {
    it('names npm packages and directories that a COPY brought more of', async () => {
      const Dockerfile = `FROM ${BASE}\nCOPY src /app\n`;
      const padded = (version: string, size: number): Texts => ({
        'src/node_modules/left-pad/package.json': `{"name":"left-pad","version":"${version}"}\n`,
        'src/node_modules/left-pad/index.js': '/'.repeat(size),
      });
      const { report, comment } = await compared(
        { Dockerfile, ...padded('1.2.0', 40_000), 'src/assets/a.bin': 'a'.repeat(100_000) },
        {
          ...padded('1.3.0', 340_000),
          'src/assets/b.bin': 'b'.repeat(500_000),
          'src/c.bin': 'c'.repeat(9000),
        },
      );
      expect(expectExplained(report)).toMatchObject([
        { kind: 'files', change: 'added', bytes: 500_000, files: [{ path: 'app/assets/b.bin' }] },
        {
          ...{ kind: 'packages', change: 'updated', bytes: 300_000, otherBytes: 0 },
          packages: [{ type: 'npm', name: 'left-pad', before: '1.2.0', after: '1.3.0', bytes: 300_000 }],
        },
        { kind: 'files', change: 'added', bytes: 9000, files: [{ path: 'app/c.bin' }] },
      ]);
      expect(comment).toContain('| `left-pad 1.2.0 → 1.3.0` updated<br>Dockerfile:2 `COPY src /app`');
    });
  });
});
