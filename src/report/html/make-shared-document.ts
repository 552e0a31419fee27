import { formatSize, plural } from '../../base/number-text.ts';
import { instructionTitle } from '../layer-name.ts';
import { repeatedPhrase, sharedHeadline } from '../sentences/shared-sentences.ts';
import type { SharedReport } from '../shared-report.ts';
import { WASTE_REASON_WORDS } from '../wasted-paths.ts';
import type { PageColumn, PageDetails, PageTable } from './page-details.ts';
import type { PageDocument } from './page-document.ts';
import { PAGE_WORDS } from './page-words.ts';

/** Characters of an instruction on the page. */
const MAX_TITLE = 500;

const BYTES = { title: 'size', unit: 'bytes', sort: 'size' } as const satisfies PageColumn;
const MADE_BY = { title: 'made by', unit: null, sort: null } as const satisfies PageColumn;

/** A page with one view: what images share. */
export function makeSharedDocument(report: SharedReport): PageDocument {
  const { images, size, platform, tool, notices } = report;
  return {
    head: {
      title: plural(images.length, 'image'),
      platform,
      size: formatSize(size),
      change: null,
      layers: null,
      verdict: null,
      status: 'pass',
      sentences: [{ content: sharedHeadline(report), layers: [] }],
      figures: [],
      names: { base: null, head: null },
      notices: notices.map(({ message }) => message),
    },
    layers: [],
    removedLayers: [],
    baseImageName: null,
    dockerfiles: [],
    files: null,
    notes: [`deadweight ${tool.version}`],
    words: PAGE_WORDS,
    details: {
      ...NOTHING,
      shared: {
        tables: tablesOf(report),
        note: report.repeated.count === 0 ? [] : repeatedPhrase(report.repeated),
      },
    },
  };
}

/** What a page of one image has, and this one has not. */
const NOTHING: Omit<PageDetails, 'shared'> = {
  packages: { list: [], isCompared: false, otherDelta: 0, notes: [] },
  waste: {
    bytes: 0,
    paths: 0,
    flows: [],
    files: [],
    unlistedBytes: 0,
    reasons: WASTE_REASON_WORDS,
    notes: [],
    squash: null,
  },
  fixes: {
    summary: [],
    findings: [],
    combinedPatches: [],
    bytes: 0,
    editBytes: null,
    size: 0,
    ignored: null,
  },
  build: null,
  trend: null,
};

/** Those that have rows. */
function tablesOf(report: SharedReport): readonly PageTable[] {
  const { images, shared, misplaced, repeated } = report;
  const nameOf = (image: number): string => images[image]?.name ?? '';
  const tables: readonly PageTable[] = [
    {
      title: 'Images',
      columns: [
        { title: 'image', unit: null, sort: 'name' },
        BYTES,
        { title: 'layers', unit: 'count', sort: 'count' },
        { title: 'shared', unit: 'bytes', sort: 'delta' },
        { title: 'its own', unit: 'bytes', sort: 'waste' },
      ],
      rows: images.map(({ name, size, layerCount, sharedSize, ownSize }) => [
        name,
        size,
        layerCount,
        sharedSize,
        ownSize,
      ]),
    },
    {
      title: 'Shared, kept once',
      columns: [
        BYTES,
        { title: 'layers', unit: null, sort: null },
        { title: 'of', unit: null, sort: 'name' },
        { ...MADE_BY, title: 'the last made by' },
      ],
      rows: shared.map(({ images: own, first, last, size, createdBy }) => [
        size,
        first === last ? String(first) : `${first} to ${last}`,
        own.length === images.length ? 'all of them' : own.map(nameOf).join(', '),
        titleOf(createdBy),
      ]),
    },
    {
      title: 'The same layer on top of other layers, kept more than once',
      columns: [
        BYTES,
        { title: 'would save', unit: 'bytes', sort: 'delta' },
        { title: 'layer', unit: null, sort: 'name' },
        MADE_BY,
      ],
      rows: misplaced.map(({ places, size, saving, createdBy }) => [
        size,
        saving,
        places.map(({ image, layer }) => `${layer} of ${nameOf(image)}`).join(', '),
        titleOf(createdBy),
      ]),
    },
    {
      title: 'Packages with the same files in different layers',
      columns: [
        { title: 'package', unit: null, sort: 'name' },
        { title: 'version', unit: null, sort: null },
        BYTES,
      ],
      rows: repeated.packages.map(({ name, version, bytes }) => [name, version, bytes]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function titleOf(createdBy: string): string {
  return instructionTitle({ instruction: null, createdBy }, MAX_TITLE);
}
