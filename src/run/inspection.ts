import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { detectBase } from '../analysis/base-detection.ts';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { DiffId } from '../base/digest.ts';
import { DeadweightError, messageOf, systemErrorCode } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { type Platform, parsePlatform } from '../base/platform.ts';
import type { ImageOrigins, LayerOrigin } from '../build/layer-origin.ts';
import { analysisOfSnapshot } from '../compare/analysis-of-snapshot.ts';
import { compareSnapshots } from '../compare/compare-snapshots.ts';
import { parseSnapshot, SNAPSHOT_LIMIT } from '../compare/parse-snapshot.ts';
import type { Snapshot } from '../compare/snapshot.ts';
import { snapshotOf } from '../compare/snapshot-of.ts';
import type { Image } from '../image/image.ts';
import type { Environment } from './environment.ts';
import { AT_A_TERMINAL, type Provenance, provenanceContext } from './provenance.ts';
import type { DiffRequest, InspectRequest, ResolvedSettings } from './request.ts';
import { weighImage, withImage } from './weigh.ts';
import { reportKey, type Weighed, weighed } from './weighed.ts';

/** Weighs an image that exists. */
export async function inspectImage(
  request: InspectRequest,
  settings: ResolvedSettings,
  environment: Environment,
  provenance: Provenance = AT_A_TERMINAL,
): Promise<Weighed> {
  const { reference, verify } = request;
  const platform = platformOf(request);
  const below = request.base === null ? null : await baseBelow(request.base, platform, environment);
  let notices: readonly Notice[] = [];
  const origins = (image: Image): ImageOrigins | null => {
    const told = below && originsOn(image, below);
    if (below && !told) notices = [notBelow(reference, below.name)];
    return told;
  };
  const analysis = await weighImage({ reference, platform, origins, verify }, environment);
  return weighed({
    ...{ analysis, settings, notices, comparing: null, build: null },
    context: { ...provenanceContext(provenance), base: null },
    snapshot: () => snapshotOf(analysis, provenance.commit),
    title: settings.title ?? reference,
    key: reportKey(settings.title ?? reference, null, analysis.platform),
    now: environment.clock.now(),
  });
}

function platformOf({ settings }: InspectRequest | DiffRequest): Platform | null {
  return settings.platform === null ? null : parsePlatform(settings.platform);
}

interface BaseBelow {
  readonly name: string;
  readonly diffIds: readonly DiffId[];
}

async function baseBelow(
  name: string,
  platform: Platform | null,
  environment: Environment,
): Promise<BaseBelow> {
  return withImage(name, platform, environment, async image => ({
    name,
    diffIds: image.layers.map(({ diffId }) => diffId),
  }));
}

/** Base and own layers, told by the layers of the image that the user names as the base. */
function originsOn(image: Image, { name, diffIds }: BaseBelow): ImageOrigins | null {
  const count = detectBase(image.layers, diffIds);
  if (count === null) return null;
  const layers = image.layers.map(
    ({ index }): LayerOrigin => ({
      origin: index < count ? 'base' : 'own',
      ...{ instruction: null, cache: 'unknown', durationMs: null },
    }),
  );
  return { layers, baseLayerCount: count, baseName: name, baseDigest: null };
}

function notBelow(reference: string, base: string): Notice {
  return {
    code: 'base-not-below',
    message: `${reference} is not built on ${base}: its first layers are others. Every layer counts as its own.`,
  };
}

/** Compares two images, or two snapshots, or one of each. */
export async function diffImages(
  request: DiffRequest,
  settings: ResolvedSettings,
  environment: Environment,
): Promise<Weighed> {
  const base = await sideOf(request.base, request, environment);
  const head = await sideOf(request.head, request, environment);
  const { analysis, snapshot } = head;
  return weighed({
    ...{ analysis, settings, notices: [], build: null, snapshot: () => snapshot },
    context: { ...provenanceContext(AT_A_TERMINAL), base: null },
    comparing: { comparison: compareSnapshots(base.snapshot, snapshot) },
    title: settings.title ?? request.head,
    key: reportKey(settings.title ?? request.head, null, analysis.platform),
    now: environment.clock.now(),
  });
}

interface Side {
  readonly snapshot: Snapshot;
  readonly analysis: ImageAnalysis;
}

async function sideOf(name: string, request: DiffRequest, environment: Environment): Promise<Side> {
  const text = await snapshotText(name, environment.cwd);
  if (text !== null) {
    const snapshot = parseSnapshot(text, name);
    return { snapshot, analysis: analysisOfSnapshot(snapshot) };
  }
  const wanted = { reference: name, platform: platformOf(request), origins: () => null, verify: false };
  const analysis = await weighImage(wanted, environment);
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
    throw new DeadweightError('input-missing', {
      message: `The snapshot ${name} cannot be read: ${messageOf(error)}.`,
      remedy: 'Give a file that deadweight wrote with --snapshot, and see that it may be read.',
      cause: error,
    });
  }
}
