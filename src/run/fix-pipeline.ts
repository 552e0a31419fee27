import { DeadweightError } from '../base/errors.ts';
import { formatPlatform } from '../base/platform.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildResult } from '../build/build-result.ts';
import { createSnapshot, sourcesOf } from '../compare/snapshot-of.ts';
import { unifiedDiff } from '../dockerfile/edit/unified-diff.ts';
import type { Fix } from '../findings/fix/fix.ts';
import { editTexts, type FixableFiles } from '../findings/fix/patch.ts';
import type { FixReport, ReportedFix } from '../report/fix-report.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import { checkRules, type FixAnswer, findUnwanted } from './fix/chosen-fixes.ts';
import {
  changedMeanwhile,
  changesOf,
  isBuiltFrom,
  readDockerfileFiles,
  writeChanges,
} from './fix/dockerfile-files.ts';
import { needsProof } from './fix/needs-proof.ts';
import { type JudgedFixes, predictFixes, proveFixes, withUnwanted } from './fix/proof.ts';
import { buildFixReport, describeFix } from './fix/proven-fixes.ts';
import { recordProofs } from './fix/proven-image.ts';
import { buildAndExamine, type ExaminedBuild } from './weigh/built-image.ts';
import { describeBuild } from './weigh/described-build.ts';
import type { ExaminedImage } from './weigh/examine.ts';
import { builtImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, LOCAL_ORIGIN, type ReportedImage } from './weigh/image-report.ts';

export interface FixRequest {
  readonly inputs: BuildInputs;
  readonly options: Pick<OptionValues, 'dry-run' | 'fix-check' | 'interactive' | 'only' | 'prove'>;
  readonly settings: Settings;
  /** Where the paths that reports name start; null names files as the inputs do. */
  readonly namesFrom: string | null;
  /** Asks whether a fix is to be made; null where nobody can be asked. */
  readonly ask: AskForFix | null;
}

/** @param diff of the files with this fix alone */
export type AskForFix = (
  fix: ReportedFix,
  diff: string,
  place: { readonly index: number; readonly count: number; readonly dockerfile: string },
) => Promise<FixAnswer>;

export interface FixedDockerfile {
  readonly report: FixReport;
  /** The image as it was before the fixes, with what each of them saves; made when it is asked for. */
  readonly image: () => ReportedImage;
}

/**
 * Builds, looks for what can be fixed safely, proves it where that is asked for, and writes the files.
 * @throws DeadweightError `build-failed`, `dockerfile-missing`, `usage`, `permission-denied`, …
 */
export async function fixDockerfile(request: FixRequest, environment: Environment): Promise<FixedDockerfile> {
  const { inputs, settings, namesFrom } = request;
  const { 'dry-run': isDry } = request.options;
  const { cwd } = environment;
  if (inputs.platforms.length > 1) throw severalPlatforms();
  checkRules(request.options.only);
  if (request.options.interactive && request.ask === null) throw nobodyToAsk();
  if (request.options['fix-check'] !== null && !request.options.prove) throw checkWithoutProof();
  const place = namesFrom === null ? { cwd } : { cwd, namesFrom };
  const files = await readDockerfileFiles(inputs, place);
  const options = { ...place, pins: {}, attestation: null, title: 'Build' };
  const { build, images } = await buildAndExamine(inputs, options, settings.decisions, environment);
  const [image] = images;
  if (image === undefined) throw new Error('a build that succeeds has an image');
  // The lines of the edits are those of what BuildKit read.
  if (!isBuiltFrom(build, files)) throw changedMeanwhile(files.dockerfile.path);
  const judged = await judgeFixes(request, files, build, image, environment);
  const changes = changesOf(files, judged.texts);
  if (!isDry) await writeChanges(changes, cwd);
  const report = buildFixReport({
    image,
    judged,
    changes,
    writes: !isDry,
    title: builtImageName(inputs, settings.title, cwd).title,
    dockerfile: files.dockerfile.path,
    text: files.dockerfile.text,
    only: request.options.only,
    notices: build.notices,
  });
  return {
    report,
    image: () => reportImage(request, build, recordProofs(image, judged), files, environment),
  };
}

function reportImage(
  { inputs, settings }: FixRequest,
  build: BuildResult,
  image: ExaminedImage,
  fixable: FixableFiles,
  { cwd, secrets, clock }: Environment,
): ReportedImage {
  const { analysis } = image;
  const name = builtImageName(inputs, settings.title, cwd);
  const sources = sourcesOf(build, inputs.target);
  return buildReport({
    image,
    settings,
    snapshot: () => createSnapshot(analysis, null, sources),
    compared: null,
    fixable,
    openable: null,
    build: describeBuild(build, analysis, null),
    dockerfile: build.dockerfile,
    title: name.title,
    key: reportKey(name, inputs.target, formatPlatform(analysis.platform)),
    origin: LOCAL_ORIGIN,
    notices: build.notices,
    secrets,
    now: clock.now(),
  });
}

async function judgeFixes(
  request: FixRequest,
  files: FixableFiles,
  { pins }: ExaminedBuild['build'],
  image: ExaminedImage,
  environment: Environment,
): Promise<JudgedFixes> {
  const { inputs, options } = request;
  const all = image.fixes.map(({ fix }) => fix);
  const ask = options.interactive ? askerOf(request, files, image) : null;
  const unwanted = await findUnwanted(all, options.only, ask);
  const fixes = all.filter(fix => !unwanted.has(fix));
  const check = options['fix-check'];
  const judged = options.prove
    ? await proveFixes({ inputs, pins, analysis: image.analysis, files, fixes, check }, environment)
    : predictFixes({ files, fixes });
  return withUnwanted(judged, all, unwanted);
}

/** What cannot be made is not asked for. */
function askerOf(
  { ask, options: { prove } }: FixRequest,
  files: FixableFiles,
  image: ExaminedImage,
): (fix: Fix, index: number, count: number) => Promise<FixAnswer> {
  return async (fix, index, count) => {
    const texts = editTexts(files, fix.edits);
    if (ask === null || 'reason' in texts || (needsProof(fix) && !prove)) return 'yes';
    const diff = changesOf(files, texts).map(({ path, before, after }) => unifiedDiff(path, before, after));
    const described = describeFix({ fix, outcome: { kind: 'predicted' } }, image);
    return ask(described, diff.join(''), { index, count, dockerfile: files.dockerfile.path });
  };
}

function nobodyToAsk(): DeadweightError {
  return new DeadweightError('usage', {
    message: '--interactive asks at a terminal, and there is none.',
    remedy: 'Run it at a terminal, or choose with --only and look with --dry-run.',
  });
}

function checkWithoutProof(): DeadweightError {
  return new DeadweightError('usage', {
    message: '--fix-check tries images that only --prove builds.',
    remedy: 'Add --prove.',
  });
}

function severalPlatforms(): DeadweightError {
  return new DeadweightError('usage', {
    message: 'A Dockerfile is fixed for one platform at a time.',
    remedy: 'Give one --platform.',
  });
}
