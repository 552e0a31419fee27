import { z } from 'zod';
import { type Digest, isDigest } from '../base/digest.ts';
import { lazy } from '../base/lazy.ts';
import { normalizePlatform, type Platform } from '../base/platform.ts';

/** A reference to a blob by its content. */
export interface Descriptor {
  /** Empty where the document leaves it out. */
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Normalised; null where the descriptor has none. */
  readonly platform: Platform | null;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of a manifest that is no image; null where the descriptor has none. */
  readonly artifactType: string | null;
}

export const digestSchema = lazy(() =>
  z.custom<Digest>(value => typeof value === 'string' && isDigest(value), 'is not a digest'),
);

const text = lazy(() => z.string().max(4096));

const platformSchema = lazy(() =>
  z.object({
    os: text(),
    architecture: text(),
    variant: text().nullish(),
  }),
);

const annotationsSchema = lazy(() => z.record(z.string(), z.string()));

export const descriptorSchema = lazy(() =>
  z
    .object({
      mediaType: text().nullish(),
      digest: digestSchema(),
      size: z.int().nonnegative(),
      platform: platformSchema().nullish(),
      annotations: annotationsSchema().nullish(),
      artifactType: text().nullish(),
    })
    .transform(
      (wire): Descriptor => ({
        mediaType: wire.mediaType ?? '',
        digest: wire.digest,
        size: wire.size,
        platform: wire.platform ? platformOf(wire.platform) : null,
        annotations: wire.annotations ?? {},
        artifactType: wire.artifactType || null,
      }),
    ),
);

function platformOf(wire: z.infer<ReturnType<typeof platformSchema>>): Platform {
  const { os, architecture, variant } = wire;
  return normalizePlatform(variant ? { os, architecture, variant } : { os, architecture });
}

/**
 * Whether an entry of an index is BuildKit's attestation of another entry rather than an image.
 * https://docs.docker.com/build/metadata/attestations/attestation-storage/
 */
export function isAttestation(descriptor: Descriptor): boolean {
  const { platform, annotations } = descriptor;
  if (annotations['vnd.docker.reference.type'] !== undefined) return true;
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

/** Digest of the manifest that an entry of an index attests; null where it is none of BuildKit's attestations. */
export function attestedBy({ annotations }: Descriptor): string | null {
  return annotations['vnd.docker.reference.digest'] ?? null;
}
