import { shortDigest } from '../base/digest.ts';
import { formatCount, formatRatio, formatSize, formatSizeDelta, plural } from '../base/number-text.ts';
import { cleanPath } from '../layer/clean-path.ts';
import { instructionTitle } from '../report/layer-name.ts';
import { columnsOf, graphemesOf } from '../report/text-width.ts';
import { modeText } from './attributes.ts';
import { type CellStyle, fitLine, run, type ScreenLine, untrusted } from './cells.ts';
import type { Exploration } from './exploration.ts';
import { chosenLayer, chosenNode, type ExploreState } from './state.ts';

/** What is told of the chosen path, the chosen layer and the image. @param rows that there are; lines beyond are left out */
export function detailLines(state: ExploreState, columns: number, rows: number): readonly ScreenLine[] {
  const sections = [
    ...(state.pane === 'tree' ? section('Path', pathFacts(state), columns) : []),
    ...section('Layer', layerFacts(state), columns),
    ...section('Image', imageFacts(state.exploration), columns),
  ];
  return sections.slice(0, Math.max(0, rows));
}

/** A label and what it says. */
type Fact = readonly [label: string, text: string, style?: CellStyle];

function section(title: string, facts: readonly Fact[], columns: number): readonly ScreenLine[] {
  if (facts.length === 0) return [];
  return [
    fitLine([run(title, 'title')], columns),
    ...facts.flatMap(([label, text, style = 'plain']) => {
      const lead = label === '' ? '' : `${label} `;
      const lines = wrapAnywhere(text, Math.max(8, columns - columnsOf(lead)));
      return lines.map((line, index) =>
        fitLine([run(index === 0 ? lead : ' '.repeat(columnsOf(lead)), 'dim'), run(line, style)], columns),
      );
    }),
  ];
}

/** Lines that a fact takes up at most. */
const MAX_LINES = 3;

/** At spaces where that is possible; a path has none. */
export function wrapAnywhere(text: string, columns: number, most = MAX_LINES): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    const width = columnsOf(grapheme);
    if (used + width > columns) {
      const space = line.lastIndexOf(' ');
      const cut = space > columns / 2 ? space : line.length;
      lines.push(line.slice(0, cut));
      line = line.slice(cut).trimStart();
      used = columnsOf(line);
      if (lines.length === most) return [...lines.slice(0, -1), `${(lines.at(-1) ?? '').slice(0, -1)}…`];
    }
    line += grapheme;
    used += width;
  }
  return [...lines, line];
}

function pathFacts(state: ExploreState): readonly Fact[] {
  const node = chosenNode(state);
  if (node === null) return [];
  const { tree } = state.exploration;
  const path = untrusted(`/${tree.paths.pathOf(node)}`);
  const entry = state.view.entryOf(node);
  if (entry === null) return [['', path]];
  if (!tree.knowsFinal) return [['', path], ...wastedFacts(state.exploration, tree.paths.pathOf(node))];
  const { kind, layer, size, goneIn, reason, mode, uid, gid, linkname } = tree.describe(entry);
  const owner = tree.packageAt(tree.packageOf(entry));
  const change = tree.changeOf(node);
  return [
    ['', path],
    [
      'is',
      [
        `a ${kind === 'file' ? `file of ${formatSize(size)} (${formatCount(size)} bytes)` : kind}`,
        `written by layer ${layer}`,
        ...(goneIn === null ? [] : [`gone in layer ${goneIn}`]),
        ...(reason === null ? [] : [reason.replaceAll('-', ' ')]),
      ].join(', '),
    ],
    ...(linkname === null ? [] : [['target', untrusted(linkname)] as const]),
    ...(mode === null ? [] : [['mode', `${modeText(mode, kind)} ${uid}:${gid}`] as const]),
    ...(owner === null
      ? []
      : [['package', untrusted(`${owner.name} ${owner.version} (${owner.type})`)] as const]),
    ...(change === null || !tree.isCompared
      ? []
      : [['baseline', `${change.change}, ${formatSizeDelta(change.delta)}`] as const]),
  ];
}

/** All that a report tells of a path. @param path clean */
function wastedFacts({ report }: Exploration, path: string): readonly Fact[] {
  const found = report.wastedFiles.find(each => cleanPath(each.path) === path);
  if (found === undefined) return [];
  const { bytes, copies, reason, writtenBy, hiddenBy } = found;
  const what = copies === 1 ? 'a hidden file' : `${copies} hidden copies`;
  return [
    ['is', `${what} of ${formatSize(bytes)} (${formatCount(bytes)} bytes)`],
    [
      copies === 1 ? '' : 'largest',
      `written by layer ${writtenBy}, hidden by layer ${hiddenBy}, ${reason.replaceAll('-', ' ')}`,
    ],
    ['now', 'unknown: a report does not tell whether the final filesystem has this path'],
  ];
}

function layerFacts(state: ExploreState): readonly Fact[] {
  const layer = chosenLayer(state);
  if (layer === null) return [];
  const { index, size, compressedSize, wastedBytes, fileCount, origin, digest, diffId, instruction } = layer;
  const count = state.exploration.report.layers.length;
  const where = instruction === null ? '' : `, ${untrusted(instruction.file)}:${instruction.startLine}`;
  const from = origin === 'base' ? ' of the base image' : origin === 'own' ? ', own' : '';
  return [
    ['', `number ${index} of 0 to ${count - 1}${from}${where}`],
    ['', instructionTitle(layer, 400)],
    [
      'size',
      `${formatSize(size)}${compressedSize === null ? '' : `, ${formatSize(compressedSize)} compressed`} in ${plural(fileCount, 'file')}`,
    ],
    ...(wastedBytes === 0 ? [] : [['wasted', formatSize(wastedBytes), 'removed'] as const]),
    ['digest', untrusted(shortDigest(digest ?? diffId))],
  ];
}

function imageFacts({ report, listed, unlistedBytes, packages }: Exploration): readonly Fact[] {
  const { image, efficiency, comparison, findings, notices } = report;
  const compressed = image.compressedSize === null ? '' : `, ${formatSize(image.compressedSize)} compressed`;
  const base = image.baseSize === null ? '' : `, ${formatSize(image.baseSize)} of the base image`;
  const growth = comparison?.delta.size ?? 0;
  return [
    ['', untrusted(image.reference)],
    ['size', `${formatSize(image.size)}${compressed}${base}`],
    ...(comparison === null
      ? []
      : [
          [
            'baseline',
            `${formatSize(comparison.baseline.size)}, ${formatSizeDelta(growth)} (${untrusted(comparison.baseline.reference)})`,
            growth > 0 ? 'removed' : 'added',
          ] as const,
        ]),
    ['efficiency', formatRatio(efficiency.score)],
    ['wasted', formatSize(efficiency.wastedBytes), efficiency.wastedBytes > 0 ? 'removed' : 'plain'],
    [
      'has',
      [
        `${plural(packages.length, 'package')} (p)`,
        `${plural(findings.length, 'finding')} (f)`,
        ...(notices.length === 0 ? [] : [`${plural(notices.length, 'notice')} (n)`]),
      ].join(', '),
    ],
    ...(listed === 'wasted'
      ? [['note', 'A report lists no files but the largest wasted ones: explore the image for all.'] as const]
      : unlistedBytes === 0
        ? []
        : [
            [
              'note',
              `${formatSize(unlistedBytes)} are in layers whose files the snapshot does not list.`,
            ] as const,
          ]),
    ...notices.map(({ message }) => ['note', untrusted(message), 'dim'] as const),
  ];
}
