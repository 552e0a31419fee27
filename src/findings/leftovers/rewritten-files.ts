import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { WasteReason } from '../../analysis/waste-reason.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/**
 * What a file is a copy of: the same file in own layers below, the nearest first, each of which a `chown`, `chmod` or
 * the like stored again, whole. Whoever never writes the lowest saves them all.
 */
export function findCopiesBelow(context: RuleContext, file: VisibleFile): readonly VisibleFile[] {
  const hidden = hiddenByMetadata(context);
  const copies: VisibleFile[] = [];
  if (hidden.size === 0) return copies;
  for (let next = hidden.get(keyOf(file)); next !== undefined; next = hidden.get(keyOf(next))) {
    // Of a file of which a part is told of, as much.
    copies.push({ ...next, bytes: Math.min(next.bytes, file.bytes) });
  }
  return copies;
}

/** Index of the layer in which an instruction wrote the file, not only its mode or owner. */
export function findWritingLayer(context: RuleContext, file: VisibleFile): number {
  return findCopiesBelow(context, file).at(-1)?.layer ?? file.layer;
}

const REASONS: ReadonlySet<WasteReason> = new Set<WasteReason>(['metadata-only', 'identical']);

/** A download that is made again may give the same file, too: it is not the first one's. */
const CHANGES_METADATA = /\b(?:chown|chmod|chgrp|setfacl|touch)\b/;

/**
 * Files of own layers by the layer of the RUN that stored them again, and their path. A COPY brings them of its own
 * accord.
 */
const hiddenByMetadata = memoize((context: RuleContext): ReadonlyMap<string, VisibleFile> => {
  const { analysis, ownFrom } = context;
  const changing = new Set(
    analysis.layers.flatMap(({ index }) => {
      const instruction = context.instructionOf(index);
      return instruction?.keyword === 'RUN' && CHANGES_METADATA.test(instruction.text) ? [index] : [];
    }),
  );
  if (changing.size === 0) return new Map();
  const hidden = analysis.wastedFiles.filter(
    ({ reason, writtenBy, hiddenBy }) =>
      REASONS.has(reason) && writtenBy >= ownFrom && writtenBy < hiddenBy && changing.has(hiddenBy),
  );
  return new Map(
    hidden.map(({ path, bytes, writtenBy, hiddenBy }) => [
      keyOf({ layer: hiddenBy, path }),
      { path, bytes, layer: writtenBy },
    ]),
  );
});

function keyOf({ layer, path }: Pick<VisibleFile, 'layer' | 'path'>): string {
  return `${layer}:${path}`;
}
