import { z } from 'zod';
import { type DiffId, isDiffId } from '../base/digest.ts';
import { lazy } from '../base/lazy.ts';
import { normalizePlatform, type Platform } from '../base/platform.ts';
import { maskTextCredentials } from '../base/text-credentials.ts';
import {
  type ConfigCredential,
  findConfigCredentials,
  runtimeCommands,
  secretSettings,
  withoutBuildArguments,
  writtenEnd,
} from './config-credentials.ts';
import { MAX_MANIFEST_LAYERS } from './manifest.ts';
import { parseJson } from './parse-json.ts';

interface ConfigHistory {
  readonly createdBy: string;
  readonly emptyLayer: boolean;
  readonly created: string | null;
  readonly comment: string | null;
}

/** What we need of an image's config blob. */
export interface ImageConfig {
  /** The document as it is written. */
  readonly bytes: Uint8Array;
  /** Normalised; `unknown` stands for a part that the config leaves out. */
  readonly platform: Platform;
  /** Lowest layer first. */
  readonly diffIds: readonly DiffId[];
  /** Lowest first. */
  readonly history: readonly ConfigHistory[];
  readonly labels: Readonly<Record<string, string>>;
  /** Who runs its programs: `nobody`, `1000:1000`; empty for root. */
  readonly user: string;
  /** Whose values nobody gets to see: they are left out of `history`. */
  readonly credentials: readonly ConfigCredential[];
}

const diffIdSchema = lazy(() =>
  z.custom<DiffId>(value => typeof value === 'string' && isDiffId(value), 'is not a diffID'),
);

const historySchema = lazy(() =>
  z.object({
    created_by: z.string().nullish(),
    empty_layer: z.boolean().nullish(),
    created: z.string().nullish(),
    comment: z.string().nullish(),
  }),
);

// Everything else under `config` is for whoever runs the image.
const runtimeSchema = lazy(() =>
  z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    User: z.string().nullish(),
    Env: z.array(z.string()).nullish(),
    Cmd: z.unknown().optional(),
    Entrypoint: z.unknown().optional(),
    Healthcheck: z.unknown().optional(),
    OnBuild: z.unknown().optional(),
  }),
);

const schema = lazy(() =>
  z.object({
    os: z.string().max(256).nullish(),
    architecture: z.string().max(256).nullish(),
    variant: z.string().max(256).nullish(),
    rootfs: z.object({ diff_ids: z.array(diffIdSchema()).max(MAX_MANIFEST_LAYERS).nullish() }),
    history: z
      .array(historySchema())
      .max(MAX_MANIFEST_LAYERS * 16)
      .nullish(),
    config: runtimeSchema().nullish(),
  }),
);

/**
 * Reads a config blob, of Docker or OCI.
 * @throws DeadweightError `input-corrupt` with the place that is wrong.
 */
export function parseImageConfig(bytes: Uint8Array, place: string): ImageConfig {
  const wire = parseJson(bytes, schema(), place);
  const os = wire.os || 'unknown';
  const architecture = wire.architecture || 'unknown';
  const { variant } = wire;
  const history = wire.history ?? [];
  const labels = wire.config?.Labels ?? {};
  const env = wire.config?.Env ?? [];
  const secrets = secretSettings({ env, labels });
  return {
    bytes,
    platform: normalizePlatform(variant ? { os, architecture, variant } : { os, architecture }),
    diffIds: wire.rootfs.diff_ids ?? [],
    history: history.map(entry => ({
      createdBy: publicHistory(entry.created_by ?? '', secrets),
      emptyLayer: entry.empty_layer ?? false,
      created: entry.created || null,
      comment: entry.comment || null,
    })),
    labels,
    user: wire.config?.User ?? '',
    credentials: findConfigCredentials({
      env,
      labels,
      history: history.map(({ created_by }) => created_by ?? ''),
      commands: runtimeCommands(wire.config ?? {}),
    }),
  };
}

/**
 * What history says of a layer as it may be shown: without the values of build arguments, and without credentials.
 * @param secrets values of the image's settings
 */
export function publicHistory(createdBy: string, secrets: readonly string[] = []): string {
  const text = secrets.reduce(
    (rest, secret) => rest.replaceAll(secret, '***'),
    withoutBuildArguments(createdBy),
  );
  const end = writtenEnd(text);
  return `${maskTextCredentials(text.slice(0, end))}${text.slice(end)}`;
}
