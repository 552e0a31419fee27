import type { FindingWords } from '../../findings/rule.ts';
import type { ReportFinding } from '../report.ts';

/** Words of rules that are not yet defined whole. */
export type FindingSentences = Readonly<Record<string, (finding: ReportFinding) => FindingWordsOrNone>>;

export type FindingSentence = FindingSentences[string];

type FindingWordsOrNone = Pick<FindingWords, 'what'> & { readonly fix: FindingWords['fix'] | null };

export type { ReportFinding } from '../report.ts';
