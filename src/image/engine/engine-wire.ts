import { z } from 'zod';
import { type DiffId, type Digest, isDiffId } from '../../base/digest.ts';
import { lazy } from '../../base/lazy.ts';
import { normalizePlatform, type Platform } from '../../base/platform.ts';
import { type RuntimeCommand, runtimeCommands } from '../../oci/config-credentials.ts';
import { type Descriptor, descriptorSchema, digestSchema } from '../../oci/descriptor.ts';
import { publicHistory } from '../../oci/image-config.ts';
import { MAX_MANIFEST_LAYERS } from '../../oci/manifest.ts';
import type { HistoryEntry } from '../image.ts';

/** https://docs.docker.com/reference/api/engine/version/v1.51/ */
export interface InspectedImage {
  /** Of the config on graph drivers, of the manifest or index in the containerd store. */
  readonly id: Digest;
  readonly platform: Platform;
  readonly diffIds: readonly DiffId[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  /** `NAME=value`, as its programs get them. */
  readonly env: readonly string[];
  readonly commands: readonly RuntimeCommand[];
  /** Only the containerd store has one (from API 1.48). */
  readonly descriptor: Descriptor | null;
  readonly manifests: readonly StoredManifest[];
  /** Digests of the manifests that there are attestations of. */
  readonly attested: ReadonlySet<string>;
  /** Bytes of its files, or of its blobs in the containerd store; null where the engine does not say. For progress alone. */
  readonly size: number | null;
}

/** One entry of an image's index in the containerd store. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly platform: Platform;
  /** Whether its content was pulled or built, and is not only listed. */
  readonly isAvailable: boolean;
  /** Bytes of its blobs; null where the engine does not say. */
  readonly contentSize: number | null;
}

/** An entry of an image's history as the engine tells it: newest first, not saying which ones made a layer. */
export interface HistoryItem {
  readonly createdBy: string;
  readonly comment: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Bytes of the files of its layer; 0 for an empty layer and for none. */
  readonly size: number;
}

const platformSchema = lazy(() =>
  z
    .object({
      os: z.string().nullish(),
      architecture: z.string().nullish(),
      variant: z.string().nullish(),
    })
    .transform(wire => platformOf(wire.os, wire.architecture, wire.variant)),
);

const manifestSchema = lazy(() =>
  z.object({
    Descriptor: descriptorSchema(),
    Available: z.boolean().nullish(),
    Kind: z.string().nullish(),
    ImageData: z.object({ Platform: platformSchema().nullish() }).nullish(),
    AttestationData: z.object({ For: digestSchema() }).nullish(),
    Size: z.object({ Content: z.number().nullish() }).nullish(),
  }),
);

const diffIdSchema = lazy(() =>
  z.custom<DiffId>(value => typeof value === 'string' && isDiffId(value), 'is not a diffID'),
);

export const inspectSchema = lazy(() =>
  z
    .object({
      Id: digestSchema(),
      Size: z.number().nullish().catch(null),
      Os: z.string().nullish(),
      Architecture: z.string().nullish(),
      Variant: z.string().nullish(),
      RootFS: z.object({ Layers: z.array(diffIdSchema()).max(MAX_MANIFEST_LAYERS).nullish() }).nullish(),
      Config: z
        .object({
          Labels: z.record(z.string(), z.string()).nullish(),
          User: z.string().nullish(),
          Env: z.array(z.string()).nullish(),
          Cmd: z.unknown().optional(),
          Entrypoint: z.unknown().optional(),
          Healthcheck: z.unknown().optional(),
          OnBuild: z.unknown().optional(),
        })
        .nullish(),
      Descriptor: descriptorSchema().nullish(),
      Manifests: z.array(manifestSchema()).nullish(),
    })
    .transform(
      (wire): InspectedImage => ({
        id: wire.Id,
        platform: platformOf(wire.Os, wire.Architecture, wire.Variant),
        diffIds: wire.RootFS?.Layers ?? [],
        labels: wire.Config?.Labels ?? {},
        user: wire.Config?.User ?? '',
        env: wire.Config?.Env ?? [],
        commands: runtimeCommands(wire.Config ?? {}),
        descriptor: wire.Descriptor ?? null,
        manifests: (wire.Manifests ?? []).flatMap(readStoredManifest),
        attested: new Set((wire.Manifests ?? []).flatMap(each => each.AttestationData?.For ?? [])),
        size: wire.Size ?? null,
      }),
    ),
);

function readStoredManifest(wire: z.infer<ReturnType<typeof manifestSchema>>): StoredManifest[] {
  const platform = wire.ImageData?.Platform ?? wire.Descriptor.platform;
  if (wire.Kind !== 'image' || !platform) return [];
  const contentSize = wire.Size?.Content ?? null;
  return [{ digest: wire.Descriptor.digest, platform, isAvailable: wire.Available === true, contentSize }];
}

export const historySchema = lazy(() =>
  z.array(
    z
      .object({
        CreatedBy: z.string().nullish(),
        Comment: z.string().nullish(),
        Created: z.number().nullish(),
        Size: z.number().nullish(),
      })
      .transform(
        (wire): HistoryItem => ({
          createdBy: wire.CreatedBy ?? '',
          comment: wire.Comment ?? '',
          created: wire.Created ?? 0,
          size: wire.Size ?? 0,
        }),
      ),
  ),
);

/** What an engine says of itself. */
export interface EngineInfo {
  /** Whether images are kept by containerd rather than by a graph driver. */
  readonly hasContainerdStore: boolean;
  /** `overlay2`; of containerd's store its snapshotter. */
  readonly driver: string;
  /** Its data root, on its own machine: `/var/lib/docker`. */
  readonly root: string;
  /** Whether files of a layer may lie in another one, as `metacopy` of overlayfs has it. */
  readonly sharesContents: boolean;
  /** Where the containerd that it uses listens; null where it does not say. */
  readonly containerd: string | null;
}

export const infoSchema = lazy(() =>
  z
    .object({
      Driver: z.string().nullish(),
      // Says which store it has.
      DriverStatus: z.array(z.array(z.string())).nullish(),
      DockerRootDir: z.string().nullish(),
      Containerd: z.object({ Address: z.string().nullish() }).nullish(),
    })
    .transform(
      (wire): EngineInfo => ({
        hasContainerdStore: (wire.DriverStatus ?? []).some(
          ([key, value]) => key === 'driver-type' && value?.startsWith('io.containerd.') === true,
        ),
        sharesContents: (wire.DriverStatus ?? []).some(
          ([key, value]) => key === 'Using metacopy' && value !== 'false',
        ),
        driver: wire.Driver ?? '',
        root: wire.DockerRootDir ?? '',
        containerd: wire.Containerd?.Address || null,
      }),
    ),
);

function platformOf(
  os: string | null | undefined,
  architecture: string | null | undefined,
  variant: string | null | undefined,
): Platform {
  const known = { os: os || 'unknown', architecture: architecture || 'unknown' };
  return normalizePlatform(variant ? { ...known, variant } : known);
}

/** Instructions that make no layer, as BuildKit and the classic builder write them into history. */
const METADATA =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|CMD|LABEL|EXPOSE|USER|ENTRYPOINT|VOLUME|STOPSIGNAL|ARG|ONBUILD|HEALTHCHECK|SHELL|MAINTAINER)(?:\s|$)/;

/**
 * History as the config has it, from an engine that does not say which entries made a layer: those with bytes did,
 * and of the others as many as there are layers left, when that is all of them, none of them, or those that are
 * no metadata. Otherwise the entries do not add up to the layers, and who matches them has to say so.
 * @param secrets values of the image's settings
 */
export function buildHistory(
  newestFirst: readonly HistoryItem[],
  layerCount: number,
  secrets: readonly string[] = [],
): readonly HistoryEntry[] {
  const items = newestFirst.toReversed();
  const empty = items.filter(item => item.size === 0);
  const left = layerCount - (items.length - empty.length);
  const makesLayer = (item: HistoryItem) =>
    item.size > 0 || left === empty.length || (left > 0 && !METADATA.test(item.createdBy));
  return items.map(item => ({
    createdBy: publicHistory(item.createdBy, secrets),
    emptyLayer: !makesLayer(item),
    created: timeOf(item.created),
    comment: item.comment || null,
  }));
}

/** @param seconds since the epoch; null for those that no date has */
function timeOf(seconds: number): string | null {
  const time = new Date(seconds * 1000);
  return seconds > 0 && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}
