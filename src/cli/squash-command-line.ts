import { realpathSync } from 'node:fs';
import { DeadweightError } from '../base/errors.ts';
import { parsePlatform } from '../base/platform.ts';
import { printable } from '../base/untrusted-text.ts';
import { imagePath } from '../image/image-identity.ts';
import { parseTarget, type TargetReference, targetPath } from '../image/targets/open-target.ts';
import { targetForms } from '../image/transports.ts';
import type { SquashReport } from '../report/squash-report.ts';
import type { OptionValues } from '../run/config/options.ts';
import { resolveSettings } from '../run/config/settings.ts';
import { diffImages } from '../run/diff-pipeline.ts';
import { type SquashCommand, squash } from '../run/squash-pipeline.ts';
import type { ReportedImage } from '../run/weigh/image-report.ts';
import type { WantedLayers } from '../squash/layer-ranges.ts';
import type { CommandLineEnvironment } from './environment.ts';

/** Carries out `deadweight squash`. @throws DeadweightError `usage`, `reference-invalid`; and as `squash` */
export async function runSquash(
  reference: string,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<SquashReport> {
  return await squash(readSquash(reference, options), environment);
}

/**
 * What `deadweight squash` is asked for.
 * @throws DeadweightError `usage`, `reference-invalid`
 */
function readSquash(reference: string, options: OptionValues): SquashCommand {
  const { above, beside, platform, 'dry-run': dryRun, 'squash-compression': packing } = options;
  const target = readTarget(options);
  if (target === null && !dryRun) throw noTarget();
  if (target !== null) refuseSource(reference, target);
  if (options.html !== null) refusePage(reference, dryRun ? null : target);
  return {
    reference,
    platform,
    wanted: readWanted(options),
    above,
    beside,
    packing,
    target,
    dryRun,
  };
}

function readWanted({ last, above, layers }: OptionValues): WantedLayers {
  const given = [last !== null && '--last', above !== null && '--above', layers.length > 0 && '--layers'];
  const [one, another] = given.filter(name => name !== false);
  if (one !== undefined && another !== undefined) {
    throw new DeadweightError('usage', {
      message: `${one} and ${another} both say which layers are merged.`,
      remedy: 'Give only one of them.',
    });
  }
  if (last !== null) return { kind: 'last', count: last };
  return layers.length > 0 ? { kind: 'ranges', texts: layers } : { kind: 'own' };
}

/** A name alone is one of the engine. */
function readTarget({ 'squash-output': output, 'squash-tag': tag }: OptionValues): TargetReference | null {
  if (output !== null) return parseTarget(output, tag);
  return tag === null ? null : parseTarget(`docker-daemon:${tag}`, null);
}

function noTarget(): DeadweightError {
  return new DeadweightError('usage', {
    message: 'Nothing says where the squashed image is to be written.',
    remedy: `Give --tag NAME for the engine, --output with one of ${targetForms().join(', ')}, or --dry-run to see what it would give.`,
  });
}

/**
 * The squashed image, as it was written, held against the one that it was made of: of several platforms, those of which
 * something was merged. Empty where nothing was.
 * @param baseline as the user named it
 * @throws DeadweightError as opening and reading images does
 */
export async function compareSquashed(
  baseline: string,
  { platforms, output }: SquashReport,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<readonly ReportedImage[]> {
  if (output === null) return [];
  // Nobody asks how much of it is to be wasted.
  const settings = await resolveSettings({ ...options, 'dive-ci': false }, environment.cwd);
  const images: ReportedImage[] = [];
  for (const { platform, ranges } of platforms) {
    if (ranges.length === 0) continue;
    const compared = { baseline, head: output.target, options: { platform: parsePlatform(platform) } };
    images.push(await diffImages(compared, settings, environment));
  }
  return images;
}

/** Both images are read when the squashed one has been written. @param target null where it is not */
function refusePage(reference: string, target: TargetReference | null): void {
  if (target === null) {
    throw new DeadweightError('usage', {
      message: '--html shows the squashed image, and with --dry-run there is none.',
      remedy: 'Give only one of them.',
    });
  }
  const isPiped = reference === '-' || imagePath(reference) === '-';
  if (!isPiped && !isSamePlace(reference, target)) return;
  throw new DeadweightError('usage', {
    message: `--html compares the squashed image with the one before, and ${isPiped ? 'standard input is gone by then' : 'it is written in its place'}.`,
    remedy: isPiped
      ? 'Give the archive as a file, or leave out --html.'
      : 'Give the squashed image another name, or leave out --html.',
  });
}

/** By their paths where they have some, else by their names in an engine or a registry. */
function isSamePlace(reference: string, target: TargetReference): boolean {
  const [from, to] = [imagePath(reference), targetPath(target)];
  if (from !== null || to !== null) return from !== null && to !== null && realPath(from) === realPath(to);
  return fullName(reference) === fullName(target.text);
}

function fullName(text: string): string {
  const name = text.replace(/^(?:docker-daemon:|docker:\/\/)?(?:docker\.io\/)?(?:library\/)?/, '');
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}

/** An archive is read while its successor is written. */
function refuseSource(reference: string, target: TargetReference): void {
  const [from, to] = [imagePath(reference), targetPath(target)];
  if (target.kind === 'oci' || from === null || to === null || realPath(from) !== realPath(to)) return;
  throw new DeadweightError('usage', {
    message: `${printable(to)} is the image that is read, and the squashed one is to be written over it.`,
    remedy: 'Give the output another path.',
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
