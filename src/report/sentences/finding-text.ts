import type { Phrase } from '../../base/phrase.ts';
import type { Report } from '../report.ts';

export type ReportFinding = Report['findings'][number];

/** What is wrong, and what to do about it. */
export interface FindingText {
  /** The bytes that the sentence starts with: `21.3 MB`; null where it is not about bytes. */
  readonly lead: string | null;
  /** The rest of the sentence, without its full stop. */
  readonly what: Phrase;
  /** What to do, without capital and full stop; null where nothing is known to do. */
  readonly fix: Phrase | null;
}

/** Says what is wrong, without the bytes that the sentence starts with. */
export type FindingSentence = (finding: ReportFinding) => Omit<FindingText, 'lead'>;

export type FindingSentences = Readonly<Record<string, FindingSentence>>;
