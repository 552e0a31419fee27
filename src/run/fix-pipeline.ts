import { DeadweightError } from '../base/errors.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { FixableFiles } from '../findings/fix/patch.ts';
import type { FixReport } from '../report/fix-report.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import {
  changedMeanwhile,
  changesOf,
  isBuiltFrom,
  readDockerfileFiles,
  writeChanges,
} from './fix/dockerfile-files.ts';
import { type JudgedFixes, predictFixes, proveFixes } from './fix/proof.ts';
import { buildFixReport } from './fix/proven-fixes.ts';
import { buildAndExamine, type ExaminedBuild } from './weigh/built-image.ts';
import type { ExaminedImage } from './weigh/examine.ts';
import { builtImageName } from './weigh/image-name.ts';

export interface FixRequest {
  readonly inputs: BuildInputs;
  readonly options: Pick<OptionValues, 'dry-run' | 'fix-check' | 'prove'>;
  readonly settings: Pick<Settings, 'decisions' | 'title'>;
}

/**
 * Builds, looks for what can be fixed safely, proves it where that is asked for, and writes the files.
 * @throws DeadweightError `build-failed`, `dockerfile-missing`, `usage`, `permission-denied`, …
 */
export async function fixDockerfile(request: FixRequest, environment: Environment): Promise<FixReport> {
  const { inputs, settings } = request;
  const { 'dry-run': isDry } = request.options;
  const { cwd } = environment;
  if (inputs.platforms.length > 1) throw severalPlatforms();
  if (request.options['fix-check'] !== null && !request.options.prove) throw checkWithoutProof();
  const files = await readDockerfileFiles(inputs, { cwd });
  const options = { cwd, pins: {}, attestation: null, title: 'Build' };
  const { build, images } = await buildAndExamine(inputs, options, settings.decisions, environment);
  const [image] = images;
  if (image === undefined) throw new Error('a build that succeeds has an image');
  // The lines of the edits are those of what BuildKit read.
  if (!isBuiltFrom(build, files)) throw changedMeanwhile(files.dockerfile.path);
  const judged = await judgeFixes(request, files, build, image, environment);
  const changes = changesOf(files, judged.texts);
  if (!isDry) await writeChanges(changes, cwd);
  return buildFixReport({
    image,
    judged,
    changes,
    writes: !isDry,
    title: builtImageName(inputs, settings.title, cwd).title,
    dockerfile: files.dockerfile.path,
    notices: build.notices,
  });
}

async function judgeFixes(
  { inputs, options }: FixRequest,
  files: FixableFiles,
  { pins }: ExaminedBuild['build'],
  image: ExaminedImage,
  environment: Environment,
): Promise<JudgedFixes> {
  const fixes = image.fixes.map(({ fix }) => fix);
  if (!options.prove) return predictFixes({ files, fixes });
  const check = options['fix-check'];
  return proveFixes({ inputs, pins, analysis: image.analysis, files, fixes, check }, environment);
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
