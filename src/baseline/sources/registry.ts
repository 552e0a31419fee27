import { originsAbove } from '../../analysis/base-layers.ts';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { isCommitId, shortCommit } from '../../base/commit.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, samePlatform } from '../../base/platform.ts';
import type { ScansAtHand } from '../../compare/differing-files.ts';
import type { Snapshot } from '../../compare/snapshot.ts';
import { createSnapshot } from '../../compare/snapshot-of.ts';
import type { BaselineCommit } from '../baseline-commit.ts';
import type { RegistryBaselineRequest } from '../baseline-request.ts';
import {
  absentSource,
  type BaselineContext,
  type BaselineSource,
  type FoundBaseline,
  type WeighImage,
} from '../baseline-source.ts';
import { findBaselineCommit } from '../remote-commit.ts';
import { expandTemplate, namesCommit, type TemplateValues } from './registry-template.ts';

/**
 * The image that a registry has of the baseline. It is asked once the head's layers are known, which are not fetched
 * again.
 * @throws DeadweightError `git-ref-unknown` for an explicit ref, `reference-invalid` for a template that no value makes
 * a reference
 */
export async function registrySource(
  { template, branch, commit: request }: RegistryBaselineRequest,
  context: BaselineContext,
): Promise<BaselineSource> {
  // Only the template is at fault if this fails: an unknown commit or branch is a reason, given later.
  expandTemplate(template, { sha: '0'.repeat(40), branch: branch || 'main' });
  const found = request === null ? null : await findBaselineCommit(request, context);
  if (found && 'absence' in found && namesCommit(template)) return absentSource(found.absence);
  const wanted = found && 'commit' in found ? found : null;
  const values = { template, branch, sha: wanted?.commit ?? null };
  return {
    async find(heads) {
      const baselines: FoundBaseline[] = [];
      for (const { analysis } of heads) {
        const image = await weighRegistryImage(values, analysis, context.weigh);
        baselines.push(
          'absence' in image
            ? { absence: image.absence, notices: [] }
            : { ...image, explanation: explain(template, wanted, image.snapshot) },
        );
      }
      return { baselines, rebuilt: null };
    },
  };
}

export interface RegistryImageRequest extends TemplateValues {
  /** An image reference with `{sha}` and `{branch}` in it: `ghcr.io/owner/app:{sha}`. */
  readonly template: string;
}

/** The snapshot's commit is that which the image was built from, as far as its reference or its labels say. */
export type RegistryImage =
  | { readonly snapshot: Snapshot; readonly scans: ScansAtHand; readonly notices: readonly Notice[] }
  | { readonly absence: Notice };

/**
 * Weighs the image for the head's platform. Layers that were scanned before, the head's among them, are not fetched.
 * What goes wrong is a reason why there is no comparison, never an error.
 * @param head its base layers tell those of the baseline
 */
export async function weighRegistryImage(
  { template, sha, branch }: RegistryImageRequest,
  head: ImageAnalysis,
  weigh: WeighImage,
): Promise<RegistryImage> {
  try {
    const reference = expandTemplate(template, { sha, branch });
    const base = findBaseLayers(head);
    // Registries do not tell which layers came from FROM: those that the head has as its base layers did.
    const analysis = await weigh(
      reference,
      head.platform,
      ({ layers }) => base && originsAbove(layers, base),
    );
    // An image for armv6 runs where armv7 was asked for, and is another image all the same.
    if (!samePlatform(analysis.platform, head.platform)) return { absence: lacksPlatform(analysis, head) };
    const commit = namesCommit(template) ? sha : readRevision(analysis);
    const notices = [...noticeOtherBase(head, analysis), ...noticeOtherCommit(analysis, commit, sha)];
    return { snapshot: createSnapshot(analysis, commit), scans: analysis.scans, notices };
  } catch (error) {
    return { absence: explainAbsence(error) };
  }
}

function findBaseLayers({ baseLayerCount, layers, baseImageName, baseImageDigest }: ImageAnalysis) {
  if (baseLayerCount === null) return null;
  const diffIds = layers.slice(0, baseLayerCount).map(({ diffId }) => diffId);
  return { diffIds, name: baseImageName, digest: baseImageDigest };
}

function noticeOtherBase(head: ImageAnalysis, { reference, baseLayerCount }: ImageAnalysis): Notice[] {
  if (head.baseLayerCount === null || baseLayerCount !== null) return [];
  const message = `${reference} does not start with the base layers of this image, so it was built on another base. How many of its layers come from that base is unknown.`;
  return [{ code: 'baseline-on-other-base', message }];
}

/** A tag that moves may be of any commit. */
function noticeOtherCommit(
  { reference }: ImageAnalysis,
  commit: string | null,
  sha: string | null,
): Notice[] {
  if (commit !== null && (sha === null || commit === sha)) return [];
  const wanted = sha === null ? '' : `, which may not be the base ${shortCommit(sha)}`;
  const message =
    commit === null
      ? `This is a comparison with ${reference} as it is now: the image does not name its commit${wanted}. Put {sha} into the reference to compare with the image of the base.`
      : `This is a comparison with ${reference} as it is now: it was built from ${shortCommit(commit)}, and the base is ${shortCommit(sha ?? '')}.`;
  return [{ code: 'baseline-of-other-commit', message }];
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const REVISION = 'org.opencontainers.image.revision';

function readRevision({ labels }: ImageAnalysis): string | null {
  const revision = labels[REVISION]?.toLowerCase() ?? '';
  return isCommitId(revision) ? revision : null;
}

function explain(template: string, wanted: BaselineCommit | null, { reference, commit }: Snapshot): string {
  if (wanted !== null && namesCommit(template)) {
    return `${wanted.explanation} It was weighed in its registry, as ${reference}.`;
  }
  const of = commit === null ? '' : `, of ${shortCommit(commit)}`;
  return `The base is ${reference} in its registry${of}.`;
}

function lacksPlatform({ reference, platform }: ImageAnalysis, head: ImageAnalysis): Notice {
  const wanted = formatPlatform(head.platform);
  const message = `There is no comparison: ${reference} is not there for ${wanted}, only for ${formatPlatform(platform)}.`;
  return { code: 'base-lacks-platform', message };
}

function explainAbsence(error: unknown): Notice {
  if (!(error instanceof DeadweightError)) {
    const message = `There is no comparison: the base could not be weighed. ${messageOf(error)}`;
    return { code: 'base-unavailable', message };
  }
  const message = `There is no comparison: ${error.sentence}`;
  if (error.code === 'platform-unknown') return { code: 'base-lacks-platform', message };
  if (error.code === 'image-not-found') return { code: 'base-not-in-registry', message };
  return { code: 'base-unavailable', message };
}
