import { formatSize, plural } from '../../base/number-text.ts';
import {
  code,
  enumerate,
  gonePlace,
  type Phrase,
  pathCode,
  phrase,
  place,
  placeAside,
} from '../../base/phrase.ts';
import { isSharedDirectory } from '../../compare/known-path.ts';
import { layerText } from '../../compare/layer-text.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report, ReportCausePlace } from '../report.ts';
import { sharedDirectory } from '../shared-directory.ts';
import { layerPhrase } from './layer-phrase.ts';

type Comparison = NonNullable<Report['comparison']>;
type Moved = Comparison['moved'][number];

/** Below this share of the image's own content a move is not told. */
const TINY_SHARE = 0.001;
const MAX_SENTENCES = 3;

/** What changed its place and not its bytes, one sentence each; empty where nothing did. */
export function movedSentences(report: Report): readonly Phrase[] {
  const { comparison } = report;
  if (comparison === null) return [];
  const min = report.image.size * TINY_SHARE;
  const moved = comparison.moved.filter(each => each.bytes >= min && !isReordered(each, comparison));
  const renamed = comparison.renamed.filter(({ bytes }) => bytes >= min);
  return [
    ...moved.slice(0, MAX_SENTENCES).map(each => movedSentence(each, comparison)),
    ...renamed
      .slice(0, MAX_SENTENCES)
      .map(
        ({ from, to, bytes, count, layer }) =>
          phrase`${pathCode(from, 60)} was renamed to ${pathCode(to, 60)}${layerPhrase(comparison, layer)}: ${count > 1 ? `${plural(count, 'file')}, ` : ''}${formatSize(bytes)} that did not change.`,
      ),
  ];
}

/** `What base’s Dockerfile:9 wrote was split over Dockerfile:9 and Dockerfile:10: 31.2 MB that did not change.` */
function movedSentence(moved: Moved, comparison: Comparison): Phrase {
  const { kind, baseline, head, bytes, packages } = moved;
  const from = namesOf(baseline, goneName);
  const to = namesOf(head, lineName);
  // Of a split or a merge also what is still where it was.
  const all = head.reduce((sum, each) => sum + Math.abs(each.bytes), 0);
  const whole = kind === 'split' || kind === 'merged' || kind === 'rearranged';
  const size = `${formatSize(whole ? Math.max(all, bytes) : bytes)} that did not change`;
  switch (kind) {
    case 'split':
      return phrase`The instruction at ${from} was split: ${size} is at ${to} now.`;
    case 'merged':
      return phrase`${plural(baseline.length, 'instruction')} of the base (${namesOf(baseline, oldName)}) were merged into ${to}: ${size}.`;
    case 'moved':
      return movedFiles(moved) ?? phrase`What ${from} wrote is at ${to} now: ${size}.`;
    case 'into-base':
      return phrase`${newBase(moved, comparison)} has ${packageNames(packages)} now, which ${from} installed before: ${size}.`;
    case 'out-of-base':
      return phrase`${to} has ${packageNames(packages)} now, which the base image had: ${size}.`;
    case 'rearranged':
      return phrase`What ${from} wrote is arranged anew at ${to}: ${size}.`;
  }
}

/** `Base image acme:12.5 → acme:12.7 (Dockerfile:1)`, as far as that is known. */
function newBase({ head: [base] }: Moved, { causes }: Comparison): Phrase {
  const before = causes.find(({ kind }) => kind === 'base-image')?.baseline[0]?.createdBy ?? '';
  const name = base?.createdBy ?? '';
  if (name === '') return phrase`The base image`;
  const change = before === '' || before === name ? [] : phrase`${code(before, 60)} → `;
  return phrase`Base image ${change}${code(name, 60)}${placeAside(base?.instruction ?? null)}`;
}

/** Whether it only changed places with others: what is pulled again for that says so. */
function isReordered({ kind, head: [to], baseline: [from] }: Moved, { pull }: Comparison): boolean {
  if (kind !== 'moved' || to === undefined || from === undefined || !isSameInstruction(from, to))
    return false;
  const reordered = pull?.layers.filter(({ unchanged }) => unchanged === 'order') ?? [];
  return reordered.length > 1 && reordered.some(({ layer }) => layer === to.layer);
}

/** `/srv/index.txt comes from COPY --from=index … (Dockerfile:6) now, not from base’s Dockerfile:3: …`; null of many files. */
function movedFiles({ files, bytes, head: [to], baseline: [from] }: Moved): Phrase | null {
  if (to === undefined || from === undefined) return null;
  const size = `${formatSize(bytes)} that did not change`;
  if (isSameInstruction(from, to)) {
    return phrase`${code(instructionTitle(to, 50))} was moved from ${goneName(from)} to ${lineName(to)}: ${size}.`;
  }
  const [first, ...others] = files;
  if (first === undefined || files.reduce((sum, file) => sum + file.bytes, 0) < bytes * MOST) return null;
  const path = others.length === 0 ? first.path : sharedDirectory(files.map(file => file.path));
  if (path === null || isSharedDirectory(path)) return null;
  return phrase`${pathCode(path, 60)} comes from ${code(instructionTitle(to, 40))}${placeAside(to.instruction)} now, not from ${goneName(from)}: ${size}.`;
}

function isSameInstruction(one: ReportCausePlace, other: ReportCausePlace): boolean {
  return one.instruction !== null && other.instruction !== null && layerText(one) === layerText(other);
}

/** Of what moved, a path that is named holds it. */
const MOST = 0.9;

function packageNames(names: readonly string[]): Phrase {
  const named = names.slice(0, MAX_PLACES).map(name => phrase`${code(name, 40)}`);
  return enumerate(names.length > named.length ? [...named, phrase`others`] : named);
}

const MAX_PLACES = 4;

function namesOf(places: readonly ReportCausePlace[], nameOf: (place: ReportCausePlace) => Phrase): Phrase {
  const names = places.slice(0, MAX_PLACES).map(nameOf);
  const more = places.length - names.length;
  return enumerate(more > 0 ? [...names, phrase`${more} more`] : names);
}

function lineName({ instruction, layer }: ReportCausePlace): Phrase {
  return instruction === null ? phrase`layer ${layer}` : phrase`${place(instruction)}`;
}

function oldName({ instruction, layer }: ReportCausePlace): Phrase {
  return instruction === null ? phrase`layer ${layer}` : phrase`${gonePlace(instruction)}`;
}

function goneName({ instruction, layer }: ReportCausePlace): Phrase {
  return instruction === null ? phrase`the base’s layer ${layer}` : phrase`base’s ${gonePlace(instruction)}`;
}
