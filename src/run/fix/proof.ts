import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { DeadweightError } from '../../base/errors.ts';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Fix } from '../../findings/fix/fix.ts';
import { type EditedTexts, editTexts, type FixableFiles } from '../../findings/fix/patch.ts';
import { unionOfSavings } from '../../findings/freed-bytes.ts';
import { type BuildContext, buildAndWeigh } from '../weigh/built-image.ts';

/** What became of a fix. */
export type FixOutcome =
  | { readonly kind: 'predicted' }
  /** The fixed Dockerfile was built, and the image is smaller by this. Bytes; compressed where it is known of both. */
  | { readonly kind: 'proven'; readonly bytes: number; readonly compressedBytes: number | null }
  /** One sentence: why it was left out. */
  | { readonly kind: 'dropped'; readonly reason: string };

export interface JudgedFix {
  readonly fix: Fix;
  readonly outcome: FixOutcome;
}

export interface JudgedFixes {
  readonly fixes: readonly JudgedFix[];
  /** Of all that were not dropped, made together: proven, or merely predicted. null when none is left. */
  readonly all: Exclude<FixOutcome, { readonly kind: 'dropped' }> | null;
  /** Of those, what they are to free together: uncompressed bytes, each once. */
  readonly bytes: number;
  /** With all of them made; null when none is left. */
  readonly texts: EditedTexts | null;
}

export interface ProofRequest {
  readonly inputs: BuildInputs;
  /** Digests that the build resolved FROM to, by name. */
  readonly pins: Readonly<Record<string, string>>;
  /** What was built of them. */
  readonly analysis: ImageAnalysis;
  readonly files: FixableFiles;
  readonly fixes: readonly Fix[];
}

export interface ProofContext extends BuildContext {
  /** Where relative paths of the inputs start. */
  readonly cwd: string;
}

/** Drops what cannot be made; nothing is built. */
export function predictFixes({ files, fixes }: Pick<ProofRequest, 'files' | 'fixes'>): JudgedFixes {
  const judged = fixes.map((fix): JudgedFix => {
    const texts = editTexts(files, fix.edits);
    if ('reason' in texts) return { fix, outcome: { kind: 'dropped', reason: texts.reason } };
    return { fix, outcome: { kind: 'predicted' } };
  });
  const kept = keptOf(judged);
  const texts = kept.length === 0 ? null : editTexts(files, editsOf(kept));
  if (texts === null || 'reason' in texts) return noneOf(judged);
  return { fixes: judged, all: { kind: 'predicted' }, bytes: unionOfSavings(kept), texts };
}

function noneOf(fixes: readonly JudgedFix[]): JudgedFixes {
  return { fixes, all: null, bytes: 0, texts: null };
}

function editsOf(fixes: readonly Fix[]): readonly DockerfileEdit[] {
  return fixes.flatMap(({ edits }) => edits);
}

/**
 * Builds the Dockerfile with each fix, and with all that hold, on the same builder and cache. A fix whose build fails
 * or which saves nothing is dropped.
 */
export async function proveFixes(request: ProofRequest, context: ProofContext): Promise<JudgedFixes> {
  const { files, fixes } = request;
  const judged: JudgedFix[] = [];
  for (const [index, fix] of fixes.entries()) {
    const title = `Prove fix ${index + 1} of ${fixes.length}`;
    judged.push({ fix, outcome: await outcomeOf([fix], title, request, context) });
  }
  for (let kept = keptOf(judged); kept.length > 0; kept = keptOf(judged)) {
    const [only] = judged.filter(({ outcome }) => outcome.kind === 'proven');
    const all =
      kept.length === 1 && only
        ? only.outcome
        : await outcomeOf(kept, `Prove all ${kept.length} fixes together`, request, context);
    const texts = editTexts(files, editsOf(kept));
    if (all.kind !== 'dropped' && !('reason' in texts)) {
      return { fixes: judged, all, bytes: unionOfSavings(kept), texts };
    }
    // Together they do not hold: the least of them goes.
    const least = judged.findLastIndex(({ outcome }) => outcome.kind !== 'dropped');
    const fix = judged[least]?.fix;
    if (fix === undefined) break;
    const why = all.kind === 'dropped' ? all.reason : '';
    judged[least] = { fix, outcome: { kind: 'dropped', reason: `Together with the others: ${why}` } };
  }
  return noneOf(judged);
}

function keptOf(judged: readonly JudgedFix[]): readonly Fix[] {
  return judged.filter(({ outcome }) => outcome.kind !== 'dropped').map(({ fix }) => fix);
}

async function outcomeOf(
  fixes: readonly Fix[],
  title: string,
  request: ProofRequest,
  context: ProofContext,
): Promise<FixOutcome> {
  const texts = editTexts(request.files, editsOf(fixes));
  if ('reason' in texts) return { kind: 'dropped', reason: texts.reason };
  try {
    const fixed = await buildFixed(texts, title, request, context);
    const { analysis } = request;
    const bytes = analysis.size - fixed.size;
    if (bytes <= 0) return { kind: 'dropped', reason: 'It saves nothing.' };
    const isKnown = analysis.compressedSize !== null && fixed.compressedSize !== null;
    const compressed = isKnown ? (analysis.compressedSize ?? 0) - (fixed.compressedSize ?? 0) : null;
    return { kind: 'proven', bytes, compressedBytes: compressed };
  } catch (error) {
    if (!(error instanceof DeadweightError) || error.code !== 'build-failed') throw error;
    return { kind: 'dropped', reason: `It does not build. ${error.message}` };
  }
}

/** Nothing of the user's is touched: the edited files stand in a folder of their own, beside each other. */
async function buildFixed(
  texts: EditedTexts,
  title: string,
  { inputs, pins }: ProofRequest,
  context: ProofContext,
): Promise<ImageAnalysis> {
  await mkdir(context.temporaryDir, { recursive: true });
  const folder = await mkdtemp(join(context.temporaryDir, 'fix-'));
  try {
    const file = join(folder, 'Dockerfile');
    await writeFile(file, texts.dockerfile);
    await writeFile(`${file}.dockerignore`, texts.ignore);
    // What changed nothing is to come from the cache, and FROM is to be what it was.
    const same = { file, 'no-cache': false, 'no-cache-filters': [], pull: false };
    const fixed = { ...withoutOutputs(inputs), ...same };
    const options = { cwd: context.cwd, pins, attestation: null, title };
    const [analysis] = (await buildAndWeigh(fixed, options, context)).analyses;
    if (analysis === undefined) throw new Error('a build that succeeds has an image');
    return analysis;
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
