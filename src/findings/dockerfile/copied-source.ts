import { baseName } from '../../base/slash-path.ts';
import { resolvePath } from '../../build/instruction-paths.ts';
import { isAddress } from '../../dockerfile/context-copy.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { instructionWords } from '../../dockerfile/shell-word.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { expandAt, stageDirectories } from './stage-variables.ts';

/** What one source of a COPY or ADD became in the image. */
export interface CopiedSource {
  /** As it is written. */
  readonly source: string;
  /** What `--from` says; null for the build context. */
  readonly from: string | null;
  /** Clean path of the file, or of the folder that the source's content is in. */
  readonly target: string;
  readonly isFolder: boolean;
}

const WILD = /[*?[$\\]/;
/** A folder is rarely called so, and what is called so may hold a file of its own name even more rarely. */
const HAS_ENDING = /[^/]\.[a-zA-Z]\w{0,9}$/;

/**
 * The sources of the COPY or ADD that made a layer, with their places as the layer has them; without those of which its
 * text and its layer do not tell: patterns, addresses, archives that ADD unpacks. Variables are as the build had them.
 */
export const copiedSources = memoize((context: RuleContext) => {
  const known = new Map<number, readonly CopiedSource[]>();
  return (layer: number): readonly CopiedSource[] => {
    let sources = known.get(layer);
    if (sources === undefined) {
      sources = readSources(context, layer);
      known.set(layer, sources);
    }
    return sources;
  };
});

function readSources(context: RuleContext, layer: number): readonly CopiedSource[] {
  const { dockerfile } = context;
  const instruction = context.instructionOf(layer);
  if (dockerfile === null || instruction === null || !isPlainCopy(instruction)) return [];
  const words = instructionWords(instruction.body, dockerfile.file.escape);
  const [sources, last] = [words.slice(0, -1), words.at(-1)];
  const place = last === undefined ? null : expandAt(dockerfile, instruction, last);
  if (place === null || WILD.test(place)) return [];
  const destination = resolvePath(stageDirectories(dockerfile).get(instruction) ?? null, place);
  if (destination === null) return [];
  const from = instruction.flags.find(({ name }) => name === 'from')?.value ?? null;
  const files = new Set(
    (context.analysis.scans[layer]?.entries ?? [])
      .values()
      .filter(({ kind }) => kind !== 'directory')
      .map(({ path }) => path),
  );
  return sources.flatMap((source): CopiedSource[] => {
    if (WILD.test(source) || isAddress(source)) return [];
    const file = targetFile(source, destination, files);
    if (file !== null) return [{ source, from, target: file, isFolder: false }];
    const isFolder = sources.length === 1 && !HAS_ENDING.test(source) && destination !== '' && files.size > 0;
    const areInside = (): boolean =>
      files.values().every(path => path.startsWith(`${destination}/`) && path !== destination);
    return isFolder && areInside() ? [{ source, from, target: destination, isFolder: true }] : [];
  });
}

const KNOWN_FLAGS: ReadonlySet<string> = new Set(['from', 'chown', 'chmod', 'link']);

function isPlainCopy({ keyword, flags, heredocs }: DockerfileInstruction): boolean {
  return (
    (keyword === 'COPY' || keyword === 'ADD') &&
    heredocs.length === 0 &&
    flags.every(({ name }) => KNOWN_FLAGS.has(name))
  );
}

/** Where a source that is a file is; null where it is none, or may as well be a folder. */
function targetFile(source: string, destination: string, files: ReadonlySet<string>): string | null {
  const clean = cleanPath(source);
  if (!HAS_ENDING.test(clean)) return null;
  const inFolder = cleanPath(`${destination}/${baseName(clean)}`);
  if (files.has(inFolder)) return inFolder;
  return files.has(destination) ? destination : null;
}

export function isOfSource({ target, isFolder }: CopiedSource, path: string): boolean {
  return path === target || (isFolder && path.startsWith(`${target}/`));
}
