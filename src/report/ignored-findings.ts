import type { Notice } from '../base/notice.ts';
import { plural } from '../base/number-text.ts';
import { code, enumerate, message, type Phrase, phrase, place, plainText } from '../base/phrase.ts';
import type { IgnoredFinding } from '../findings/decisions/ignored-findings.ts';
import type { Report } from './report.ts';

type Ignored = NonNullable<Report['ignoredFindings']>[number];

/** Ignored findings that a line names. */
const MAX_NAMED = 12;

/** `2 findings are ignored by comments: deleted-later (Dockerfile:7: we want it so) and …`; null where there are none. */
export function ignoredSentence({ ignoredFindings = [] }: Pick<Report, 'ignoredFindings'>): Phrase | null {
  if (ignoredFindings.length === 0) return null;
  const are = ignoredFindings.length === 1 ? 'is' : 'are';
  return phrase`${plural(ignoredFindings.length, 'finding')} ${are} ignored by comments: ${listed(ignoredFindings)}.`;
}

/** What a pull request decides for itself is told. @param fails whether findings may fail the run */
export function addedIgnoresNotice(ignored: readonly Ignored[], fails: boolean): readonly Notice[] {
  const added = ignored.filter(({ isAdded }) => isAdded);
  if (added.length === 0) return [];
  const are = added.length === 1 ? 'is' : 'are';
  const judged = fails ? '; fail-on goes by the comments of the base' : '';
  const text = phrase`${plural(added.length, 'finding')} ${are} ignored by comments that this pull request adds: ${listed(added)}${judged}.`;
  return [{ code: 'ignores-added', message: plainText(text) }];
}

function listed(all: readonly Ignored[]): Phrase {
  const named = all.slice(0, MAX_NAMED).map(nameOf);
  const more = all.length - named.length;
  return enumerate(more > 0 ? [...named, phrase`${more} more`] : named);
}

function nameOf({ rule, comment }: Ignored): Phrase {
  const line = { file: comment.file, startLine: comment.line, endLine: comment.line };
  const reason = comment.reason === null ? 'no reason given' : message(comment.reason, 200);
  return phrase`${code(rule, 60)} (${place(line)}: ${reason})`;
}

/** Characters of a reason that are kept. */
const MAX_REASON = 500;

/** As reports have it. */
export function reportIgnored({ finding, comment, file, isAdded }: IgnoredFinding): Ignored {
  const { rule, severity, location, saving, evidence } = finding;
  const { line, scope, reason } = comment;
  return {
    rule,
    severity,
    location,
    bytes: saving?.bytes ?? evidence.bytes,
    comment: { file, line, scope, reason: reason?.slice(0, MAX_REASON) ?? null },
    isAdded,
  };
}
