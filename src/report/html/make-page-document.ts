import { formatCount, formatSize } from '../../base/number-text.ts';
import { message, phrase } from '../../base/phrase.ts';
import { type Dockerfile, parseDockerfile } from '../../dockerfile/dockerfile.ts';
import type { ImageInventory, Inventory } from '../../inventory/inventory.ts';
import { budgetSentence, exceededBudgets, missedSentence } from '../budget-cell.ts';
import { causeRows, FIRST_CAUSES } from '../cause-rows.ts';
import { placedSentences } from '../change-sentences.ts';
import { excessCause } from '../excess-cause.ts';
import { failingSentence } from '../failing-findings.ts';
import { figuresOf, imageNames } from '../figure.ts';
import { baseText, headlineOf, shownNotices } from '../headline.ts';
import { instructionTitle } from '../layer-name.ts';
import type { Report, ReportLayer } from '../report.ts';
import { stepOutcome } from '../sentences/build-sentence.ts';
import { causeSentence } from '../sentences/cause-sentence.ts';
import { squashedSentence } from '../sentences/squashed-sentence.ts';
import type { FileTable } from './file-table.ts';
import { makePageDetails } from './make-page-details.ts';
import type {
  PageDockerfile,
  PageDocument,
  PageFiles,
  PageHead,
  PageInstruction,
  PageLayer,
  PageSentence,
} from './page-document.ts';
import { PAGE_WORDS } from './page-words.ts';

/** A Dockerfile with its text. */
export interface DockerfileText {
  readonly file: string;
  readonly text: string;
}

/** Characters of an instruction on the page: two may differ at their ends alone. */
const MAX_TITLE = 2000;

export function makePageDocument(
  report: Report,
  dockerfiles: readonly DockerfileText[],
  files: PageFiles | null,
  inventory: ImageInventory | null,
): PageDocument {
  const parsed = dockerfiles.map(({ file, text }) => parseDockerfile(text, file));
  return {
    head: makeHead(report),
    layers: report.layers.map(layer => makeLayer(layer, report)),
    removedLayers: (report.comparison?.layers ?? [])
      .filter(({ change }) => change === 'removed')
      .map(layer => ({
        title: instructionTitle(layer, MAX_TITLE),
        place: layer.instruction,
        size: layer.baselineSize ?? 0,
      })),
    baseImageName: report.image.baseImageName,
    dockerfiles: parsed.map(dockerfile => makeDockerfile(dockerfile, report)),
    files,
    notes: notesOf(report, files),
    details: makePageDetails(report, inventory, parsed),
    words: PAGE_WORDS,
  };
}

function notesOf({ tool, generatedAt }: Report, files: PageFiles | null): readonly string[] {
  const { foldedCount = 0, unlistedBytes = 0 } = files ?? {};
  return [
    files === null ? 'A report alone has no list of files.' : null,
    foldedCount > 0
      ? `${formatCount(foldedCount)} smaller paths are joined by directory: the sums have them. deadweight --files lists all.`
      : null,
    unlistedBytes > 0 ? `${formatSize(unlistedBytes)} of base layers are not listed file by file.` : null,
    `deadweight ${tool.version}, ${generatedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ].filter(note => note !== null);
}

/** What the page says of its files as a whole. */
export function makePageFiles({ head, baseline }: Inventory, table: FileTable): PageFiles {
  return {
    foldedCount: table.folded.reduce((sum, count) => sum + count, 0),
    unlistedBytes: head.unlistedBytes,
    unlistedDelta: baseline === null ? 0 : head.unlistedBytes - baseline.unlistedBytes,
    isCompared: baseline !== null,
  };
}

function makeHead(report: Report): PageHead {
  const { title, platform, size, sizes, change, layers, verdict, absence } = headlineOf(report);
  return {
    title,
    platform,
    size: sizes ?? size,
    change,
    layers,
    verdict,
    status: report.verdict,
    sentences: makeSentences(report, absence),
    figures: figuresOf(report),
    names: imageNames(report),
    notices: shownNotices(report).map(notice => notice.message),
  };
}

function makeSentences(report: Report, absence: string | null): readonly PageSentence[] {
  const failing = failingSentence(report);
  const missed = missedSentence(report);
  const exceeded = exceededBudgets(report).map(budget => {
    const cause = excessCause(report, budget.name);
    const reason = cause && cause.kind !== 'growth' ? phrase`: ${cause.text}` : [];
    return phrase`${budgetSentence(budget)}${reason}.`;
  });
  const { above, below } = placedSentences(report);
  const base = baseText(report);
  const causes = causeRows(report, { max: FIRST_CAUSES, title: 60 }).map(row => ({
    content: causeSentence(row),
    layers: row.layers,
  }));
  const sentences = [
    absence === null ? null : phrase`No comparison: ${absence}.`,
    failing && phrase`${failing}.`,
    missed === null ? null : phrase`${missed}.`,
    ...exceeded,
    ...above,
    ...causes,
    ...below,
    squashedSentence(report),
    base === null ? null : phrase`${message(base, 300)}`,
  ];
  return sentences
    .filter(sentence => sentence !== null)
    .map(sentence => ('content' in sentence ? sentence : { content: sentence, layers: [] }));
}

function makeLayer(layer: ReportLayer, { comparison }: Report): PageLayer {
  const compared = comparison?.layers.find(({ headIndex }) => headIndex === layer.index);
  const pulled = comparison?.pull?.layers.find(each => each.layer === layer.index);
  const isCompressed = comparison?.pull?.compressedSize !== null;
  return {
    index: layer.index,
    origin: layer.origin,
    title: instructionTitle(layer, MAX_TITLE),
    place: layer.instruction && placeOf(layer.instruction),
    size: layer.size,
    compressedSize: layer.compressedSize,
    wastedBytes: layer.wastedBytes,
    fileCount: layer.fileCount,
    change: compared?.change ?? null,
    delta: compared?.delta ?? null,
    pull: pulled
      ? { bytes: (isCompressed ? pulled.compressedSize : null) ?? pulled.size, isCompressed }
      : null,
    cache: layer.cache,
    durationMs: layer.durationMs,
  };
}

function placeOf({ file, startLine, endLine }: NonNullable<ReportLayer['instruction']>) {
  return { file, startLine, endLine };
}

function makeDockerfile({ file, lines, instructions }: Dockerfile, report: Report): PageDockerfile {
  return {
    file,
    lines,
    instructions: instructions.map(({ keyword, startLine, endLine }): PageInstruction => {
      const layers = report.layers.filter(
        ({ instruction }) =>
          instruction !== null &&
          instruction.file === file &&
          instruction.startLine <= startLine &&
          endLine <= instruction.endLine,
      );
      const steps = (report.build?.steps ?? []).filter(
        ({ instruction }) => instruction?.file === file && instruction.startLine === startLine,
      );
      const [step] = steps;
      return {
        keyword,
        startLine,
        endLine,
        layers: layers.map(({ index }) => index),
        outcome: step === undefined ? null : stepOutcome(step),
        durationMs: step?.durationMs ?? null,
      };
    }),
  };
}
