import { detectBase } from '../../analysis/base-detection.ts';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, type Platform, samePlatform } from '../../base/platform.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { snapshotOf } from '../../compare/snapshot-of.ts';
import type { ImageOrigins, LayerOrigin } from '../../dockerfile/layer-origin.ts';
import type { Image } from '../../image/image.ts';
import type { Environment } from '../environment.ts';
import { weighImage } from '../weigh/weigh.ts';
import { expandTemplate, namesCommit, type TemplateValues } from './registry-template.ts';

export interface RegistryBaselineRequest extends TemplateValues {
  /** An image reference with `{sha}` and `{branch}` in it: `ghcr.io/owner/app:{sha}`. */
  readonly template: string;
  /** null takes the head's. */
  readonly platform: Platform | null;
  /** The image that is to be compared: its base layers tell those of the baseline. */
  readonly headAnalysis: ImageAnalysis;
}

export type RegistryBaseline =
  | {
      readonly snapshot: Snapshot;
      /** The commit that the image was built from, as far as its reference or its labels tell. */
      readonly commit: string | null;
      readonly notices: readonly Notice[];
    }
  | { readonly absence: Notice };

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const REVISION = 'org.opencontainers.image.revision';

/**
 * Weighs the image that a registry has of the base. Layers that were scanned before, the head's among them, are not
 * fetched. What goes wrong is a reason why there is no comparison, never an error.
 */
export async function registryBaseline(
  request: RegistryBaselineRequest,
  environment: Environment,
): Promise<RegistryBaseline> {
  try {
    return await weighed(request, environment);
  } catch (error) {
    if (error instanceof DeadweightError && error.code === 'cancelled') throw error;
    return absenceOf(error);
  }
}

async function weighed(
  request: RegistryBaselineRequest,
  environment: Environment,
): Promise<RegistryBaseline> {
  const { headAnalysis, sha } = request;
  const reference = expandTemplate(request.template, request);
  const platform = request.platform ?? headAnalysis.platform;
  const origins = (image: Image): ImageOrigins | null => originsLike(headAnalysis, image);
  const analysis = await weighImage({ reference, platform, origins, verify: false }, environment);
  // An image for armv6 runs where armv7 was asked for, and is another image all the same.
  if (!samePlatform(analysis.platform, platform))
    return absence('base-lacks-platform', lacks(analysis, platform));
  const commit = namesCommit(request.template) ? sha : revisionOf(analysis);
  const notices = [...otherBase(headAnalysis, analysis), ...otherCommit(analysis, commit, sha)];
  return { snapshot: snapshotOf(analysis, commit), commit, notices };
}

/**
 * Registries do not tell which layers came from FROM. Where the image starts with the very base layers of the head,
 * those are its base layers as well.
 */
function originsLike(head: ImageAnalysis, image: Image): ImageOrigins | null {
  if (head.baseLayerCount === null) return null;
  const base = head.layers.slice(0, head.baseLayerCount);
  const count = detectBase(
    image.layers,
    base.map(({ diffId }) => diffId),
  );
  if (count === null) return null;
  const layers = image.layers.map(
    ({ index }): LayerOrigin => ({
      origin: index < count ? 'base' : 'own',
      ...{ instruction: null, cache: 'unknown', durationMs: null },
    }),
  );
  return { layers, baseLayerCount: count, baseName: head.baseName, baseDigest: head.baseDigest };
}

function otherBase(head: ImageAnalysis, { reference, baseLayerCount }: ImageAnalysis): Notice[] {
  if (head.baseLayerCount === null || baseLayerCount !== null) return [];
  const message = `${reference} does not start with the base layers of this image, so it was built on another base, and nothing tells how many of its layers come from it.`;
  return [{ code: 'baseline-on-other-base', message }];
}

/** A tag that moves may be of any commit. */
function otherCommit({ reference }: ImageAnalysis, commit: string | null, sha: string | null): Notice[] {
  if (commit !== null && (sha === null || commit === sha)) return [];
  const wanted = sha === null ? '' : `, which may not be the base ${sha.slice(0, 7)}`;
  const message =
    commit === null
      ? `This is a comparison with ${reference} as it is now: nothing in it tells its commit${wanted}. With {sha} in the reference it is that of the base.`
      : `This is a comparison with ${reference} as it is now: it was built from ${commit.slice(0, 7)}, and the base is ${sha?.slice(0, 7)}.`;
  return [{ code: 'baseline-of-other-commit', message }];
}

function revisionOf({ labels }: ImageAnalysis): string | null {
  const revision = labels[REVISION]?.toLowerCase() ?? '';
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision) ? revision : null;
}

function lacks({ reference, platform }: ImageAnalysis, wanted: Platform): string {
  return `There is no comparison: ${reference} is not there for ${formatPlatform(wanted)}, only for ${formatPlatform(platform)}.`;
}

function absenceOf(error: unknown): RegistryBaseline {
  if (!(error instanceof DeadweightError)) {
    return absence(
      'base-unavailable',
      `There is no comparison: the base could not be weighed. ${messageOf(error)}`,
    );
  }
  const message = `There is no comparison: ${error.message} ${error.remedy}`;
  if (error.code === 'platform-unknown') return absence('base-lacks-platform', message);
  if (error.code === 'image-not-found') return absence('base-not-in-registry', message);
  return absence('base-unavailable', message);
}

function absence(code: string, message: string): RegistryBaseline {
  return { absence: { code, message } };
}
