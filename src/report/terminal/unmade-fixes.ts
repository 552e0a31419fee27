import { plural } from '../../base/number-text.ts';
import { message, type Phrase, phrase } from '../../base/phrase.ts';
import type { DROP_REASONS, FixReport, ReportedFix } from '../fix-report.ts';
import { editsPhrase } from '../sentences/edit-phrase.ts';
import { NEEDS_PROOF } from '../sentences/unmade-phrase.ts';
import type { Page } from './page.ts';
import { type ListItem, listLines } from './phrase-terminal.ts';

type DropReason = (typeof DROP_REASONS)[number];

/** What became of a fix that was not made. */
type Fate = 'unproven' | 'failed' | 'declined' | 'not-chosen';

const FATES: Readonly<Record<DropReason, Fate>> = {
  refused: 'failed',
  unproven: 'unproven',
  'does-not-build': 'failed',
  'check-failed': 'failed',
  'saves-nothing': 'failed',
  network: 'failed',
  'not-chosen': 'not-chosen',
  declined: 'declined',
};

const WORDS: Readonly<Record<Fate, { readonly lead: string } & Pick<ListItem, 'sign' | 'tone'>>> = {
  unproven: { lead: NEEDS_PROOF, sign: '?', tone: 'warn' },
  failed: { lead: 'failed', sign: '✗', tone: 'bad' },
  declined: { lead: 'declined', sign: '–', tone: 'dim' },
  'not-chosen': { lead: 'not asked for', sign: '–', tone: 'dim' },
};

const ORDER: readonly Fate[] = ['unproven', 'failed', 'declined', 'not-chosen'];

function fateOf({ droppedFor }: ReportedFix): Fate {
  return FATES[droppedFor ?? 'refused'];
}

/** Those that were not made, in the order of their fates. */
function byFate({ fixes }: Pick<FixReport, 'fixes'>): readonly (readonly [Fate, readonly ReportedFix[]])[] {
  const unmade = fixes.filter(({ outcome }) => outcome === 'dropped');
  return ORDER.map(fate => [fate, unmade.filter(fix => fateOf(fix) === fate)]);
}

/** `, 1 needs --prove, 2 failed`; empty where all were made. */
export function unmadeCounts(report: Pick<FixReport, 'fixes'>): string {
  return byFate(report)
    .filter(([, fixes]) => fixes.length > 0)
    .map(([fate, fixes]) => `, ${fixes.length} ${counted(fate, fixes.length)}`)
    .join('');
}

function counted(fate: Fate, count: number): string {
  return fate === 'unproven' && count > 1 ? 'need --prove' : WORDS[fate].lead;
}

/** One line for each that could not be made, with its reason; those that nobody asked for are one line. */
export function unmadeLines(report: FixReport, page: Page): readonly string[] {
  const items = byFate(report).flatMap(([fate, fixes]): readonly ListItem[] => {
    const { lead, ...look } = WORDS[fate];
    if (fate !== 'not-chosen')
      return fixes.map(fix => ({ ...look, content: phrase`${lead}: ${told(fix, report)}` }));
    const content = phrase`${plural(fixes.length, 'fix', 'fixes')} of other rules: ${lead}`;
    return fixes.length === 0 ? [] : [{ ...look, content }];
  });
  return listLines(items, page);
}

function told(fix: ReportedFix, { dockerfile }: FixReport): Phrase {
  return phrase`${editsPhrase(fix.edits, dockerfile)}. ${message(fix.reason ?? '', 400)}`;
}
