import { type DirectoryCopy, pathInCopy, readDirectoryCopy } from '../build/directory-copy.ts';
import { workingDirectories } from '../build/instruction-paths.ts';
import { BuiltDockerfile } from '../dockerfile/built-dockerfile.ts';
import { parseDockerfile } from '../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile/dockerfile-instruction.ts';
import { IgnoreFile, type IgnoreSource } from '../dockerfile/ignore-file.ts';
import type { Stage } from '../dockerfile/stage.ts';
import { MAX_SOURCE, type Snapshot } from './snapshot.ts';

/** For all causes of a comparison, which take about a second. Twenty thousand files and a hundred patterns take a fifth of it. */
const MAX_MATCH_STEPS = 100_000_000;

/** What an image was built from, read when it is asked for. */
export class ImageSources {
  readonly #snapshot: Snapshot;
  readonly #instructions = new Map<number, DockerfileInstruction | null>();
  readonly #copies = new Map<number, DirectoryCopy | null>();
  #dockerfile: BuiltDockerfile | null | undefined;
  #ignore: IgnoreFile | null | undefined;
  #texts: ReadonlySet<string> | undefined;
  #workdirs: ReturnType<typeof workingDirectories> | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** null where it is not known. */
  get dockerfile(): BuiltDockerfile | null {
    if (this.#dockerfile === undefined) {
      const { sources } = this.#snapshot;
      this.#dockerfile =
        sources === null || sources.dockerfile.length > MAX_SOURCE
          ? null
          : unambiguous(
              new BuiltDockerfile(parseDockerfile(sources.dockerfile, sources.file), sources.target),
            );
    }
    return this.#dockerfile;
  }

  /** null where it is not known. */
  get ignoreFile(): IgnoreSource | null {
    const source = this.#snapshot.sources?.ignoreFile ?? null;
    return source !== null && source.text.length > MAX_SOURCE ? null : source;
  }

  /** The instruction that made an own layer; null where nothing tells. */
  instructionOf(layer: number): DockerfileInstruction | null {
    const known = this.#instructions.get(layer);
    if (known !== undefined) return known;
    const { origin, instruction = null } = this.#snapshot.layers[layer] ?? {};
    const read = origin === 'base' || instruction === null ? null : this.#read(instruction);
    this.#instructions.set(layer, read);
    return read;
  }

  /** Whether an instruction of what ships says the same, wherever it stands. */
  hasInstruction(instruction: DockerfileInstruction): boolean {
    this.#texts ??= new Set(this.dockerfile?.shipped.map(textOf));
    return this.#texts.has(textOf(instruction));
  }

  /**
   * Where a COPY of a directory had a file from: its path in the context; null where the text does not tell.
   * @param layer of the copy
   * @param path in the image
   */
  contextPath(layer: number, path: string): string | null {
    const copy = this.#copyOf(layer);
    if (copy === null || copy.destination === null) return null;
    const inside = pathInCopy(copy, path);
    if (inside === null) return null;
    return copy.source === '' ? inside : `${copy.source}/${inside}`;
  }

  /** Whether the ignore file leaves a path of the context out; null where it is not known, or takes too long to tell. */
  excludes(path: string): boolean | null {
    if (this.#ignore === undefined) {
      const source = this.ignoreFile;
      this.#ignore = source && new IgnoreFile(source.text, MAX_MATCH_STEPS);
    }
    return this.#ignore?.excludes(path) ?? null;
  }

  #read(location: NonNullable<Snapshot['layers'][number]['instruction']>): DockerfileInstruction | null {
    const shipped = this.dockerfile?.shippedAt(location) ?? null;
    if (shipped !== null || location.text.length > MAX_SOURCE) return shipped;
    // Without its Dockerfile the text stands for itself.
    const [alone] = parseDockerfile(location.text, location.file).instructions;
    return alone === undefined ? null : { ...alone, ...location };
  }

  #copyOf(layer: number): DirectoryCopy | null {
    const known = this.#copies.get(layer);
    if (known !== undefined) return known;
    const { dockerfile } = this;
    const instruction = this.instructionOf(layer);
    let copy: DirectoryCopy | null = null;
    if (dockerfile !== null && instruction !== null) {
      this.#workdirs ??= workingDirectories(dockerfile.shipped, dockerfile.file);
      copy = readDirectoryCopy(instruction, dockerfile.file, this.#workdirs.get(instruction) ?? null);
    }
    this.#copies.set(layer, copy);
    return copy;
  }
}

function textOf({ keyword, body }: DockerfileInstruction): string {
  return `${keyword} ${body}`;
}

/** null where an argument of the build, which is not kept, may have chosen the stages that ship. */
function unambiguous(dockerfile: BuiltDockerfile): BuiltDockerfile | null {
  // What opens and does not close is taken, too, and put back: else each `${` would look for a `}` up to the end.
  const withoutArguments = (text: string): string =>
    text.replace(/\$(?:\{[^}]*\}?|\w+)/g, taken => (/^\$\{[^}]*$/.test(taken) ? taken : ''));
  const mayBeStage = ({ baseImage }: Stage): boolean =>
    baseImage.includes('$') && /^[a-z0-9._-]*$/i.test(withoutArguments(baseImage));
  const isNamed = dockerfile.file.stages.some(({ name }) => name !== null);
  return isNamed && dockerfile.shippedStages.some(mayBeStage) ? null : dockerfile;
}
