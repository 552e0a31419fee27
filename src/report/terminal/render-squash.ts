import { formatRatio, formatSize, formatSizes, plural } from '../../base/number-text.ts';
import { code, enumerate, message, type Phrase, phrase, strong } from '../../base/phrase.ts';
import { withoutCommands } from '../../base/untrusted-text.ts';
import { DROPPED } from '../sentences/squashed-sentence.ts';
import type { SquashedPlatform, SquashReport } from '../squash-report.ts';
import { makePage, type TerminalOptions } from './page.ts';
import { listLines, noticeLines, phraseLines } from './phrase-terminal.ts';

/** What `deadweight squash` gives and costs, for each platform, and where the image was written to. */
export function renderSquash(report: SquashReport, options: TerminalOptions): string {
  const page = makePage(options, null);
  const lines = (content: Phrase): readonly string[] => phraseLines(content, page);
  const list = (items: readonly Phrase[]) =>
    listLines(
      items.map(content => ({ sign: '·', tone: 'strong', content }) as const),
      page,
    );
  const blocks = [
    ...report.platforms.map(platform => [
      ...lines(headline(report, platform)),
      ...list([...rangePhrases(platform), ...costPhrases(platform)]),
    ]),
    report.advice === null ? [] : [...lines(adviceLead(report.advice)), ...list(report.advice.map(advised))],
    report.notices.flatMap(notice => noticeLines(phrase`Note: ${message(notice.message)}`, page)),
    lines(ending(report)),
  ];
  const shown = blocks.filter(block => block.length > 0);
  return withoutCommands(`${shown.map(block => block.join('\n')).join('\n\n')}\n`);
}

function headline({ image, platforms }: SquashReport, { platform, before, after }: SquashedPlatform): Phrase {
  const name = platforms.length > 1 ? phrase`${code(image, 200)} (${platform})` : phrase`${code(image, 200)}`;
  if (before.layerCount === after.layerCount)
    return phrase`${name}: ${formatSize(before.size)}, ${plural(before.layerCount, 'layer')}: nothing is merged.`;
  const layers = `${before.layerCount} → ${plural(after.layerCount, 'layer')}`;
  return phrase`${name}: ${strong(`${formatSizes(before.size, after.size)}, ${layers}`)}`;
}

function rangePhrases({ ranges }: SquashedPlatform): readonly Phrase[] {
  return ranges.map(({ first, last, size, saving }) => {
    const freed = saving.bytes === 0 ? 'nothing is freed' : `${formatSize(saving.bytes)} freed`;
    return phrase`layers ${first} to ${last} become one of ${formatSize(size)}: ${strong(freed)}`;
  });
}

function costPhrases(platform: SquashedPlatform): readonly Phrase[] {
  const { before, after, ranges, shared, dropped } = platform;
  if (ranges.length === 0) return dropped.map(droppedPhrase);
  return [
    ...compressedPhrases(platform),
    pullPhrase(ranges),
    ...largestPhrases(before, after),
    ...shared.map(sharedPhrase),
    ...dropped.map(droppedPhrase),
  ];
}

function compressedPhrases({ before, after }: SquashedPlatform): readonly Phrase[] {
  if (before.compressedSize === null || after.compressedSize === null) return [];
  return [phrase`compressed: ${formatSizes(before.compressedSize, after.compressedSize)}`];
}

/** Whoever has the image has none of the new layers. */
function pullPhrase(ranges: SquashedPlatform['ranges']): Phrase {
  const size = ranges.reduce((sum, each) => sum + each.size, 0);
  const packed = ranges.reduce<number | null>(
    (sum, { compressedSize }) => (sum === null || compressedSize === null ? null : sum + compressedSize),
    0,
  );
  const aside = packed === null ? '' : ` (${formatSize(packed)} compressed)`;
  return phrase`to pull again, for who has the image: ${formatSize(size)}${aside}`;
}

/** Layers are pulled side by side: one that is as large as all of them is not. */
function largestPhrases(
  before: SquashedPlatform['before'],
  after: SquashedPlatform['after'],
): readonly Phrase[] {
  if (after.largestLayer <= before.largestLayer || after.size === 0) return [];
  const share = formatRatio(after.largestLayer / after.size, 0);
  return [
    phrase`largest layer: ${formatSizes(before.largestLayer, after.largestLayer)}, ${share} of the image in one pull`,
  ];
}

function sharedPhrase({ image, layerCount, size }: SquashedPlatform['shared'][number]): Phrase {
  return phrase`shared with ${code(image, 200)} no longer: ${plural(layerCount, 'layer')} of ${formatSize(size)}`;
}

function droppedPhrase(what: SquashedPlatform['dropped'][number]): Phrase {
  return phrase`left out: ${DROPPED[what]}`;
}

type Advised = NonNullable<SquashReport['advice']>[number];

function adviceLead(advice: readonly Advised[]): Phrase {
  return advice.length === 0
    ? phrase`No range of layers is worth merging for what it would free.`
    : phrase`Worth merging for what it frees:`;
}

function advised({ first, last, size, saving }: Advised): Phrase {
  return phrase`${code(`--layers ${first}..${last}`)}: ${formatSize(saving.bytes)} for a layer of ${formatSize(size)} to pull again`;
}

function ending({ output, platforms }: SquashReport): Phrase {
  if (output === null) return phrase`Nothing was written.`;
  const ids = platforms.flatMap(({ imageId }) => imageId ?? []);
  const aside = ids.length === 1 ? phrase` (image ID ${enumerate(ids.map(id => [code(id)]))})` : [];
  return phrase`Written to ${code(output.target, 200)} as ${code(output.digest)}${aside}.`;
}
