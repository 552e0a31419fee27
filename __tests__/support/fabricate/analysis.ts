import { z } from 'zod';
import { analyzeImage } from '../../../src/analysis/analyze-image.ts';
import type { ImageAnalysis } from '../../../src/analysis/image-analysis.ts';
import { sha256 } from '../../../src/base/digest.ts';
import type { ImageOrigins, LayerOrigin } from '../../../src/dockerfile/layer-origin.ts';
import { type Collector, RangeReading } from '../../../src/layer/collector.ts';
import { sampleCollector, sampleDistance } from '../../../src/layer/content-samples.ts';
import type { JsonValue } from '../../../src/layer/json-value.ts';
import type { LayerEntry } from '../../../src/layer/layer-entry.ts';
import type { CollectedFile, LayerScan } from '../../../src/layer/layer-scan.ts';
import { bundleCollector } from '../../../src/packages/bundle-reader.ts';
import { PACKAGE_COLLECTORS } from '../../../src/packages/collectors.ts';
import { credentialCollector } from '../../../src/packages/credentials/credential-collector.ts';
import { elfCollector } from '../../../src/packages/elf/elf-collector.ts';
import { pathCollector } from '../../../src/packages/named-paths.ts';
import { scriptCollector } from '../../../src/packages/script-words.ts';
import { directory, file, hardlink, imageOf, scan, symlink } from '../scans/scan.ts';
import { instructionAt } from './instruction.ts';

const fileSpec = z.union([
  z.number(),
  z.strictObject({
    size: z.number(),
    content: z.string().optional(),
    mode: z.number().optional(),
    uid: z.number().optional(),
    gid: z.number().optional(),
    mtime: z.number().optional(),
    /** Checksums of its places. */
    sums: z.array(z.number()).optional(),
  }),
]);

const directorySpec = z.strictObject({
  path: z.string(),
  mode: z.number().optional(),
  uid: z.number().optional(),
  gid: z.number().optional(),
});

/** A layer in few words. */
export const layerSpec = z.strictObject({
  /** Whether it comes from FROM. */
  base: z.literal(true).optional(),
  /** The instruction that made it (of a base layer, its FROM), and its first line; without it the build did not tell. */
  text: z.string().optional(),
  line: z.number().optional(),
  createdBy: z.string().optional(),
  cache: z.enum(['cached', 'executed']).optional(),
  durationMs: z.number().optional(),
  files: z.record(z.string(), fileSpec).optional(),
  /** The same, earlier in the same tar. */
  earlier: z.record(z.string(), fileSpec).optional(),
  /** Files with this text, which collectors get to see. */
  texts: z.record(z.string(), z.string()).optional(),
  /** Programs, with what `strip` would take away from them. */
  programs: z
    .record(z.string(), z.strictObject({ size: z.number(), debug: z.number(), symbols: z.number() }))
    .optional(),
  /** Hard links with their targets. */
  links: z.record(z.string(), z.string()).optional(),
  /** Symbolic links with their targets, as written. */
  symlinks: z.record(z.string(), z.string()).optional(),
  directories: z.array(z.union([z.string(), directorySpec])).optional(),
  deletes: z.array(z.string()).optional(),
  opaques: z.array(z.string()).optional(),
  compressedSize: z.number().optional(),
  mediaType: z.string().optional(),
});

export type LayerSpec = z.infer<typeof layerSpec>;

export interface ImageSpec {
  readonly reference?: string;
  /** Whether anything tells which layers are the base; true when absent. */
  readonly baseKnown?: boolean;
  readonly architecture?: string;
}

/** An analysis of fabricated layers, by the real analysis. */
export function fabricate(layers: readonly LayerSpec[], image: ImageSpec = {}): ImageAnalysis {
  const scans = layers.map(layer =>
    scan(
      [
        ...filesOf(layer.earlier),
        ...filesOf(layer.files),
        ...textsOf(layer.texts),
        ...Object.entries(layer.programs ?? {}).map(([path, { size }]) => file(path, size, { mode: 0o755 })),
        ...Object.entries(layer.links ?? {}).map(([path, target]) => hardlink(path, target)),
        ...Object.entries(layer.symlinks ?? {}).map(([path, target]) => symlink(path, target)),
        ...(layer.directories ?? []).map(directoryOf),
      ],
      {
        whiteouts: layer.deletes ?? [],
        opaques: layer.opaques ?? [],
        collected: {
          ...collectedFrom(layer.texts),
          ...collectedPrograms(layer.programs),
          ...collectedSamples(layer.files),
        },
      },
    ),
  );
  const known = image.baseKnown ?? true;
  const origins: ImageOrigins = {
    layers: layers.map(layer => originOf(layer, known)),
    baseLayerCount: known ? layers.filter(layer => layer.base).length : null,
    baseImageName: known ? 'debian:bookworm' : null,
    baseImageDigest: null,
  };
  const analyzed = imageOf(scans);
  const described = analyzed.layers.map((layer, index) => {
    const { createdBy, text, compressedSize, mediaType } = layers[index] ?? {};
    return {
      ...layer,
      createdBy: createdBy ?? text ?? `RUN step ${index}`,
      compressedSize: compressedSize ?? null,
      mediaType: mediaType ?? null,
      digest: compressedSize === undefined ? null : sha256(`blob ${layer.diffId}`),
    };
  });
  const platform = { os: 'linux', architecture: image.architecture ?? 'amd64' };
  const reference = image.reference ?? 'app:1';
  return analyzeImage({ ...analyzed, layers: described, platform, reference }, scans, origins);
}

function originOf({ base, text, line, cache, durationMs }: LayerSpec, known: boolean): LayerOrigin {
  return {
    origin: known ? (base ? 'base' : 'own') : 'unknown',
    instruction: text === undefined ? null : instructionAt(line ?? 1, text),
    cache: cache ?? 'unknown',
    durationMs: durationMs ?? null,
  };
}

function directoryOf(spec: string | z.infer<typeof directorySpec>): LayerEntry {
  if (typeof spec === 'string') return directory(spec);
  const { path, ...details } = spec;
  const given = Object.entries(details).filter(([, value]) => value !== undefined);
  return directory(path, Object.fromEntries(given));
}

function filesOf(files: LayerSpec['files']): LayerEntry[] {
  return Object.entries(files ?? {}).map(([path, spec]) => {
    const { size, sums: _, ...details } = typeof spec === 'number' ? { size: spec, sums: [] } : spec;
    const given = Object.entries(details).filter(([, value]) => value !== undefined);
    return file(path, size, Object.fromEntries(given));
  });
}

function textsOf(texts: LayerSpec['texts']): LayerEntry[] {
  return Object.entries(texts ?? {}).map(([path, text]) =>
    file(path, Buffer.byteLength(text), text.startsWith('#!') ? { mode: 0o755 } : {}),
  );
}

function collectedPrograms(programs: LayerSpec['programs']): LayerScan['collected'] {
  const found = Object.entries(programs ?? {}).map(([path, { debug, symbols }]) => ({
    path,
    value: { debug, symbols },
  }));
  return found.length === 0 ? {} : { [elfCollector.id]: found };
}

function collectedSamples(files: LayerSpec['files']): LayerScan['collected'] {
  const found = Object.entries(files ?? {}).flatMap(([path, spec]) => {
    if (typeof spec === 'number' || spec.sums === undefined) return [];
    return [{ path, value: { distance: sampleDistance(spec.size), sums: spec.sums } }];
  });
  return found.length === 0 ? {} : { [sampleCollector.id]: found };
}

/** What the collectors of a real scan would have kept. */
function collectedFrom(texts: LayerSpec['texts']): LayerScan['collected'] {
  const collected: Record<string, CollectedFile[]> = {};
  const keep = ({ id }: Collector, path: string, value: JsonValue | null): void => {
    if (value !== null) collected[id] = [...(collected[id] ?? []), { path, value }];
  };
  for (const entry of textsOf(texts)) {
    for (const collector of [...PACKAGE_COLLECTORS, bundleCollector, scriptCollector, pathCollector]) {
      if (!collector.wants(entry)) continue;
      keep(collector, entry.path, collector.collect(entry, Buffer.from(texts?.[entry.path] ?? '')));
    }
    if (!credentialCollector.wants(entry)) continue;
    const reading = new RangeReading(credentialCollector, entry, entry.size);
    reading.take(Buffer.from(texts?.[entry.path] ?? ''), 0);
    keep(credentialCollector, entry.path, reading.value);
  }
  return collected;
}
