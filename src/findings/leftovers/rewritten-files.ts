import type { VisibleFile, WastedFile } from '../../analysis/image-analysis.ts';
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
 * accord. Where a script changes mode or owner (`fix-permissions /opt`), the times that are as they were tell it.
 */
const hiddenByMetadata = memoize((context: RuleContext): ReadonlyMap<string, VisibleFile> => {
  const { analysis, ownFrom } = context;
  const hidden = analysis.wastedFiles.filter(
    ({ reason, writtenBy, hiddenBy }) =>
      REASONS.has(reason) &&
      writtenBy >= ownFrom &&
      writtenBy < hiddenBy &&
      context.instructionOf(hiddenBy)?.keyword === 'RUN',
  );
  const isTold = (layer: number): boolean => CHANGES_METADATA.test(context.instructionOf(layer)?.text ?? '');
  const untold = hidden.filter(({ reason, hiddenBy }) => reason === 'metadata-only' && !isTold(hiddenBy));
  const times = timesOf(context, untold);
  const keptTime = new Set(
    untold.filter(({ path, writtenBy, hiddenBy }) => {
      return times.get(keyOf({ layer: writtenBy, path })) === times.get(keyOf({ layer: hiddenBy, path }));
    }),
  );
  return new Map(
    hidden
      .filter(file => isTold(file.hiddenBy) || keptTime.has(file))
      .map(({ path, bytes, writtenBy, hiddenBy }) => [
        keyOf({ layer: hiddenBy, path }),
        { path, bytes, layer: writtenBy },
      ]),
  );
});

/** When the files of the layers that wrote and hid these were changed last, by layer and path. */
function timesOf({ analysis }: RuleContext, files: readonly WastedFile[]): ReadonlyMap<string, number> {
  const paths = new Set(files.map(({ path }) => path));
  const layers = new Set(files.flatMap(({ writtenBy, hiddenBy }) => [writtenBy, hiddenBy]));
  const times = new Map<string, number>();
  for (const layer of layers) {
    for (const { path, mtime } of analysis.scans[layer]?.entries ?? []) {
      if (paths.has(path)) times.set(keyOf({ layer, path }), mtime);
    }
  }
  return times;
}

function keyOf({ layer, path }: Pick<VisibleFile, 'layer' | 'path'>): string {
  return `${layer}:${path}`;
}
