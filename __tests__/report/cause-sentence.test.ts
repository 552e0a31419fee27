import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/base/phrase.ts';
import type { ReportCause, ReportPackageDelta } from '../../src/report/report.ts';
import { causeRows, leavesOut } from '../../src/report/sentences/cause-contents.ts';
import { causeSentence } from '../../src/report/sentences/cause-sentence.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { times } from '../support/long.ts';

const NONE = { count: 0, bytes: 0 };
const NO_PACKAGES = { added: NONE, removed: NONE, updated: NONE, kept: NONE };

const MB = 1_000_000;

function cause(rest: Partial<ReportCause>): ReportCause {
  return {
    ...{
      kind: 'instruction-changed',
      bytes: 0,
      instruction: instructionAt(3, 'RUN make'),
      createdBy: 'RUN make',
    },
    ...{ packages: [], packageTotals: NO_PACKAGES, files: [], otherBytes: 0 },
    ...rest,
  };
}

function deb(name: string, bytes: number, before: string | null, after: string | null): ReportPackageDelta {
  return { type: 'deb', name, architecture: 'amd64', before, after, bytes };
}

const told = (rest: Partial<ReportCause>): string => plainText(causeSentence(cause(rest)));

describe('a sentence about a cause', () => {
  it('names three packages at most, and counts the others', () => {
    const packages = ['a', 'b', 'c', 'd'].map(name => deb(name, 5 * MB, null, '1'));
    const packageTotals = { ...NO_PACKAGES, added: { count: 60, bytes: 60 * MB } };
    expect(told({ bytes: 61 * MB, packages, packageTotals, otherBytes: 41 * MB })).toBe(
      '+61.0 MB RUN make (Dockerfile:3, changed) added a 5.0 MB, b 5.0 MB, c 5.0 MB and 57 more packages, 45.0 MB',
    );
  });

  it('says what was added, updated and removed, the largest first', () => {
    const packages = [
      deb('new', 9 * MB, null, '1'),
      deb('old', -4 * MB, '2', null),
      deb('both', MB, '1', '2'),
    ];
    const packageTotals = {
      ...{ added: { count: 1, bytes: 9 * MB }, removed: { count: 1, bytes: -4 * MB } },
      ...{ updated: { count: 3, bytes: 2 * MB }, kept: NONE },
    };
    expect(told({ bytes: 7 * MB, packages, packageTotals })).toBe(
      '+7.0 MB RUN make (Dockerfile:3, changed) added new 9.0 MB; removed old 4.0 MB; updated both 1 → 2 +1.0 MB and 2 more packages, +1.0 MB',
    );
  });

  it('gives only the bytes of what went with its line, and of what is the same on both sides', () => {
    const packages = [deb('gone', -9 * MB, '1', null), deb('elsewhere', -4 * MB, '2', '2')];
    const packageTotals = {
      ...NO_PACKAGES,
      ...{ removed: { count: 2, bytes: -10 * MB }, kept: { count: 1, bytes: -4 * MB } },
    };
    expect(told({ kind: 'instruction-removed', bytes: -14 * MB, packages, packageTotals })).toBe(
      '−14.0 MB RUN make (Dockerfile:3, removed): gone −9.0 MB, elsewhere −4.0 MB and 1 more package, −1.0 MB',
    );
    const [, moved] = packages;
    const kept = { ...NO_PACKAGES, kept: { count: 1, bytes: -4 * MB } };
    expect(told({ bytes: -4 * MB, packages: moved ? [moved] : [], packageTotals: kept })).toBe(
      '−4.0 MB RUN make (Dockerfile:3, changed): elsewhere −4.0 MB',
    );
  });

  it('names the directories that packages do not explain', () => {
    const packages = [deb('vim', 36 * MB, null, '9')];
    const packageTotals = { ...NO_PACKAGES, added: { count: 1, bytes: 36 * MB } };
    const files = [
      { path: 'var/lib/apt/lists/', bytes: 20 * MB },
      { path: 'var/log/', bytes: 1000 },
    ];
    const bytes = 56 * MB + 1000;
    expect(told({ bytes, packages, packageTotals, files })).toBe(
      '+56.0 MB RUN make (Dockerfile:3, changed) added vim 36.0 MB; /var/lib/apt/lists/ +20.0 MB',
    );
    expect(leavesOut(cause({ bytes, packages, packageTotals, files }))).toBe(false);
    const few = files.map(file => ({ ...file, bytes: 10 * MB }));
    expect(told({ bytes: 30 * MB, files: [...few, { path: 'opt/a', bytes: 10 * MB }] })).toBe(
      '+30.0 MB RUN make (Dockerfile:3, changed): /var/lib/apt/lists/ +10.0 MB, /var/log/ +10.0 MB and /opt/a +10.0 MB',
    );
  });

  it('says of a base image what is newer, by name only where that explains it', () => {
    const base = {
      kind: 'base-image',
      instruction: instructionAt(1, 'FROM debian'),
      createdBy: 'debian',
    } as const;
    const packages = [deb('libc6', MB, '2.36', '2.37')];
    const packageTotals = { ...NO_PACKAGES, updated: { count: 2, bytes: MB } };
    expect(told({ ...base, bytes: MB, packages, packageTotals })).toBe(
      '+1.0 MB the base image debian (Dockerfile:1) updated libc6 2.36 → 2.37 +1.0 MB and 1 more package',
    );
    const files = [{ path: 'usr/local/go/', bytes: 90 * MB }];
    expect(told({ ...base, bytes: 91 * MB, packages, packageTotals, files })).toBe(
      '+91.0 MB the base image debian (Dockerfile:1, 2 packages updated), mostly /usr/local/go/',
    );
  });
});

const amount = fc.integer({ min: -(10 ** 9), max: 10 ** 9 });
const total = fc.record({ count: fc.nat({ max: 1e6 }), bytes: amount });
const version = fc.option(hostileText);
const anyCause = fc
  .record({
    kind: fc.constantFrom('base-image', 'instruction-added', 'instruction-removed', 'layers'),
    bytes: amount,
    packages: fc.array(
      fc.record({
        ...{ type: hostileText, name: hostileText, architecture: version },
        ...{ before: version, after: version, bytes: amount },
      }),
      { maxLength: 12 },
    ),
    packageTotals: fc.record({ added: total, removed: total, updated: total, kept: total }),
    files: fc.array(fc.record({ path: hostileText, bytes: amount }), { maxLength: 12 }),
  })
  .map(cause);

it('survives any report, and shows no character that nobody sees', () => {
  fc.assert(
    fc.property(anyCause, given => {
      expect(plainText(causeSentence(given))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      for (const { what } of causeRows(given, 5))
        expect(plainText(what)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
    { numRuns: times(300) },
  );
});

it('lists rows that add up to the cause, whatever it holds', () => {
  fc.assert(
    fc.property(anyCause, fc.nat({ max: 12 }), (given, most) => {
      const rows = causeRows(given, most);
      const named = Object.values(given.packageTotals).reduce((sum, { count }) => sum + count, 0);
      // A report of ours counts at least the packages that it lists.
      fc.pre(named > given.packages.length);
      expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(given.bytes);
    }),
    { numRuns: times(300) },
  );
});
