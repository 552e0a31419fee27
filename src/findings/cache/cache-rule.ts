import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { CacheKind } from '../../compare/known-cache.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { type Claim, predictedSaving } from '../finding.ts';
import { leftoverFindings } from '../leftover.ts';
import { usesOf } from '../recipe/program-use.ts';
import { areLinkedTo } from '../recipe/removal.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { cacheEdits, cacheRoots, hiddenOfKind, isRunBy } from './cache-fix.ts';
import type { CacheSpec } from './cache-spec.ts';

/** Clean-ups of their own leave some: locks, marks, npm's logs, what dnf knows of expired repositories. Bytes. */
export const CACHE_FLOOR = 100_000;

export type CacheArgs = {
  /** Whether the files were copied into the image. */
  readonly isCopied: boolean;
  /** Whether the RUN has the option that should have kept them out. */
  readonly isTold: boolean;
};

/** Tells what a package manager keeps for its next run. Arguments: `CacheArgs`. */
export function cacheRule(spec: CacheSpec): Rule {
  const { kind, tool, option } = spec;
  return {
    id: kind,
    find: subject => {
      const files = leftFiles(subject, spec);
      const found = leftoverFindings(subject, files, {
        rule: kind,
        severity: 'warning',
        floor: CACHE_FLOOR,
        args: ({ instruction }): CacheArgs => {
          const writing = instruction === null ? [] : usesOf(instruction, tool).writing;
          return {
            isCopied: instruction !== null && instruction.keyword !== 'RUN',
            isTold: option !== undefined && writing.some(({ words }) => words.includes(option)),
          };
        },
        edits: (instruction, group) => cacheEdits(subject, spec, instruction, group),
      });
      return found.map(each => withHidden(subject, kind, each));
    },
  };
}

function leftFiles(subject: Subject, { kind, neededBy, select }: CacheSpec): readonly VisibleFile[] {
  const all = subject.filesOfKind(kind);
  const files = select === undefined || all.length === 0 ? all : select(all, subject);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes < CACHE_FLOOR || isRunBy(subject, neededBy) || areLinkedTo(subject, cacheRoots(files))) return [];
  return files;
}

/** The edits take away, too, what of the kind their instructions wrote and later ones wrote anew. */
export function withHidden(subject: Subject, kind: CacheKind, found: ClaimedFinding): ClaimedFinding {
  const { finding, claims } = found;
  const lines = editedLines(finding.edits);
  const hidden = hiddenOfKind(subject, kind);
  if (lines.length === 0 || hidden.length === 0) return found;
  const known = new Set(claims.map(({ layer, path }) => `${layer} ${path}`));
  const more = hidden.filter(({ layer, path }) => {
    const line = subject.instructionOf(layer)?.startLine ?? 0;
    return lines.some(([first, last]) => line >= first && line <= last) && !known.has(`${layer} ${path}`);
  });
  const all: readonly Claim[] = [...claims, ...more];
  const bytes = all.reduce((sum, claim) => sum + claim.bytes, 0);
  return { finding: { ...finding, saving: predictedSaving(bytes) }, claims: all };
}

function editedLines(edits: readonly DockerfileEdit[]): readonly (readonly [first: number, last: number])[] {
  return edits.flatMap(edit => {
    if (edit.kind === 'ignore') return [];
    return [[edit.line, edit.kind === 'merge-runs' ? edit.lastLine : edit.line] as const];
  });
}
