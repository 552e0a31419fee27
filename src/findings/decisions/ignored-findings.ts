import type { Notice } from '../../base/notice.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type IgnoreComment, readIgnoreComments } from '../../dockerfile/ignore-comment.ts';
import type { FoundFinding } from '../finding.ts';
import { findAddedIgnores } from './added-comments.ts';
import { ignoreNotices } from './ignore-notices.ts';
import type { RuleSettings } from './rule-settings.ts';

/** A finding that a comment of the Dockerfile ignores: it is counted, and not shown. */
export interface IgnoredFinding {
  readonly finding: FoundFinding;
  readonly comment: IgnoreComment;
  /** Of the comment, as locations name it. */
  readonly file: string;
  /** Whether the pull request that is judged brings the comment along. */
  readonly isAdded: boolean;
}

/** What the user has decided about findings. */
export interface Decisions {
  readonly rules: RuleSettings;
  /** The comments of the baseline's Dockerfile that a pull request is judged by; null where all of the head's count. */
  readonly baselineIgnores: readonly IgnoreComment[] | null;
}

export interface PartedFindings {
  readonly findings: readonly FoundFinding[];
  readonly ignored: readonly IgnoredFinding[];
  /** Of comments that name no rule, ignore nothing, or are not understood. */
  readonly notices: readonly Notice[];
}

/** Parts what is found from what comments of the Dockerfile ignore. Without a Dockerfile there are none. */
export function partIgnored(
  found: readonly FoundFinding[],
  dockerfile: BuiltDockerfile | null,
  { rules, baselineIgnores }: Decisions,
): PartedFindings {
  if (dockerfile === null) return { findings: found, ignored: [], notices: [] };
  const written = readIgnoreComments(dockerfile.file);
  const { comments } = written;
  const isNew =
    baselineIgnores === null ? () => false : findAddedIgnores(comments, baselineIgnores, dockerfile.file);
  const findings: FoundFinding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of found) {
    const matching = comments.filter(comment => ignores(comment, finding, dockerfile.file.file));
    // One that the baseline has, too, counts before one that a pull request adds.
    const comment = matching.find(each => !isNew(each, finding.rule)) ?? matching[0];
    if (comment === undefined) findings.push(finding);
    else
      ignored.push({ finding, comment, file: dockerfile.file.file, isAdded: isNew(comment, finding.rule) });
  }
  return { findings, ignored, notices: ignoreNotices(written, ignored, dockerfile, rules) };
}

/** Where the bytes were written, or where they were hidden. */
function ignores(
  { scope, rules, instruction }: IgnoreComment,
  { rule, location, related }: FoundFinding,
  file: string,
): boolean {
  if (!rules.includes(rule)) return false;
  if (scope === 'file') return true;
  return [location, related].some(
    place =>
      place !== null &&
      instruction !== null &&
      place.file === file &&
      instruction.startLine <= place.startLine &&
      place.startLine <= instruction.endLine,
  );
}
