import { z } from 'zod';
import { type Phrase, phrase } from '../../base/phrase.ts';
import { type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { CacheKind, KnownPackageCache } from '../../package-managers/package-managers.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { fact } from '../fact.ts';
import type { Finding, FindingArgs } from '../finding.ts';
import { leftoverArgs } from '../leftovers/leftover-defect.ts';
import type { Defect } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { madeAt } from '../words/evidence-phrases.ts';

/** Clean-ups of their own leave some: locks, marks, npm's logs, what dnf knows of expired repositories. Bytes. */
export const MIN_CACHE_BYTES = 100_000;

/** The page of every rule about a cache. */
export const WHY_CACHES_MATTER =
  'A package manager keeps its cache for the next run, and an image has no next run. Empty the cache in the RUN that fills it, or keep it in a cache mount: what a later RUN deletes stays in its layer.';

/** Arguments of every rule about a cache. */
export function cacheArgs() {
  return leftoverArgs().extend({
    isCopied: z.boolean().describe('Whether the files were copied into the image'),
    isTold: z.boolean().describe('Whether the RUN has the option that should have kept them out'),
  });
}

export type CacheArgs = z.infer<ReturnType<typeof cacheArgs>>;

/** `of npm's cache written at Dockerfile:4 stays in the image`. */
export function cacheWhat({ noun }: KnownPackageCache, finding: Finding): Phrase {
  return phrase`of ${noun}${madeAt(finding)} stays in the image`;
}

export function cacheFix({ advice }: KnownPackageCache, { isCopied, isTold }: CacheArgs): Phrase {
  if (isCopied) return phrase`exclude them from the copy`;
  return isTold
    ? phrase`end the RUN by deleting them: the options that it gives the tool do not keep them out`
    : advice;
}

/** The edits take away, too, what of the kind their instructions wrote and later ones wrote anew. */
export function withHidden<Args extends FindingArgs>(
  context: RuleContext,
  kind: CacheKind,
  defect: Defect<Args>,
): Defect<Args> {
  const { edits = [], freed = [] } = defect;
  const lines = editedLines(edits);
  const hidden = hiddenOfKind(context, kind);
  if (lines.length === 0 || hidden.length === 0) return defect;
  const known = new Set(freed.map(({ layer, path }) => `${layer} ${path}`));
  const more = hidden.filter(({ layer, path }) => {
    const line = context.instructionOf(layer)?.startLine ?? 0;
    return lines.some(([first, last]) => line >= first && line <= last) && !known.has(`${layer} ${path}`);
  });
  return { ...defect, freed: [...freed, ...more] };
}

function editedLines(edits: readonly DockerfileEdit[]): readonly (readonly [first: number, last: number])[] {
  return edits.flatMap(edit => {
    if (edit.kind === 'ignore') return [];
    return [[edit.line, edit.kind === 'merge-runs' ? edit.lastLine : edit.line] as const];
  });
}

/** What of the kind own layers hold that later ones hide; not what a layer hides itself. */
export function hiddenOfKind(context: RuleContext, kind: CacheKind): readonly FreedFile[] {
  return hiddenByKind(context).get(kind) ?? [];
}

const hiddenByKind = fact(
  ({ analysis, ownFrom }: RuleContext): ReadonlyMap<KnownKind | null, readonly FreedFile[]> => {
    const known = new KnownPaths();
    const files = analysis.wastedFiles
      .filter(({ writtenBy, hiddenBy }) => writtenBy >= ownFrom && writtenBy !== hiddenBy)
      .map(({ path, bytes, writtenBy }) => ({ layer: writtenBy, path, bytes }));
    return Map.groupBy(files, ({ path }) => known.kindOf(path));
  },
);
