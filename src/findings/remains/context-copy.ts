import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { unquote } from '../../dockerfile/shell-word.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { resolvePath, wordsOf } from '../recipe/instruction-paths.ts';
import type { Subject } from '../subject.ts';

/** A COPY or ADD of one directory of the context. */
export interface ContextCopy {
  readonly instruction: DockerfileInstruction;
  /** Clean path in the context; empty for all of it. */
  readonly source: string;
  /** Clean path in the image where what is in the source is put; null where the text does not tell. */
  readonly destination: string | null;
}

/** What is copied from the context as whole directories, by the layers that it makes. */
export class ContextCopies {
  readonly #copies: ReadonlyMap<number, ContextCopy>;
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
    const { recipe } = subject;
    const copies = new Map<number, ContextCopy>();
    let workdir: string | null = null;
    for (const instruction of recipe?.shipped ?? []) {
      if (instruction.keyword === 'WORKDIR') {
        workdir = resolve(workdir, unquote(instruction.body, recipe?.dockerfile.escape ?? '\\'));
      }
      const copy = recipe === null ? null : readCopy(instruction, recipe.dockerfile, workdir);
      if (copy !== null) copies.set(instruction.startLine, copy);
    }
    this.#copies = copies;
  }

  get isEmpty(): boolean {
    return this.#copies.size === 0;
  }

  /** null of layers that were made otherwise. */
  of(layer: number): ContextCopy | null {
    const instruction = this.#subject.instructionOf(layer);
    return instruction === null ? null : (this.#copies.get(instruction.startLine) ?? null);
  }
}

/**
 * The path beneath the copy's source; where the text does not tell the destination, the path in the image. null when
 * the copy did not write it there, or its source is the file itself.
 */
export function pathInCopy({ source, destination }: ContextCopy, path: string): string | null {
  const prefix = destination === null || destination === '' ? '' : `${destination}/`;
  if (!path.startsWith(prefix)) return null;
  const inside = path.slice(prefix.length);
  const isSource = source !== '' && `/${inside}`.endsWith(`/${source.slice(source.lastIndexOf('/') + 1)}`);
  return isSource ? null : inside;
}

const WILD = /[*?[$\\]/;
const REMOTE = /^(?:[a-z][\w+.-]*:\/\/|git@)/i;
const UNPACKED = /\.(?:tar(?:\.\w+)?|tgz|txz|tbz2?)$/i;

function readCopy(
  instruction: DockerfileInstruction,
  dockerfile: Dockerfile,
  workdir: string | null,
): ContextCopy | null {
  const { keyword, flags, heredocs, body } = instruction;
  const isCopy = (keyword === 'COPY' || keyword === 'ADD') && heredocs.length === 0;
  if (!isCopy || flags.some(({ name }) => name === 'from' || name === 'parents')) return null;
  const words = [...wordsOf(body, dockerfile.escape)];
  const written = words.pop();
  const [source = '', ...more] = words;
  // Of several sources the text does not tell which one a file is from.
  if (written === undefined || words.length === 0 || more.length > 0) return null;
  if (WILD.test(source) || REMOTE.test(source) || UNPACKED.test(source)) return null;
  return { instruction, source: cleanPath(source), destination: resolve(workdir, written) };
}

function resolve(workdir: string | null, path: string): string | null {
  return WILD.test(path) ? null : resolvePath(workdir, path);
}
