import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WASTE_REASONS } from '../../src/analysis/waste-reason.ts';
import { plainText } from '../../src/base/phrase.ts';
import { causeRows } from '../../src/report/cause-rows.ts';
import type { Report, ReportCause, ReportCausePlace, ReportPackageDelta } from '../../src/report/report.ts';
import { causeLocation } from '../../src/report/sentences/cause-place.ts';
import { causeSentence } from '../../src/report/sentences/cause-sentence.ts';
import { movedSentences } from '../../src/report/sentences/moved-sentence.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { times } from '../support/long.ts';
import { failing } from './reports.ts';

const NONE = { count: 0, bytes: 0 };
const NO_PACKAGES = { added: NONE, removed: NONE, updated: NONE, kept: NONE };

const MB = 1_000_000;

/** A layer whose line says so. */
function at(line: number, text = 'RUN make', bytes = 0): ReportCausePlace {
  return { layer: line, bytes, instruction: instructionAt(line, text), createdBy: text };
}

function cause(rest: Partial<ReportCause>): ReportCause {
  const { head = [at(3)], baseline = [] } = rest;
  const layerCounts = { head: head.length, baseline: baseline.length };
  const empty = {
    waste: null,
    reason: null,
    lines: null,
    layerCounts,
    packages: [],
    packageTotals: NO_PACKAGES,
    files: [],
    otherBytes: 0,
  };
  return { kind: 'files', change: 'added', bytes: 0, head: [at(3)], baseline: [], ...empty, ...rest };
}

function deb(name: string, bytes: number, before: string | null, after: string | null): ReportPackageDelta {
  return { type: 'deb', name, architecture: 'amd64', before, after, bytes };
}

function added(packages: readonly ReportPackageDelta[], count = packages.length): Partial<ReportCause> {
  const bytes = packages.reduce((sum, each) => sum + each.bytes, 0);
  return {
    kind: 'packages',
    bytes,
    packages: [...packages],
    packageTotals: { ...NO_PACKAGES, added: { count, bytes } },
  };
}

function reportOf(
  causes: readonly ReportCause[],
  rest: Partial<NonNullable<Report['comparison']>> = {},
): Report {
  const report = failing();
  if (!report.comparison) throw new TypeError('the report compares');
  return { ...report, comparison: { ...report.comparison, causes: [...causes], ...rest } };
}

function told(causes: readonly ReportCause[], max = 6): string[] {
  return causeRows(reportOf(causes), { max, title: 40 }).map(row => plainText(causeSentence(row)));
}

const only = (rest: Partial<ReportCause>): string => told([cause(rest)])[0] ?? '';

describe('a line about packages', () => {
  it('names what the instruction asks for, and what came with it', () => {
    const packages = [deb('vim-runtime', 36 * MB, null, '9'), deb('vim', 4 * MB, null, '9')];
    const head = [at(2, 'RUN apt-get update && apt-get install -y vim=9')];
    expect(only({ ...added(packages, 9), head, bytes: 41 * MB })).toBe(
      '+41.0 MB vim added, with vim-runtime 36.0 MB and 7 more packages (Dockerfile:2 RUN apt-get update && apt-get install -…)',
    );
    expect(only({ ...added([deb('jq', MB, null, '1')]), head: [at(4, 'RUN apt-get install jq')] })).toBe(
      '+1.0 MB jq added (Dockerfile:4 RUN apt-get install jq)',
    );
  });

  it('names the largest where the instruction asks for none, or for all', () => {
    const packages = ['a', 'b', 'c', 'd'].map(name => deb(name, 5 * MB, null, '1'));
    expect(only(added(packages, 60))).toBe(
      '+20.0 MB a 5.0 MB, b 5.0 MB, c 5.0 MB and 57 more packages added (Dockerfile:3 RUN make)',
    );
    const both = { ...added(packages.slice(0, 2)), head: [at(3, 'RUN apk add a b')] };
    expect(only(both)).toBe('+10.0 MB a 5.0 MB and b 5.0 MB added (Dockerfile:3 RUN apk add a b)');
  });

  it('says versions of what was updated, and the line of the base of what is gone', () => {
    const packageTotals = { ...NO_PACKAGES, updated: { count: 2, bytes: MB } };
    const update = { kind: 'packages', change: 'updated', bytes: MB, packageTotals } as const;
    const both = { ...update, packages: [deb('libc6', MB, '2.36', '2.37')] };
    expect(only(both)).toBe(
      '+1.0 MB libc6 2.36 → 2.37 +1.0 MB and 1 more package updated; the layers below still ship the old copies (Dockerfile:3 RUN make)',
    );
    expect(only({ ...both, baseline: [at(3)] })).toBe(
      '+1.0 MB libc6 2.36 → 2.37 +1.0 MB and 1 more package updated (Dockerfile:3 RUN make)',
    );
    const removed = { ...NO_PACKAGES, removed: { count: 1, bytes: -MB } };
    const gone = { kind: 'packages', change: 'removed', bytes: -MB, packageTotals: removed } as const;
    const place = { head: [], baseline: [at(7, 'RUN apt-get install nano')] };
    expect(only({ ...gone, ...place, packages: [deb('nano', -MB, '7', null)] })).toBe(
      '−1.0 MB nano removed (base’s Dockerfile:7 RUN apt-get install nano)',
    );
    expect(causeLocation(cause({ ...gone, ...place }))).toBeNull();
  });
});

describe('a line about files', () => {
  it('says what became of them', () => {
    const files = (path: string, count: number) => [{ path, bytes: MB, count }];
    expect(only({ bytes: MB, files: files('app/dist/', 12) })).toBe(
      '+1.0 MB /app/dist/, 12 files added (Dockerfile:3 RUN make)',
    );
    expect(
      only({
        change: 'changed',
        bytes: -MB,
        files: files('app/app.jar', 1),
        baseline: [at(3, 'RUN make', -4 * MB)],
        head: [at(3, 'RUN make', 3 * MB)],
      }),
    ).toBe('−1.0 MB /app/app.jar, 4.0 → 3.0 MB (Dockerfile:3 RUN make)');
    const rest = [{ path: 'usr/', bytes: MB, count: 30, isRest: true }];
    expect(only({ change: 'changed', bytes: MB, files: rest, head: [at(3), at(4), at(5)] })).toBe(
      '+1.0 MB elsewhere in /usr/, 30 files changed (Dockerfile:3 RUN make and 2 other layers)',
    );
  });

  it('says what hides waste, and blames the line that writes a file again', () => {
    const by = { layer: 4, instruction: instructionAt(4, 'RUN rm'), createdBy: 'RUN rm' };
    const files = [{ path: 'var/lib/apt/lists/', bytes: MB, count: 9 }];
    const waste = { kind: 'waste', bytes: MB, files } as const;
    const deleted = { ...waste, waste: { reason: 'deleted', ...by } } as const;
    expect(only(deleted)).toBe(
      '+1.0 MB /var/lib/apt/lists/, deleted again at Dockerfile:4 but still shipped (Dockerfile:3 RUN make)',
    );
    expect(causeLocation(cause(deleted))?.startLine).toBe(3);
    const copied = { ...waste, waste: { reason: 'metadata-only', ...by } } as const;
    expect(only(copied)).toBe(
      '+1.0 MB /var/lib/apt/lists/, stored a second time at Dockerfile:4, where only owner, mode or times change (Dockerfile:3 RUN make)',
    );
    expect(causeLocation(cause(copied))?.startLine).toBe(4);
  });
});

it('says of a base image its names and what is newer in it', () => {
  const [before, after] = ['debian:12', 'debian:13'].map(createdBy => ({
    ...at(1, 'FROM debian'),
    createdBy,
  }));
  if (before === undefined || after === undefined) throw new RangeError('there are two');
  const base = {
    kind: 'base-image',
    change: 'updated',
    bytes: 6 * MB,
    packages: [deb('libc6', MB, '2.36', '2.37')],
    packageTotals: { ...NO_PACKAGES, updated: { count: 2, bytes: MB } },
    files: [{ path: 'usr/lib/', bytes: 5 * MB }],
  } as const;
  expect(
    only({
      ...base,
      packages: [...base.packages],
      files: [...base.files],
      baseline: [before],
      head: [after],
    }),
  ).toBe(
    '+6.0 MB base image debian:12 → debian:13: libc6 2.36 → 2.37 +1.0 MB and 1 more package updated; /usr/lib/ +5.0 MB (Dockerfile:1)',
  );
  expect(only({ kind: 'base-image', bytes: MB, baseline: [before], head: [before] })).toBe(
    '+1.0 MB base image debian:12 updated (Dockerfile:1)',
  );
});

describe('the rows', () => {
  const file = (path: string, bytes: number, line = 3): ReportCause =>
    cause({ bytes, files: [{ path, bytes, count: 1 }], head: [at(line, `RUN make ${path}`, bytes)] });

  it('name a package that is added beside a large one, and sum crumbs', () => {
    const jq = cause({ ...added([deb('jq', MB, null, '1')]), head: [at(4, 'RUN apk add jq')] });
    const crumbs = Array.from({ length: 5 }, (_, index) => file(`etc/f${index}`, 1000));
    expect(told([file('opt/llvm/', 150 * MB), jq, ...crumbs])).toEqual([
      '+150.0 MB /opt/llvm/ added (Dockerfile:3 RUN make opt/llvm/)',
      '+1.0 MB jq added (Dockerfile:4 RUN apk add jq)',
    ]);
  });

  it('tell sixty small packages by their names, and sixty files by their places', () => {
    const packages = Array.from({ length: 60 }, (_, index) =>
      cause({ ...added([deb(`p${index}`, 50_000, null, '1')]), head: [at(index + 2, 'RUN x', 50_000)] }),
    );
    const rows = told(packages, 4);
    expect(rows).toHaveLength(5);
    expect(rows[4]).toBe('+2.8 MB 56 more packages added: p4, p5, p6, p7 and others (56 instructions)');
    const files = Array.from({ length: 60 }, (_, index) => file(`srv/f${index}`, 50_000, index + 2));
    expect(told(files, 4)[4]).toBe(
      '+2.8 MB 56 smaller changes in /srv/f4, /srv/f5, /srv/f6, /srv/f7 and others (56 instructions)',
    );
  });

  it('name a last one where they would count it', () => {
    expect(told([file('a', 9), file('b', 8), file('c', 7)], 2)).toHaveLength(3);
    expect(told([file('a', 90), file('b', 8), file('c', 1), file('d', 1)], 2)[2]).toMatch(
      /^\+2 B 2 smaller changes in/,
    );
    expect(told([])).toEqual([]);
  });
});

it('says in a sentence what only lies elsewhere', () => {
  const sentences = (moved: NonNullable<Report['comparison']>['moved'], renamed = RENAMED): string[] =>
    movedSentences(reportOf([], { moved, renamed })).map(plainText);
  const big = 100 * MB;
  const RENAMED = [{ from: 'srv/old/', to: 'srv/new/', bytes: big, count: 3, layer: null }];
  const moved = { kind: 'moved' as const, packages: [], bytes: big };
  const part = (line: number): ReportCausePlace => at(line, 'RUN x', big);
  expect(
    sentences([
      { kind: 'split', packages: [], files: [], bytes: big, baseline: [part(9)], head: [part(9), part(10)] },
      {
        kind: 'merged',
        packages: [],
        files: [],
        bytes: big,
        baseline: [part(4), part(5), part(6)],
        head: [part(4)],
      },
      { kind: 'moved', packages: [], files: [], bytes: big, baseline: [part(4)], head: [part(8)] },
      { kind: 'rearranged', packages: [], files: [], bytes: 1, baseline: [part(1)], head: [part(2)] },
    ]),
  ).toEqual([
    'The instruction at base’s Dockerfile:9 was split: 200.0 MB that did not change is at Dockerfile:9 and Dockerfile:10 now.',
    '3 instructions of the base (Dockerfile:4, Dockerfile:5 and Dockerfile:6) were merged into Dockerfile:4: 100.0 MB that did not change.',
    'RUN x was moved from base’s Dockerfile:4 to Dockerfile:8: 100.0 MB that did not change.',
    '/srv/old/ was renamed to /srv/new/: 3 files, 100.0 MB that did not change.',
  ]);
  const copied = [at(8, 'COPY --from=a /a /srv/')];
  const files = [
    { path: 'srv/app/a', bytes: big / 2 },
    { path: 'srv/app/b', bytes: big / 2 },
  ];
  expect(
    sentences(
      [
        { ...moved, baseline: [at(4)], files: [], head: [at(8, 'RUN y')] },
        { ...moved, baseline: [at(4)], files: [{ path: 'srv/a', bytes: big }], head: copied },
        { ...moved, baseline: [at(4)], files, head: copied },
      ],
      [],
    ),
  ).toEqual([
    'What base’s Dockerfile:4 wrote is at Dockerfile:8 now: 100.0 MB that did not change.',
    '/srv/a comes from COPY --from=a /a /srv/ (Dockerfile:8) now, not from base’s Dockerfile:4: 100.0 MB that did not change.',
    '/srv/app/ comes from COPY --from=a /a /srv/ (Dockerfile:8) now, not from base’s Dockerfile:4: 100.0 MB that did not change.',
  ]);
});

const amount = fc.integer({ min: -(10 ** 9), max: 10 ** 9 });
const total = fc.record({ count: fc.nat({ max: 1e6 }), bytes: amount });
const version = fc.option(hostileText);
const place = fc.record({
  layer: fc.nat({ max: 500 }),
  bytes: amount,
  instruction: fc.constant(null),
  createdBy: hostileText,
});
const anyCause: fc.Arbitrary<ReportCause> = fc.record({
  kind: fc.constantFrom('base-image', 'packages', 'files', 'waste', 'other'),
  change: fc.constantFrom('added', 'removed', 'updated', 'changed'),
  bytes: amount,
  head: fc.array(place, { maxLength: 3 }),
  baseline: fc.array(place, { maxLength: 3 }),
  layerCounts: fc.record({ head: fc.nat({ max: 9 }), baseline: fc.nat({ max: 9 }) }),
  waste: fc.option(
    fc.record({
      reason: fc.constantFrom(...WASTE_REASONS),
      layer: fc.nat(),
      instruction: fc.constant(null),
      createdBy: hostileText,
    }),
  ),
  lines: fc.constant(null),
  reason: fc.option(
    fc.oneof(
      fc.record({ kind: fc.constant('command-gone' as const), command: hostileText }),
      fc.record({ kind: fc.constant('option-gone' as const), option: hostileText }),
      fc.record({
        kind: fc.constant('build-stage' as const),
        stage: hostileText,
        instruction: fc.constant(instructionAt(4, 'RUN make')),
      }),
      fc.record({
        kind: fc.constant('cache-mount' as const),
        instruction: fc.constant(instructionAt(4, 'RUN make')),
      }),
      fc.record({
        kind: fc.constant('ignore-file' as const),
        change: fc.constantFrom('added' as const, 'removed' as const, 'changed' as const),
        path: hostileText,
      }),
    ),
  ),
  packages: fc.array(
    fc.record({
      ...{ type: hostileText, name: hostileText, architecture: version },
      ...{ before: version, after: version, bytes: amount },
    }),
    { maxLength: 12 },
  ),
  packageTotals: fc.record({ added: total, removed: total, updated: total, kept: total }),
  files: fc.array(fc.record({ path: hostileText, bytes: amount }), { maxLength: 12 }),
  otherBytes: amount,
});

it('add up to what changed, but for crumbs, and show no character that nobody sees', () => {
  fc.assert(
    fc.property(fc.array(anyCause, { maxLength: 30 }), fc.nat({ max: 12 }), (causes, max) => {
      const rows = causeRows(reportOf(causes), { max, title: 60 });
      for (const row of rows) expect(plainText(causeSentence(row))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      const all = causes.reduce((sum, { bytes }) => sum + Math.abs(bytes), 0);
      const delta = causes.reduce((sum, { bytes }) => sum + bytes, 0);
      const left = delta - rows.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(Math.abs(left)).toBeLessThanOrEqual((all / 1000) * 5);
    }),
    { numRuns: times(300) },
  );
});
