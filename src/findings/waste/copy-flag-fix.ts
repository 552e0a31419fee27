import type { WastedFile } from '../../analysis/image-analysis.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { directoryAges } from './directory-ages.ts';
import {
  type CopyUp,
  type EarlyFix,
  EarlyMetadata,
  type MetadataWriter,
  NO_EARLY_FIX,
} from './early-metadata.ts';

/** The instructions of an image that are to set owner or mode themselves. */
export const copyFlagFixes = memoize((context: RuleContext) => new CopyFlagFixes(context));

/**
 * Which instructions are to set owner or mode of what they write themselves (`--chown`, `--chmod`, or a command at the end
 * of a RUN), so that no later RUN copies their files to do it.
 */
class CopyFlagFixes {
  readonly #fixes = new Map<string, EarlyFix>();

  constructor(context: RuleContext) {
    const { dockerfile } = context;
    const copyUps = copyUpsOf(context);
    if (dockerfile === null || copyUps.length === 0) return;
    const ages = directoryAges(context);
    for (const copyUp of copyUps) {
      const fix = new EarlyMetadata(context, copyUp, ages).fix();
      if (fix.edits.length === 0 || editProblem(dockerfile.file, fix.edits) !== null) continue;
      for (const layer of fix.layers) this.#fixes.set(`${layer} ${copyUp.hiddenBy}`, fix);
    }
  }

  /** What spares the copies that one layer made of another's files, and whether one of them is made all the same. */
  fixFor({ writtenBy, hiddenBy }: Pick<WastedFile, 'writtenBy' | 'hiddenBy'>): EarlyFix {
    return this.#fixes.get(`${writtenBy} ${hiddenBy}`) ?? NO_EARLY_FIX;
  }
}

function copyUpsOf(context: RuleContext): readonly CopyUp[] {
  const writersOf = new Map<number, Set<number>>();
  for (const { reason, writtenBy, hiddenBy } of context.analysis.wastedFiles) {
    if (reason !== 'metadata-only') continue;
    writersOf.set(hiddenBy, (writersOf.get(hiddenBy) ?? new Set()).add(writtenBy));
  }
  return [...writersOf].flatMap(([hiddenBy, layers]) => {
    const hider = context.instructionOf(hiddenBy);
    for (const layer of emptyWriters(context, hiddenBy)) layers.add(layer);
    const writers = [...layers]
      .sort((a, b) => a - b)
      .flatMap((layer): MetadataWriter[] => {
        const instruction = context.instructionOf(layer);
        return instruction === null ? [] : [{ layer, instruction }];
      });
    return hider?.keyword === 'RUN' ? [{ hider, hiddenBy, writers }] : [];
  });
}

/** Layers whose files without a byte it stored again: they are no waste, and have to be set where they are written, too. */
function emptyWriters({ analysis, ownFrom }: RuleContext, hiddenBy: number): readonly number[] {
  const stored = new Set<string>();
  for (const { kind, path, size } of analysis.scans[hiddenBy]?.entries ?? [])
    if (kind === 'file' && size === 0) stored.add(path);
  if (stored.size === 0) return [];
  return analysis.scans.flatMap(({ entries }, layer) => {
    if (layer < ownFrom || layer >= hiddenBy) return [];
    for (let index = 0; index < entries.length; index += 1) {
      const isEmpty = entries.isFile(index) && entries.sizeOf(index) === 0;
      if (isEmpty && stored.has(entries.pathOf(index))) return [layer];
    }
    return [];
  });
}
