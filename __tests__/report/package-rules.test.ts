import { expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import type { ReportFinding } from '../../src/report/report.ts';
import { findingParts, findingSentence } from '../../src/report/sentences/finding-line.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { failing } from './reports.ts';

const [finding] = failing().findings;
if (!finding) throw new TypeError('the report has findings');
const sample: ReportFinding = {
  ...finding,
  location: instructionAt(2, 'RUN make'),
  evidence: {
    layers: [1],
    paths: [{ path: 'usr/bin/app', bytes: 5_000_000 }],
    fileCount: 1,
    bytes: 5_000_000,
  },
};

function told(rule: string, args: ReportFinding['args'], rest: Partial<ReportFinding> = {}): string[] {
  const { bytes, fileCount } = sample.evidence;
  const given = { ...sample, rule, args: { bytes, fileCount, ...args }, ...rest };
  return [plainText(findingSentence(given)), plainText(findingParts(given).fix ?? [])];
}

const packages = 'gcc-12, cpp-12, libc6-dev, make';

it('tells compilers that stay, and those that may be meant to', () => {
  expect(told('build-tools', { packages, packageCount: 16, isForBuilding: false })).toEqual([
    '5.0 MB of compilers, headers and the like (gcc-12, cpp-12, libc6-dev and 13 more) installed at Dockerfile:2 stays in the image, and only the build needs it',
    'build in another stage and copy the result, or install, build and purge them in one RUN',
  ]);
  expect(told('build-tools', { packages: 'make', packageCount: 1, isForBuilding: true })).toEqual([
    '5.0 MB of compilers, headers and the like (make) installed at Dockerfile:2 stays in the image, which may be there to build in',
    'omit them, unless the image is meant for building',
  ]);
});

it('tells packages that were only recommended', () => {
  expect(
    told('recommended-packages', { packages: 'less, xauth', packageCount: 2 }, { location: null }),
  ).toEqual([
    '5.0 MB of packages that others only recommend (less and xauth) is installed in layer 1',
    'install with --no-install-recommends, and name those that the image needs: what install scripts of the others made (users, links, settings, compiled files) goes, too',
  ]);
});

it('tells packages for development, installed or copied', () => {
  expect(told('dev-dependencies', { packages: 'typescript', packageCount: 1, isCopied: false })).toEqual([
    '5.0 MB of npm packages for development (typescript) is installed at Dockerfile:2',
    'install with npm ci --omit=dev, and where the build needs them, build in another stage',
  ]);
  expect(told('dev-dependencies', { packages: 'typescript', packageCount: 1, isCopied: true })).toEqual([
    '5.0 MB of npm packages for development (typescript) is copied at Dockerfile:2',
    'run npm prune --omit=dev before they are copied',
  ]);
});

it.each([
  [5_000_000, 'debug information'],
  [2_500_000, 'debug information and symbols'],
  [0, 'symbols that only debuggers read'],
])('tells what is in a program that is not stripped (%i)', (debugBytes, what) => {
  expect(told('unstripped-binaries', { debugBytes })[0]).toBe(
    `5.0 MB of ${what} in /usr/bin/app written at Dockerfile:2 stays in the image`,
  );
});

it('tells static libraries', () => {
  expect(told('static-libraries', {})).toEqual([
    '5.0 MB of static libraries in /usr/bin/app written at Dockerfile:2 stays in the image',
    'delete them in the instruction that makes them, or configure with --disable-static',
  ]);
});

it('names what an image calls its packages as code, and no more of them than it shows', () => {
  const names = `${'x'.repeat(500)}, <b>, a, b, c`;
  const [sentence] = told('recommended-packages', { packages: names, packageCount: 2 });
  expect(sentence).toContain('…, <b> and a)');
  expect(sentence?.length).toBeLessThan(250);
  const parts = findingSentence({
    ...sample,
    rule: 'recommended-packages',
    args: { bytes: 5_000_000, fileCount: 1, packages: '<b>', packageCount: 1 },
  });
  expect(parts).toContainEqual({ kind: 'code', text: '<b>' });
});

it('advises against locales what helps in their directories', () => {
  const none = { isTranslations: false, isCompiled: false, isSource: false };
  const [, translations] = told('unused-locales', { ...none, isTranslations: true });
  expect(translations).toBe(
    'install only those that the image needs: path-exclude=/usr/share/locale/* of dpkg with a path-include of each',
  );
  const [, made] = told('unused-locales', { ...none, isCompiled: true, isSource: true });
  expect(made).toBe(
    'install only those that the image needs: localedef of each in place of locales-all, a glibc-langpack package of dnf and no locales package once they are made',
  );
});
