import { realpathSync } from 'node:fs';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { imagePath } from '../image/image-identity.ts';
import { parseTarget, type TargetReference, targetPath } from '../image/targets/open-target.ts';
import { targetForms } from '../image/transports.ts';
import type { SquashReport } from '../report/squash-report.ts';
import type { OptionValues } from '../run/config/options.ts';
import { type SquashCommand, squash } from '../run/squash-pipeline.ts';
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
