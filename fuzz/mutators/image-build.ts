import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FindingCase, findingCase } from '../../__tests__/findings/finding-case.ts';
import type { LayerSpec } from '../../__tests__/support/fabricate/analysis.ts';
import { type Dockerfile, parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';
import { type Language, mutateSeed } from './text.ts';

/** An image, as a case of the rules tells it, without its Dockerfile; layers name the text of their instruction. */
type BuiltImage = Omit<FindingCase, 'why' | 'dockerfile'>;

/** A Dockerfile, and the image that is built from it. */
interface Build {
  readonly text: string;
  /** Null where the input tells none. */
  readonly image: BuiltImage | null;
}

const CASES = join(import.meta.dirname, '../../__tests__/findings/cases');
/** Of a case that has an image alone. */
const NO_DOCKERFILE = 'FROM debian:bookworm\nRUN make\nCOPY . .\nRUN make install\n';
/** More layers than that tell nothing more. */
const MAX_LAYERS = 16;

const imageSchema = findingCase.omit({ why: true, dockerfile: true });

type KnownBuild = Build & { readonly image: BuiltImage };

/** The cases of each rule: a rule of few cases is tried as often as one of many. */
const BUILDS: readonly (readonly KnownBuild[])[] = readdirSync(CASES)
  .sort()
  .map(rule =>
    readdirSync(join(CASES, rule))
      .sort()
      .map(name => readCase(readFileSync(join(CASES, rule, name), 'utf8'))),
  );

function readCase(json: string): KnownBuild {
  const { why: _, dockerfile, ...image } = findingCase.parse(JSON.parse(json));
  const text = dockerfile?.join('\n') ?? NO_DOCKERFILE;
  const { instructions } = parseDockerfile(text, 'Dockerfile');
  const layers = image.layers.map((layer): LayerSpec => {
    const made = instructions.find(({ startLine }) => startLine === layer.line);
    return layer.base || made === undefined ? layer : { ...layer, text: made.text };
  });
  return { text, image: { ...image, layers, findings: [] } };
}

/** What the layers of other Dockerfiles stand on. */
const BASE: LayerSpec = { base: true, text: 'FROM debian', files: { 'etc/issue': 40 } };

/**
 * A Dockerfile with something wrong, a NUL, and the image as JSON: one that a rule has a case of, or
 * several at once, or a Dockerfile of the language with such layers.
 */
export function generateBuild(language: Language, random: Random): Buffer {
  const { text, image } = random.oneIn(5) ? anyBuild(language, random) : pickBuild(random);
  const other = pickBuild(random);
  const isJoined = random.oneIn(4);
  const lines = isJoined ? `${text}\n${other.text.replace(/^FROM.*\n?/, '')}` : text;
  const layers = [...image.layers, ...(isJoined ? ownLayers(other.image) : [])].slice(0, MAX_LAYERS);
  if (random.oneIn(3)) changeLayers(layers, random);
  const mutated = random.oneIn(10) ? lines : mutateSeed(lines, language, random);
  const bytes = Buffer.from(mutated);
  return Buffer.concat([
    random.oneIn(8) ? mutateBytes(bytes, random) : bytes,
    Buffer.from(`\0${JSON.stringify({ ...image, layers })}`),
  ]);
}

function pickBuild(random: Random): KnownBuild {
  return random.pick(random.pick(BUILDS));
}

function anyBuild(
  { seeds }: Language,
  random: Random,
): { readonly text: string; readonly image: BuiltImage } {
  const layers = Array.from({ length: 1 + random.small(10) }, () => anyLayer(random));
  return { text: random.pick(seeds), image: { layers: [BASE, ...layers], steps: [], findings: [] } };
}

function anyLayer(random: Random): LayerSpec {
  const layers = ownLayers(pickBuild(random).image);
  return layers.length === 0 ? {} : random.pick(layers);
}

function ownLayers({ layers }: BuiltImage): readonly LayerSpec[] {
  return layers.filter(({ base }) => !base);
}

function changeLayers(layers: LayerSpec[], random: Random): void {
  const at = random.below(layers.length + 1);
  switch (random.below(4)) {
    case 0:
      layers.splice(at, 1);
      break;
    case 1:
      layers.splice(at, 0, anyLayer(random));
      break;
    case 2:
      layers.push(...layers.splice(at, 1));
      break;
    default:
      // Files of an earlier layer, written or deleted once more.
      for (const { files } of layers.slice(at, at + 1))
        layers.push(random.oneIn(2) ? { files } : { deletes: Object.keys(files ?? {}) });
  }
}

export function readBuild(input: Buffer): Build {
  const end = input.lastIndexOf(0);
  if (end === -1) return { text: input.toString('utf8'), image: null };
  return { text: input.toString('utf8', 0, end), image: readImage(input.toString('utf8', end + 1)) };
}

function readImage(text: string): BuiltImage | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { data } = imageSchema.safeParse(json);
  return data ?? null;
}

/** The image as built from this Dockerfile: layers whose instruction was changed are of the one in its place. */
export function bindLayers(image: BuiltImage, file: Dockerfile): BuiltImage {
  const making = file.instructions.filter(({ keyword }) => ['RUN', 'COPY', 'ADD'].includes(keyword));
  const own = ownLayers(image).length;
  let index = making.length - own;
  const layers = image.layers.map((layer): LayerSpec => {
    if (layer.base) return layer;
    const made = making.find(({ text }) => text === layer.text) ?? making[index];
    index += 1;
    return { ...layer, text: made?.text, line: made?.startLine };
  });
  return { ...image, layers };
}
