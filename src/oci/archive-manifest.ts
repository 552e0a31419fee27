import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { MAX_MANIFEST_LAYERS } from './manifest.ts';
import { parseJson } from './parse-json.ts';

/** One image of a `docker save` archive, as its manifest.json lists it. */
export interface ArchiveManifest {
  /** Path of the config blob in the archive. */
  readonly config: string;
  readonly repoTags: readonly string[];
  /** Paths of the layers in the archive, lowest first. */
  readonly layers: readonly string[];
}

const path = lazy(() => z.string().min(1).max(4096));

const schema = lazy(() =>
  z
    .array(
      z
        .object({
          Config: path(),
          RepoTags: z.array(z.string().max(4096)).nullish(),
          Layers: z.array(path()).max(MAX_MANIFEST_LAYERS).nullish(),
        })
        .transform(
          (wire): ArchiveManifest => ({
            config: wire.Config,
            repoTags: wire.RepoTags ?? [],
            layers: wire.Layers ?? [],
          }),
        ),
    )
    .max(10_000),
);

/**
 * Reads the manifest.json of a `docker save` archive.
 * @throws DeadweightError `input-corrupt`.
 */
export function parseArchiveManifest(bytes: Uint8Array, place: string): readonly ArchiveManifest[] {
  return parseJson(bytes, schema(), place);
}
