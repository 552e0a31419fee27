import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { WasteReason } from '../../analysis/waste-reason.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** Files with those that a later chown or chmod wrote again, whole: who never writes them saves both. */
export interface RewrittenFiles {
  readonly files: readonly VisibleFile[];
  /** For `Leftovers.blamedLayer`: the layer that wrote each first. */
  readonly firstLayer: (file: VisibleFile) => number;
}

/** @param files of own layers that the final filesystem shows */
export function withRewritten(context: RuleContext, files: readonly VisibleFile[]): RewrittenFiles {
  const rewritten = hiddenByMetadata(context);
  const all: VisibleFile[] = [];
  const layers = new Map<VisibleFile, number>();
  for (const file of files) {
    const chain = [file];
    for (let next = rewritten.get(keyOf(file.layer, file.path)); next !== undefined; ) {
      chain.push(next);
      next = rewritten.get(keyOf(next.layer, next.path));
    }
    const first = chain.at(-1) ?? file;
    for (const each of chain) layers.set(each, first.layer);
    all.push(...chain);
  }
  return { files: all, firstLayer: file => layers.get(file) ?? file.layer };
}

const REASONS: ReadonlySet<WasteReason> = new Set<WasteReason>(['metadata-only', 'identical']);

/**
 * Files of own layers by the layer of the RUN that wrote them again, and their path. A COPY brings them of its own
 * accord.
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
  return new Map(
    hidden.map(({ path, bytes, writtenBy, hiddenBy }) => [
      keyOf(hiddenBy, path),
      { path, bytes, layer: writtenBy },
    ]),
  );
});

function keyOf(layer: number, path: string): string {
  return `${layer}:${path}`;
}
