import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { formatPlatform } from '../base/platform.ts';
import { unifiedDiff } from '../dockerfile/edit/unified-diff.ts';
import type { FixableFiles } from '../findings/fix/fixable-files.ts';
import { FIX_REPORT_VERSION, type FixReport, type ReportedFix } from '../report/fix-report.ts';
import type { FixRequest } from './config/request.ts';
import type { Environment } from './environment.ts';
import { isBuiltFrom, readDockerfileFiles } from './fix/dockerfile-files.ts';
import { type FixOutcome, type JudgedFixes, predictFixes, proveFixes } from './fix/proof.ts';
import { writeOutputFile } from './publish/output-file.ts';
import { VERSION } from './version.ts';
import { type BuiltSide, buildAndWeigh } from './weigh/build-side.ts';
import type { ExaminedImage } from './weigh/examine.ts';
import { builtImageName } from './weigh/image-name.ts';

/**
 * Builds, looks for what can be fixed safely, proves it where that is asked for, and writes the files.
 * @throws DeadweightError `build-failed`, `dockerfile-missing`, `usage`, `permission-denied`, …
 */
export async function fixDockerfile(request: FixRequest, environment: Environment): Promise<FixReport> {
  const { inputs } = request;
  if (inputs.platforms.length > 1) throw severalPlatforms();
  const files = await readDockerfileFiles(inputs, environment.cwd);
  const options = { cwd: environment.cwd, pins: {}, attestation: null, title: 'Build', examines: true };
  const side = await buildAndWeigh(inputs, options, environment);
  const [image] = side.images;
  if (image === undefined) throw new Error('a build that succeeds has an image');
  // The lines of the edits are those of what BuildKit read.
  if (!isBuiltFrom(side.build, files)) throw changedMeanwhile(files.dockerfile.path);
  const judged = await judge(request, files, side, image, environment);
  const changes = changesOf(files, judged);
  if (request.writes) await writeAll(changes, environment.cwd);
  return {
    schemaVersion: FIX_REPORT_VERSION,
    tool: { name: 'deadweight', version: VERSION },
    title: builtImageName(inputs, request.title, environment.cwd).title,
    platform: formatPlatform(image.analysis.platform),
    dockerfile: files.dockerfile.path,
    ...reported(judged, image),
    files: changes.map(({ path, before, after }) => ({
      path,
      diff: unifiedDiff(path, before, after),
      written: request.writes,
    })),
    notices: noticesOf(side, image, judged),
  };
}

function judge(
  { inputs, proves }: FixRequest,
  files: FixableFiles,
  side: BuiltSide,
  image: ExaminedImage,
  environment: Environment,
): Promise<JudgedFixes> | JudgedFixes {
  const { analysis, fixes } = image;
  if (!proves) return predictFixes({ files, fixes: fixes.map(({ fix }) => fix) });
  return proveFixes({ inputs, side, analysis, files, fixes: fixes.map(({ fix }) => fix) }, environment);
}

interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

function changesOf({ dockerfile, ignore }: FixableFiles, { texts }: JudgedFixes): readonly Change[] {
  if (texts === null) return [];
  return [
    { path: dockerfile.path, before: dockerfile.text, after: texts.dockerfile },
    { path: ignore.path, before: ignore.text, after: texts.ignore },
  ].filter(({ before, after }) => before !== after);
}

/**
 * A link stays a link: what it leads to is written. What somebody changed while it was built is not lost.
 * @throws DeadweightError `usage`, and as `writeOutputFile`
 */
async function writeAll(changes: readonly Change[], cwd: string): Promise<void> {
  for (const { path, before } of changes) {
    const now = await readFile(resolve(cwd, path), 'utf8').catch(() => '');
    if (now !== before) throw changedMeanwhile(path);
  }
  for (const { path, after } of changes) {
    const full = resolve(cwd, path);
    await writeOutputFile(await realpath(full).catch(() => full), after);
  }
}

function reported(judged: JudgedFixes, image: ExaminedImage): Pick<FixReport, 'fixes' | 'all'> {
  const compressedOf = new Map(image.fixes.map(({ fix, compressedBytes }) => [fix, compressedBytes]));
  const fixes = judged.fixes.map(({ fix, outcome }) => ({
    edits: [...fix.edits],
    findings: [...fix.findings],
    predicted: { bytes: fix.bytes, compressedBytes: compressedOf.get(fix) ?? null },
    measured: measuredOf(outcome),
    outcome: outcome.kind,
    reason: outcome.kind === 'dropped' ? outcome.reason : null,
  }));
  const kept = fixes.filter(({ outcome }) => outcome !== 'dropped').map(({ predicted }) => predicted);
  const predicted = { bytes: judged.bytes, compressedBytes: together(kept, judged.bytes) };
  return { fixes, all: judged.all && { predicted, measured: measuredOf(judged.all) } };
}

function measuredOf(outcome: FixOutcome): ReportedFix['measured'] {
  if (outcome.kind !== 'proven') return null;
  const { bytes, compressedBytes } = outcome;
  return { bytes, compressedBytes };
}

/** Fixes that free the same bytes do not add up, compressed no more than uncompressed. */
function together(savings: readonly ReportedFix['predicted'][], bytes: number): number | null {
  if (savings.reduce((sum, saving) => sum + saving.bytes, 0) !== bytes) return null;
  return savings.reduce<number | null>(
    (sum, { compressedBytes }) => (sum === null || compressedBytes === null ? null : sum + compressedBytes),
    0,
  );
}

/** A layer that came from the cache may be older than what the proof fetched. */
function noticesOf(side: BuiltSide, image: ExaminedImage, { fixes }: JudgedFixes): Notice[] {
  const isProven = fixes.some(({ outcome }) => outcome.kind === 'proven');
  const touched = new Set(
    fixes.flatMap(({ fix }) => fix.edits.flatMap(edit => ('line' in edit ? edit.line : []))),
  );
  const cached = image.analysis.layers.filter(
    ({ cache, instruction }) => cache === 'cached' && instruction && touched.has(instruction.startLine),
  );
  const lines = [...new Set(cached.map(({ instruction }) => instruction?.startLine))];
  const where = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
  const stale: Notice = {
    code: 'proof-against-cache',
    message: `What was measured is against layers that came from the cache (${where}): what their commands would fetch anew today is in the difference.`,
  };
  return [...side.build.notices, ...image.notices, ...(isProven && cached.length > 0 ? [stale] : [])];
}

function changedMeanwhile(path: string): DeadweightError {
  return new DeadweightError('usage', {
    message: `${path} was changed while it was built, so nothing was written.`,
    remedy: 'Run it again.',
  });
}

function severalPlatforms(): DeadweightError {
  return new DeadweightError('usage', {
    message: 'A Dockerfile is fixed for one platform at a time.',
    remedy: 'Give one --platform.',
  });
}
