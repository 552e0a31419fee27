import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { DeadweightError } from '../../base/errors.ts';
import { Retries, type RetryPolicy, retry, type Sleep } from '../../base/retry.ts';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import { causeOf, isPassing } from '../../build/failure-cause.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { Fix } from '../../findings/fix/fix.ts';
import { type EditedTexts, editTexts, type FixableFiles } from '../../findings/fix/patch.ts';
import { unionOfSavings } from '../../findings/freed-bytes.ts';
import type { DROP_REASONS } from '../../report/fix-report.ts';
import { UNPROVEN_REASON } from '../../report/sentences/unmade-phrase.ts';
import { type BuildContext, buildAndWeigh } from '../weigh/built-image.ts';
import type { Unwanted } from './chosen-fixes.ts';
import { checkImage } from './fix-check.ts';
import { needsProof } from './needs-proof.ts';

/** What became of a fix. */
export type FixOutcome =
  | { readonly kind: 'predicted' }
  /** The fixed Dockerfile was built, and the image is smaller by this. Bytes; compressed where it is known of both. */
  | { readonly kind: 'proven'; readonly bytes: number; readonly compressedBytes: number | null }
  /** One sentence: why it was left out. */
  | { readonly kind: 'dropped'; readonly why: DropReason; readonly reason: string };

/**
 * Why a fix is left out: `refused` its edits cannot be made, `unproven` only a build could tell that it is safe, `network`
 * nothing could be built, `not-chosen` its rule was not asked for, `declined` somebody said no.
 */
export type DropReason = (typeof DROP_REASONS)[number];

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
  /** Command that must succeed in the fixed image; null where none is to. */
  readonly check: string | null;
}

export interface ProofContext extends BuildContext {
  /** Where relative paths of the inputs start. */
  readonly cwd: string;
  /** Waits before a build is tried again; really waits when absent. */
  readonly sleep?: Sleep;
}

/** Drops what cannot be made; nothing is built. */
export function predictFixes({ files, fixes }: Pick<ProofRequest, 'files' | 'fixes'>): JudgedFixes {
  const judged = fixes.map((fix): JudgedFix => {
    if (needsProof(fix)) return { fix, outcome: dropped('unproven', UNPROVEN_REASON) };
    const texts = editTexts(files, fix.edits);
    if ('reason' in texts) return { fix, outcome: dropped('refused', texts.reason) };
    return { fix, outcome: { kind: 'predicted' } };
  });
  for (let kept = keptOf(judged); kept.length > 0; kept = keptOf(judged)) {
    const texts = editTexts(files, editsOf(kept));
    if (!('reason' in texts)) {
      return { fixes: judged, all: { kind: 'predicted' }, bytes: unionOfSavings(kept), texts };
    }
    dropLeast(judged, dropped('refused', texts.reason));
  }
  return noneOf(judged);
}

/** Where fixes do not hold together, the least of them goes. */
function dropLeast(
  judged: JudgedFix[],
  { why, reason }: Extract<FixOutcome, { readonly kind: 'dropped' }>,
): void {
  const least = judged.findLastIndex(({ outcome }) => outcome.kind !== 'dropped');
  const fix = judged[least]?.fix;
  if (fix !== undefined)
    judged[least] = { fix, outcome: dropped(why, `Together with the others: ${reason}`) };
}

function dropped(why: DropReason, reason: string): Extract<FixOutcome, { readonly kind: 'dropped' }> {
  return { kind: 'dropped', why, reason };
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
  if (fixes.length > 0) await checkOriginal(request, context);
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
    dropLeast(
      judged,
      all.kind === 'dropped' ? all : dropped('refused', 'reason' in texts ? texts.reason : ''),
    );
  }
  return noneOf(judged);
}

const WORDS = {
  'not-chosen': 'Its rule was not asked for.',
  declined: 'It was declined.',
} as const satisfies Readonly<Record<Unwanted, string>>;

/** With the fixes that nobody wanted, in their places among all. */
export function withUnwanted(
  judged: JudgedFixes,
  all: readonly Fix[],
  unwanted: ReadonlyMap<Fix, Unwanted>,
): JudgedFixes {
  if (unwanted.size === 0) return judged;
  const known = new Map(judged.fixes.map(each => [each.fix, each]));
  const fixes = all.flatMap((fix): readonly JudgedFix[] => {
    const why = unwanted.get(fix);
    const found = known.get(fix);
    if (why !== undefined) return [{ fix, outcome: dropped(why, WORDS[why]) }];
    return found === undefined ? [] : [found];
  });
  return { ...judged, fixes };
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
  if ('reason' in texts) return dropped('refused', texts.reason);
  try {
    const fixed = await buildPatiently(texts, title, request, context);
    const { analysis, check } = request;
    const bytes = analysis.size - fixed.size;
    if (bytes <= 0) return dropped('saves-nothing', 'It saves nothing.');
    const problem =
      check === null ? null : await checkImage(check, texts, `Check: ${title}`, request, context);
    if (problem !== null)
      return dropped('check-failed', `The fix-check fails in the fixed image: ${problem}`);
    const isKnown = analysis.compressedSize !== null && fixed.compressedSize !== null;
    const compressed = isKnown ? (analysis.compressedSize ?? 0) - (fixed.compressedSize ?? 0) : null;
    return { kind: 'proven', bytes, compressedBytes: compressed };
  } catch (error) {
    if (!(error instanceof DeadweightError) || error.code !== 'build-failed') throw error;
    if (isPassing(error))
      return dropped('network', `It was tried ${RETRIES.maxAttempts} times and not built: ${causeOf(error)}`);
    return dropped('does-not-build', `It does not build: ${causeOf(error)}`);
  }
}

/** @throws DeadweightError `usage` where the command fails in the image that nobody has changed */
async function checkOriginal(request: ProofRequest, context: ProofContext): Promise<void> {
  const { check, files } = request;
  if (check === null) return;
  const texts = { dockerfile: files.dockerfile.text, ignore: files.ignore.text };
  const problem = await checkImage(check, texts, 'Check the image as it is', request, context);
  if (problem === null) return;
  throw new DeadweightError('usage', {
    message: `The command of fix-check fails in the image as it is: ${problem}`,
    remedy: 'Correct the command: it is run by /bin/sh in the image, as its user and without a network.',
  });
}

/** Times are milliseconds: a mirror that is being updated needs some. */
const RETRIES: RetryPolicy = { maxAttempts: 3, firstWait: 3_000, maxWait: 30_000, maxTotalWait: 60_000 };

/** What fails for the network's sake is tried again. */
function buildPatiently(
  texts: EditedTexts,
  title: string,
  request: ProofRequest,
  context: ProofContext,
): Promise<ImageAnalysis> {
  const isWorthAnother = (error: unknown): boolean =>
    error instanceof DeadweightError && error.code === 'build-failed' && isPassing(error);
  return retry(() => buildFixed(texts, title, request, context), new Retries(RETRIES, context.sleep), {
    ofError: error => (isWorthAnother(error) ? { after: null } : null),
  });
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
