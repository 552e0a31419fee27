import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Packing } from '../base/packing.ts';
import { parsePlatform } from '../base/platform.ts';
import { isGraphDriver } from '../build/build-driver.ts';
import { pushFailure } from '../build/build-failure.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildMetadata } from '../build/build-result.ts';
import {
  type ImageDestination,
  imageDestinations,
  outputPacking,
  withoutImage,
} from '../build/image-destinations.ts';
import { withImageDigests } from '../build/metadata-output.ts';
import type { ImageTarget } from '../image/targets/image-target.ts';
import { OciLayoutTarget } from '../image/targets/oci-layout-target.ts';
import { assertHolds } from '../image/targets/open-target.ts';
import type { WantedLayers } from '../squash/layer-ranges.ts';
import { MeasuringTarget } from '../squash/measuring-target.ts';
import { squashedIndex } from '../squash/squashed-manifest.ts';
import type { Environment } from './environment.ts';
import { commitImages, copyImage } from './image-copy.ts';
import { findBuilder } from './weigh/builder.ts';
import { squashBuilt } from './weigh/squash-built.ts';
import type { SquashBuild, SquashSummary } from './weigh/squashed-build.ts';

/** A build whose image is squashed before it goes anywhere. */
export interface PlannedSquash {
  /** The build itself, whose image goes nowhere. */
  readonly inputs: BuildInputs;
  readonly head: SquashBuild;
  /** The same for what it is compared with, which is only measured. */
  readonly baseline: SquashBuild;
  /** Where the squashed image goes. */
  readonly destinations: readonly ImageDestination[];
  /**
   * Sends the squashed image where the build was to send its own.
   * @param metadata of the build
   * @param pushes whether registries get it
   * @returns the metadata with what the squashed image is known by
   * @throws DeadweightError `push-failed`, `engine-unreachable`, `output-unwritable`
   */
  deliver(
    summaries: readonly SquashSummary[],
    metadata: BuildMetadata,
    pushes: boolean,
  ): Promise<BuildMetadata>;
  /** Removes what was written for weighing. */
  release(): Promise<void>;
}

/**
 * Plans the squash of a build.
 * @throws DeadweightError `usage`, `reference-invalid`, `engine-unreachable`
 */
export async function planBuildSquash(
  wanted: WantedLayers,
  inputs: BuildInputs,
  environment: Environment,
): Promise<PlannedSquash> {
  const { cwd, temporaryDir, unfinished } = environment;
  const driver = await findBuilder(inputs.builder, cwd, environment);
  const destinations = imageDestinations(inputs, driver, cwd);
  const platforms = inputs.platforms.map(text => ({ platform: parsePlatform(text) }));
  for (const destination of destinations) assertHolds(destination, platforms);
  const isUnpacked = isGraphDriver(driver);
  const stage = destinations.length === 0 ? null : await makeStage(temporaryDir);
  const target = stage === null ? null : new OciLayoutTarget(`oci:${stage}`, stage, null, unfinished);
  const usualCompression = isUnpacked ? 'none' : 'gzip';
  const nowhere = new MeasuringTarget({ reference: 'nowhere', usualCompression });
  const packing = isUnpacked ? UNPACKED : outputPacking(inputs);
  const staysUnpacked = destinations.every(({ kind }) => UNPACKING.has(kind));
  const headPacking = staysUnpacked ? packing : outputPacking(inputs);
  const squashInto =
    (into: ImageTarget, how: Packing | null): SquashBuild =>
    (image, analysis, context) =>
      squashBuilt(image, analysis, { wanted, packing: how, target: into }, context);
  return {
    inputs: withoutImage(inputs),
    head: target === null ? squashInto(nowhere, packing) : squashInto(target, headPacking),
    baseline: squashInto(nowhere, packing),
    destinations,
    async deliver(summaries, metadata, pushes) {
      const images = summaries.map(({ written }) => written);
      const index = images.length > 1 ? squashedIndex(images) : null;
      if (stage !== null && target !== null) {
        await commitImages(images, target, environment);
        for (const destination of destinations) {
          if (destination.kind === 'docker') continue;
          await copyImage(`oci:${stage}`, destination, environment);
        }
        for (const destination of pushes ? destinations : []) {
          if (destination.kind !== 'docker') continue;
          await copyImage(`oci:${stage}`, destination, environment).catch((error: unknown) => {
            throw pushFailure(messageOf(error));
          });
        }
      }
      const [image] = images;
      if (image === undefined) return metadata;
      const digest = (index ?? image.manifest).digest;
      const id = driver.store === 'containerd' || index !== null ? digest : image.config.digest;
      return {
        imageId: id,
        digest,
        json: withImageDigests(
          metadata.json,
          digest,
          index === null ? image.config.digest : null,
          inputs.tags,
        ),
      };
    },
    async release() {
      await target?.close();
      if (stage !== null) await rm(stage, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

const UNPACKED: Packing = { type: 'none', level: null };

/** Kinds of places that take layers as they come, and unpack them. */
const UNPACKING: ReadonlySet<ImageDestination['kind']> = new Set(['docker-daemon', 'docker-archive']);

async function makeStage(temporaryDir: string): Promise<string> {
  await mkdir(temporaryDir, { recursive: true });
  return await mkdtemp(join(temporaryDir, 'squashed-'));
}
