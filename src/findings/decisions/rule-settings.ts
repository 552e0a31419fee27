import type { VisibleFile, VisibleFiles } from '../../analysis/image-analysis.ts';
import { DeadweightError } from '../../base/errors.ts';
import { editKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import { IgnoreFile } from '../../dockerfile/ignore-file.ts';
import type { FindingSeverity, FoundFinding } from '../finding.ts';
import type { Rule } from '../rule.ts';
import { RuleContext } from '../rule-context.ts';
import type { LeftOutFinding } from './left-out.ts';

/** What a rule may be set to: of `off` what it finds is counted, and no more. */
export const RULE_LEVELS = ['off', 'info', 'warning', 'error'] as const;

export type RuleLevel = (typeof RULE_LEVELS)[number];

/** What the user has decided about a rule. */
export interface RuleSetting {
  /** null leaves each finding the level that the rule gives it. */
  readonly level: RuleLevel | null;
  /** Smaller findings are left out, but for those that are not about bytes; null where the rule's own floor is enough. */
  readonly minBytes: number | null;
  /** Patterns as in a `.dockerignore`, from the root of the image: files that do not count. */
  readonly ignorePaths: readonly string[];
}

/** By the ids of rules. */
export type RuleSettings = ReadonlyMap<string, RuleSetting>;

export const NO_RULE_SETTINGS: RuleSettings = new Map();

/** What a rule finds, as it is set, and what is left out for that. */
export interface FoundAsSet {
  readonly findings: readonly FoundFinding[];
  readonly leftOut: readonly LeftOutFinding[];
}

export function findAsSet(rule: Rule, setting: RuleSetting | undefined, context: RuleContext): FoundAsSet {
  if (setting === undefined) return { findings: rule.find(context), leftOut: [] };
  const { level, minBytes, ignorePaths } = setting;
  const { found, without } = findWithout(rule, ignorePaths, context);
  const isSmall = (finding: FoundFinding): boolean => minBytes !== null && isBelow(finding, minBytes);
  const leftOut = [
    ...found.flatMap((finding): readonly LeftOutFinding[] => {
      if (level !== 'off' && !isSmall(finding)) return [];
      return [{ rule: rule.id, by: level === 'off' ? 'off' : 'min-bytes' }];
    }),
    ...Array.from({ length: without }, (): LeftOutFinding => ({ rule: rule.id, by: 'ignore-paths' })),
  ];
  if (level === 'off') return { findings: [], leftOut };
  const kept = found.filter(finding => !isSmall(finding));
  const findings =
    level === null ? kept : kept.map(finding => ({ ...finding, severity: level satisfies FindingSeverity }));
  return { findings, leftOut };
}

/** Neither what it tells of nor what it saves is as much. */
function isBelow({ evidence, saving }: FoundFinding, minBytes: number): boolean {
  const bytes = Math.max(evidence.bytes, saving?.bytes ?? 0);
  return bytes > 0 && bytes < minBytes;
}

/**
 * What the rule finds where the files are not, and how many findings that is less than with them. An edit that would take
 * them away as well is none.
 */
function findWithout(
  rule: Rule,
  patterns: readonly string[],
  context: RuleContext,
): { readonly found: readonly FoundFinding[]; readonly without: number } {
  const all = rule.find(context);
  if (patterns.length === 0) return { found: all, without: 0 };
  const isLeftOut = pathTest(patterns);
  // Packages and volumes are told of with their largest files, which no context is without.
  const isOfOthers = ({ evidence: { paths } }: FoundFinding): boolean =>
    paths.length === 0 || !paths.every(({ path }) => isLeftOut(path.replace(/\/$/, '')));
  const found = rule.find(withoutFiles(context, isLeftOut)).filter(isOfOthers);
  // With the same edits as before, they would take from the files what they took before.
  const taking = new Set(
    all
      .filter(({ freed }) => freed.some(({ path }) => isLeftOut(path)))
      .flatMap(({ edits }) => edits.map(editKey)),
  );
  return {
    found: found.map(finding =>
      finding.edits.some(edit => taking.has(editKey(edit))) ? { ...finding, edits: [] } : finding,
    ),
    without: Math.max(all.length - found.length, 0),
  };
}

/** Parts of patterns that are compared with characters of paths. Some seconds. */
const MAX_STEPS = 5e9;

function pathTest(patterns: readonly string[]): (path: string) => boolean {
  const file = new IgnoreFile(patterns.join('\n'), MAX_STEPS);
  return path => {
    const excluded = file.excludes(path);
    if (excluded !== null) return excluded;
    throw new DeadweightError('limit-exceeded', {
      message: 'The ignore-paths of a rule take too long to compare with the files of this image.',
      remedy: 'Use fewer or shorter patterns.',
    });
  };
}

/** A file with several names is left out with the last of them. */
function withoutFiles(
  { analysis, dockerfile, build }: RuleContext,
  isLeftOut: (path: string) => boolean,
): RuleContext {
  const visible = analysis.visibleFiles
    .values()
    .filter(({ path, otherNames }) => ![path, ...(otherNames ?? [])].every(isLeftOut))
    .toArray();
  const wastedFiles = analysis.wastedFiles.filter(({ path }) => !isLeftOut(path));
  return new RuleContext(
    { ...analysis, visibleFiles: new KeptFiles(visible), wastedFiles },
    dockerfile,
    build,
  );
}

class KeptFiles implements VisibleFiles {
  readonly #files: readonly VisibleFile[];

  constructor(files: readonly VisibleFile[]) {
    this.#files = files;
  }

  get length(): number {
    return this.#files.length;
  }

  values(minBytes = 0): IteratorObject<VisibleFile> {
    return this.#files.values().filter(({ bytes }) => bytes >= minBytes);
  }

  [Symbol.iterator](): Iterator<VisibleFile> {
    return this.#files.values();
  }
}
