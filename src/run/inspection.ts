import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { detectBase } from '../analysis/base-detection.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { parsePlatform } from '../base/platform.ts';
import type { ImageOrigins } from '../build/layer-origin.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import type { Comparison } from '../compare/comparison.ts';
import { parseSnapshot, SNAPSHOT_LIMIT } from '../compare/parse-snapshot.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import type { Environment } from './environment.ts';
import type { DiffRequest, InspectRequest, ResolvedSettings } from './request.ts';
import { imageFacts, weighImage } from './weigh.ts';
import { reportKey, type Weighed, weighed } from './weighed.ts';

const NOWHERE = { commit: null, repositoryUrl: null, runUrl: null, base: null };

/** Weighs an image that exists. */
export async function inspectImage(
  request: InspectRequest,
  settings: ResolvedSettings,
  environment: Environment,
): Promise<Weighed> {
  const platform = request.settings.platform === null ? null : parsePlatform(request.settings.platform);
  const { reference, verify } = request;
  const { origins, notices } = await originsOn(request, environment);
  const analysis = await weighImage({ reference, platform, origins, verify }, environment);
  return weighed({
    ...{ analysis, settings, notices, comparing: null, build: null, context: NOWHERE },
    snapshot: snapshotOf(analysis, null),
    title: settings.title ?? reference,
    key: reportKey(settings.title ?? reference, null, analysis.platform),
    now: environment.clock.now(),
  });
}

/** Base and own layers, told by the layers of the image that the user names as the base. */
async function originsOn(
  request: InspectRequest,
  environment: Environment,
): Promise<{ origins: ImageOrigins | null; notices: readonly Notice[] }> {
  if (request.base === null) return { origins: null, notices: [] };
  const platform = request.settings.platform === null ? null : parsePlatform(request.settings.platform);
  const image = await imageFacts(request.reference, platform, environment);
  const base = await imageFacts(request.base, platform, environment);
  const count = detectBase(
    image.layers,
    base.layers.map(({ diffId }) => diffId),
  );
  if (count === null) {
    const message = `${request.reference} is not built on ${request.base}: its first layers are others.`;
    return { origins: null, notices: [{ code: 'base-not-below', message }] };
  }
  const layers = image.layers.map(
    (_layer, index) =>
      ({
        origin: index < count ? 'base' : 'own',
        instruction: null,
        cache: 'unknown',
        durationMs: null,
      }) as const,
  );
  return {
    origins: { layers, baseLayerCount: count, baseName: request.base, baseDigest: null },
    notices: [],
  };
}

/** Compares two images, or two snapshots, or one of each. A snapshot as the head has no files to look into. */
export async function diffImages(
  request: DiffRequest,
  settings: ResolvedSettings,
  environment: Environment,
): Promise<Weighed | Comparison> {
  const [base, head] = [
    await sideOf(request.base, request, environment),
    await sideOf(request.head, request, environment),
  ];
  const comparison = compareSnapshots(base.snapshot, head.snapshot);
  if (head.analysis === null) return comparison;
  return weighed({
    ...{
      analysis: head.analysis,
      snapshot: head.snapshot,
      settings,
      notices: [],
      build: null,
      context: NOWHERE,
    },
    comparing: { comparison },
    title: settings.title ?? request.head,
    key: reportKey(settings.title ?? request.head, null, head.analysis.platform),
    now: environment.clock.now(),
  });
}

interface Side {
  readonly snapshot: Snapshot;
  readonly analysis: ImageAnalysis | null;
}

async function sideOf(name: string, request: DiffRequest, environment: Environment): Promise<Side> {
  const text = await snapshotText(name, environment.cwd);
  if (text !== null) return { snapshot: parseSnapshot(text, name), analysis: null };
  const platform = request.settings.platform === null ? null : parsePlatform(request.settings.platform);
  const analysis = await weighImage({ reference: name, platform, origins: null, verify: false }, environment);
  return { snapshot: snapshotOf(analysis, null), analysis };
}

/** The text of a snapshot: a file with a name that is no image's, `*.json`. null when there is no such file. */
async function snapshotText(name: string, cwd: string): Promise<string | null> {
  if (!name.endsWith('.json')) return null;
  const path = resolve(cwd, name);
  try {
    const { size } = await stat(path);
    if (size > SNAPSHOT_LIMIT) {
      throw new DeadweightError('limit-exceeded', {
        message: `${name} is too large for a snapshot.`,
        remedy: 'Give a file that deadweight wrote with --snapshot.',
      });
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    if (systemErrorCode(error) === 'ENOENT') {
      throw new DeadweightError('input-missing', {
        message: `There is no snapshot ${name}.`,
        remedy: 'Write one with deadweight build --snapshot FILE, or name an image.',
        cause: error,
      });
    }
    throw error;
  }
}
