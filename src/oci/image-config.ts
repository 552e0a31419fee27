import { z } from 'zod';
import { type DiffId, isDiffId } from '../base/digest.ts';
import { lazy } from '../base/lazy.ts';
import { normalizePlatform, type Platform } from '../base/platform.ts';
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
  /** Normalised; `unknown` stands for a part that the config leaves out. */
  readonly platform: Platform;
  /** Lowest layer first. */
  readonly diffIds: readonly DiffId[];
  /** Lowest first. */
  readonly history: readonly ConfigHistory[];
  readonly labels: Readonly<Record<string, string>>;
  /** Who runs its programs: `nobody`, `1000:1000`; empty for root. */
  readonly user: string;
}

const diffIdSchema = lazy(() =>
  z.custom<DiffId>(value => typeof value === 'string' && isDiffId(value), 'is not a diffID'),
);

const historySchema = lazy(() =>
  z
    .object({
      created_by: z.string().nullish(),
      empty_layer: z.boolean().nullish(),
      created: z.string().nullish(),
      comment: z.string().nullish(),
    })
    .transform(
      (wire): ConfigHistory => ({
        createdBy: withoutBuildArguments(wire.created_by ?? ''),
        emptyLayer: wire.empty_layer ?? false,
        created: wire.created || null,
        comment: wire.comment || null,
      }),
    ),
);

// Everything else under `config` is for whoever runs the image.
const runtimeSchema = lazy(() =>
  z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    User: z.string().nullish(),
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
  return {
    platform: normalizePlatform(variant ? { os, architecture, variant } : { os, architecture }),
    diffIds: wire.rootfs.diff_ids ?? [],
    history: wire.history ?? [],
    labels: wire.config?.Labels ?? {},
    user: wire.config?.User ?? '',
  };
}

/** `RUN |2 NAME=value OTHER=value /bin/sh -c make`, and the classic builder's `|2 NAME=value … /bin/sh -c make`. */
const WITH_ARGUMENTS = /^(RUN )?\|\d+ /;

/** Where the command itself begins: a shell, as SHELL may name it. */
const SHELL =
  / (?=(?:\/[^\s=]*\/)?(?:ba|da|a|z|k)?sh (?:-\S{1,20} (?:pipefail )?){0,4}-[a-z]*c\b|cmd \/S \/C |powershell )/gi;

/**
 * What history says of a layer, without the values of build arguments, which builders write before the command of a
 * RUN. Where the command cannot be told from the values, none of it is kept.
 */
export function withoutBuildArguments(createdBy: string): string {
  const match = WITH_ARGUMENTS.exec(createdBy);
  if (!match) return createdBy;
  const run = match[1] ?? '';
  // The last one: a value may hold what looks like a shell, and the command comes after all values.
  const shell = [...createdBy.matchAll(SHELL)].at(-1);
  return shell ? `${run}${createdBy.slice(shell.index + 1)}` : `${run}…`;
}
