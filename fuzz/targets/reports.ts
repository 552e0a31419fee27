import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { snapshotPairs } from '../../__tests__/compare/arbitrary.ts';
import { REPORTS } from '../../__tests__/report/all-reports.ts';
import { failedReport } from '../../__tests__/report/failed-report.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import { parseSnapshot, serializeSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { inventoryOfSnapshot } from '../../src/inventory/baseline-inventory.ts';
import { ComparedInventory } from '../../src/inventory/compared-inventory.ts';
import { compareDropped, deltaOf } from '../../src/page/dropped-comparison.ts';
import { readDropped } from '../../src/page/dropped-image.ts';
import { failureOf, parseFailure } from '../../src/report/failure.ts';
import { parseReport, renderJson } from '../../src/report/json.ts';
import { renderCombined } from '../../src/report/markdown/render-combined.ts';
import { renderMarkdown, renderSummary } from '../../src/report/markdown/render-markdown.ts';
import { formatMarker, parseMarker } from '../../src/report/marker.ts';
import { renderTerminal } from '../../src/report/terminal/render-terminal.ts';
import { mutateJson, mutateJsonBytes } from '../mutators/json.ts';
import { type Language, mutateTextBytes } from '../mutators/text.ts';
import type { Random } from '../random.ts';
import { accept, require, type Target } from '../target.ts';

const OWN_TAGS = /<\/?(?:code|sub|summary|details|br|wbr)>|<details open>/g;

/** What nobody may write into a comment that has our name on it, or the log with it. */
function requireSafe(markdown: string): void {
  requireSafeMarkdown(markdown);
  require(!/##\[|^::/m.test(markdown), 'a line commands the runner');
}

/** What nobody may write into a page of GitHub's. */
export function requireSafeMarkdown(markdown: string): void {
  const text = markdown.replace(/^<!-- deadweight [^>]* -->/, '').replace(OWN_TAGS, '');
  const prose = withoutCodeBlocks(text);
  const open = prose.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
  require(!/<[a-z!/]/i.test(open), 'a comment has a tag that is not ours');
  require(!/(?:^|[^\w/])@[a-z\d]/i.test(open), 'a comment mentions somebody');
  require(!/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(
    markdown,
  ), 'a comment has control characters');
  requireTables(prose);
}

/** A block ends at a line with at least as many backticks as the one that opened it, and nothing else. */
function withoutCodeBlocks(markdown: string): string {
  let fence = '';
  const prose = markdown.split('\n').filter(line => {
    const [ticks = '', rest = ''] = /^ *(`{3,})(.*)$/.exec(line)?.slice(1) ?? [];
    if (fence === '') {
      fence = rest.includes('`') ? '' : ticks;
      return fence === '';
    }
    if (ticks.length >= fence.length && rest.trim() === '') fence = '';
    return false;
  });
  require(fence === '', 'a block of code is not closed');
  return prose.join('\n');
}

/** Rows of a table have as many cells as its head: a bar of somebody else would move them. In code it counts, too. */
function requireTables(markdown: string): void {
  const lines = markdown.split('\n');
  for (const [at, line] of lines.entries()) {
    if (!/^\|(?: ?:?-+:? ?\|)+$/.test(line)) continue;
    const bars = countBars(line);
    require(countBars(lines[at - 1] ?? '') === bars, 'the head of a table has other cells than its rule');
    for (let row = at + 1; lines[row]?.startsWith('|'); row += 1) {
      accept('table', true);
      require(countBars(lines[row] ?? '') === bars, 'a row of a table has cells that are not ours');
    }
  }
}

function countBars(line: string): number {
  return line.replace(/\\./g, '').split('|').length;
}

const REPORT_TEXTS = [
  ...Object.values(REPORTS).map(make => renderJson(make())),
  readFileSync(new URL('../../__tests__/fixtures/reports/version-1.json', import.meta.url), 'utf8'),
];

const reports: Target = {
  name: 'reports',
  parsers: [
    'report/json.ts',
    'report/first-version.ts',
    'report/report.ts',
    'report/markdown/render-markdown.ts',
    'report/terminal/render-terminal.ts',
  ],
  accepts: ['parseReport', 'table'],
  holds: 'what is read is rendered; comments have no tag, mention, cell or command of anybody else',
  maxMs: 4000,
  generate: random => mutateJsonBytes(REPORT_TEXTS, random),
  check(input) {
    const report = accept('parseReport', parseReport(input.toString('utf8')));
    requireSafe(renderMarkdown(report));
    requireSafe(renderSummary(report));
    requireSafe(renderCombined([report, report], []));
    const lines = renderTerminal(report, { columns: 80, color: false });
    require(!/[\u001b\u009b]|##\[|^::/m.test(lines), 'a line commands the terminal or the runner');
  },
};

const FAILURES = [failedReport(), failedReport({ code: 'push-failed', excerpt: [], location: null })].map(
  failure => JSON.stringify(failure),
);
const MARKERS: Language = {
  seeds: [
    formatMarker({
      key: 'app:linux/amd64',
      head: 'def5678',
      base: 'abc1234',
      run: '17025-1',
      images: 'a--b',
    }),
    formatMarker({ key: 'ä b', head: null, base: null, run: null }),
  ],
  tokens: ['<!-- ', ' -->', 'key=', 'head=', ' ', '=', '%', '%2D', '%FF', '%zz', '-', '--', '\n', '@'],
};

const failures: Target = {
  name: 'failure-reports',
  parsers: ['report/failure.ts', 'report/marker.ts', 'report/markdown/render-failure.ts'],
  accepts: ['parseFailure', 'parseMarker'],
  holds: 'as `reports`',
  maxMs: 1000,
  generate: random =>
    random.oneIn(4) ? mutateTextBytes(MARKERS, random) : mutateJsonBytes(FAILURES, random),
  check(input) {
    const text = input.toString('utf8');
    accept('parseMarker', parseMarker(text));
    const failure = accept('parseFailure', parseFailure(text));
    if (failure !== null) requireSafe(renderCombined([], [failureOf(failure)]));
  },
};

const PAIRS = fc.sample(snapshotPairs, { numRuns: 80, seed: 12 });
const SNAPSHOTS = PAIRS.flat().map(snapshot => serializeSnapshot(snapshot));

const snapshots: Target = {
  name: 'snapshots',
  parsers: ['compare/parse-snapshot.ts', 'compare/snapshot-schema.ts'],
  accepts: ['parseSnapshot'],
  holds: 'what is read is written and read the same, and does not differ from itself',
  maxMs: 2000,
  generate(random) {
    const text = mutateJson(SNAPSHOTS, random);
    return Buffer.from(
      random.oneIn(4) ? text.replace('"deadweightSnapshot":2', '"deadweightSnapshot":1') : text,
    );
  },
  check(input) {
    const read = accept('parseSnapshot', parseSnapshot(input.toString('utf8'), 'x'));
    const again = parseSnapshot(serializeSnapshot(read), 'x');
    require(isDeepStrictEqual(again, read), 'a snapshot changes when it is written');
    const { delta, causes } = compareSnapshots(read, again);
    require(delta.size === 0 && causes.length === 0, 'an image differs from itself');
  },
};

/** A change of a snapshot that leaves its sums right. */
function changed(snapshot: Snapshot, random: Random): Snapshot {
  const layers = snapshot.layers.map(layer =>
    random.oneIn(4)
      ? { ...layer, createdBy: mutateJson([JSON.stringify(layer.createdBy)], random, 1) }
      : layer,
  );
  if (snapshot.baseLayerCount === null && random.oneIn(3)) layers.reverse();
  return { ...snapshot, layers, commit: random.oneIn(2) ? null : snapshot.commit };
}

const comparisons: Target = {
  name: 'comparisons',
  parsers: ['compare/compare-snapshots.ts', 'compare/instruction-words.ts', 'compare/layer-text.ts'],
  accepts: ['compareSnapshots'],
  holds: 'causes and paths add up to the change, and the way back is its opposite',
  maxMs: 3000,
  generate(random) {
    const [one, other] = [random.pick(PAIRS)[0], random.pick(PAIRS)[1]];
    return Buffer.from(
      JSON.stringify([changed(one, random), changed(other, random)].map(each => JSON.stringify(each))),
    );
  },
  check(input) {
    const pair: unknown = safeJson(input);
    if (!Array.isArray(pair)) return;
    const [baseline, head] = pair.map(text => parseSnapshot(String(text), 'x'));
    if (baseline === undefined || head === undefined) return;
    const there = accept('compareSnapshots', compareSnapshots(baseline, head));
    const back = compareSnapshots(head, baseline);
    require(there.delta.size === head.size - baseline.size, 'the change is not that of the sizes');
    require(there.delta.size + back.delta.size === 0, 'the way back is not the opposite');
    require(there.causes.reduce((sum, { bytes }) => sum + bytes, 0) ===
      there.delta.size, 'causes do not add up');
    const images = { baseline: inventoryOfSnapshot(baseline, []), head: inventoryOfSnapshot(head, []) };
    const compared = new ComparedInventory(images);
    const listed = compared.rows().reduce((sum, { delta }) => sum + delta, compared.unlistedDelta);
    require(listed === there.delta.size, 'the paths do not add up');
  },
};

function safeJson(input: Buffer): unknown {
  try {
    return JSON.parse(input.toString('utf8'));
  } catch (cause) {
    throw new DeadweightError('snapshot-invalid', {
      message: 'The pair is no JSON.',
      remedy: 'Give two.',
      cause,
    });
  }
}

const DROPPED = [...SNAPSHOTS, ...REPORT_TEXTS];

/** What a page that is open in a browser reads: nothing but its own checks stands before it. */
const dropped: Target = {
  name: 'dropped-files',
  parsers: ['page/dropped-image.ts'],
  accepts: ['readDropped'],
  holds: 'nothing is thrown at all; paths add up to the change, and the way back is its opposite',
  maxMs: 1000,
  generate: random => mutateJsonBytes(DROPPED, random),
  check(input) {
    const read = readDropped(input.toString('utf8'), 'x.json');
    if ('problem' in read) {
      require(read.problem.endsWith('.') && !read.problem.includes('\n'), 'a problem is no sentence');
      return;
    }
    accept('readDropped', read);
    const other = readDropped(SNAPSHOTS[0] ?? '', 'y.json');
    if ('problem' in other) return;
    const there = compareDropped(other, read);
    const back = compareDropped(read, other);
    const paths = there.paths?.list.reduce((sum, path) => sum + deltaOf(path), 0) ?? 0;
    require(there.paths === null ||
      paths + there.paths.otherDelta === read.size - other.size, 'paths do not add up to the change');
    require((there.paths?.otherDelta ?? 0) === -(back.paths?.otherDelta ?? 0) ||
      there.paths?.otherDelta === 0, 'the way back is not the opposite');
    const layers = there.layers.filter(({ after }) => after !== null);
    require(layers.length === read.layers.length, 'a layer of the head is missing');
  },
};

export const REPORT_TARGETS: readonly Target[] = [reports, failures, snapshots, comparisons, dropped];
