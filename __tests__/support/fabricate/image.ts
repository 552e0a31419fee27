import { Buffer } from 'node:buffer';
import { type DiffId, type Digest, sha256 } from '../../../src/base/digest.ts';
import type { Platform } from '../../../src/base/platform.ts';
import { compressLayer, type LayerCompression } from './compressed.ts';
import { diffIdOf, fabricateTar, type LayerDescription } from './layer.ts';

/** A history entry: one with `layer` makes the next layer, one without makes none (ENV, CMD, …). */
export interface Step {
  readonly createdBy: string;
  readonly layer?: LayerDescription;
  readonly compression?: LayerCompression;
}

export interface ImageDescription {
  readonly steps: readonly Step[];
  /** Of layers whose step says none; gzip when absent. Archives of `docker save` store layers uncompressed, whatever it says. */
  readonly compression?: LayerCompression;
  /** linux/amd64 when absent. */
  readonly platform?: Platform;
  readonly labels?: Readonly<Record<string, string>>;
  /** Beside its PATH. */
  readonly env?: readonly string[];
  /** `app:1`; the names that archives give the image. */
  readonly tags?: readonly string[];
  /** Docker's media types instead of OCI's. */
  readonly docker?: boolean;
  /** false: the config has no history, as some builders write it. */
  readonly history?: boolean;
}

export interface FabricatedBlob {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly mediaType: string;
}

export interface FabricatedImageLayer extends FabricatedBlob {
  readonly diffId: DiffId;
  /** Uncompressed. */
  readonly tar: Buffer;
  readonly createdBy: string;
}

export interface FabricatedImage {
  readonly platform: Platform;
  readonly tags: readonly string[];
  readonly config: FabricatedBlob;
  readonly manifest: FabricatedBlob;
  /** Lowest first. */
  readonly layers: readonly FabricatedImageLayer[];
}

/** The wire form of a descriptor. */
export interface WireDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

const OCI = 'application/vnd.oci.image';
const DOCKER = 'application/vnd.docker';
const CREATED = '2024-01-02T03:04:05Z';

export async function fabricateImage(description: ImageDescription): Promise<FabricatedImage> {
  const { docker = false, platform = { os: 'linux', architecture: 'amd64' } } = description;
  const layers: FabricatedImageLayer[] = [];
  for (const step of description.steps) {
    if (step.layer === undefined) continue;
    const compression = step.compression ?? description.compression ?? 'gzip';
    layers.push(await fabricateImageLayer(step.layer, step.createdBy, compression, docker));
  }
  const config = blobOf(
    configOf(description, platform, layers),
    docker ? `${DOCKER}.container.image.v1+json` : `${OCI}.config.v1+json`,
  );
  return {
    platform,
    tags: description.tags ?? [],
    config,
    layers,
    manifest: manifestOf(config, layers, docker),
  };
}

export function blobOf(content: unknown, mediaType: string): FabricatedBlob {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  return { bytes, digest: sha256(bytes), mediaType };
}

export function descriptorOf(
  blob: FabricatedBlob,
  more: Pick<WireDescriptor, 'platform' | 'annotations'> = {},
): WireDescriptor {
  return { mediaType: blob.mediaType, digest: blob.digest, size: blob.bytes.length, ...more };
}

async function fabricateImageLayer(
  description: LayerDescription,
  createdBy: string,
  compression: LayerCompression,
  docker: boolean,
): Promise<FabricatedImageLayer> {
  const { blob, tar } = await compressLayer(await fabricateTar(description), compression);
  const mediaType = mediaTypeOf(compression, docker);
  return { ...blobOf(blob, mediaType), diffId: diffIdOf(tar), tar, createdBy };
}

function mediaTypeOf(compression: LayerCompression, docker: boolean): string {
  const isZstd = compression === 'zstd' || compression === 'zstd-chunked';
  if (docker) {
    const base = `${DOCKER}.image.rootfs.diff.tar`;
    return compression === 'none' ? base : `${base}.${isZstd ? 'zstd' : 'gzip'}`;
  }
  const base = `${OCI}.layer.v1.tar`;
  return compression === 'none' ? base : `${base}+${isZstd ? 'zstd' : 'gzip'}`;
}

function configOf(
  description: ImageDescription,
  platform: Platform,
  layers: readonly FabricatedImageLayer[],
): unknown {
  const history = description.steps.map(step => ({
    created: CREATED,
    created_by: step.createdBy,
    comment: 'buildkit.dockerfile.v0',
    ...(step.layer === undefined ? { empty_layer: true } : {}),
  }));
  return {
    created: CREATED,
    ...platform,
    config: {
      User: 'app',
      Env: ['PATH=/usr/bin:/bin', ...(description.env ?? [])],
      Labels: description.labels ?? {},
    },
    rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.diffId) },
    ...(description.history === false ? {} : { history }),
  };
}

function manifestOf(
  config: FabricatedBlob,
  layers: readonly FabricatedImageLayer[],
  docker: boolean,
): FabricatedBlob {
  const mediaType = docker ? `${DOCKER}.distribution.manifest.v2+json` : `${OCI}.manifest.v1+json`;
  const content = {
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(config),
    layers: layers.map(layer => descriptorOf(layer)),
  };
  return blobOf(content, mediaType);
}
