import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { readContextCopy } from '../../dockerfile/context-copy.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountOf } from '../dockerfile/bind-mount.ts';
import { type CopiedSource, copiedSources, isOfSource } from '../dockerfile/copied-source.ts';
import { stageDirectories } from '../dockerfile/stage-variables.ts';
import type { RuleContext } from '../rule-context.ts';
import { ReadingRun } from './reading-run.ts';
import { usesFiles } from './uses-files.ts';
import type { WasteGroup } from './waste-group.ts';

/**
 * How files came into the image that a later instruction takes away. `context`, `stage`: by a COPY of which nothing
 * stays; `context-part`, `stage-part`: something of it stays; `address`: ADD fetched them; `archive`: ADD unpacked them.
 */
export const BROUGHT_BY = ['context', 'context-part', 'stage', 'stage-part', 'address', 'archive'] as const;

export interface Brought {
  /** null where a RUN wrote them, or nothing tells. */
  readonly broughtBy: (typeof BROUGHT_BY)[number] | null;
  /** The flag with which a RUN can read them where they are now; null where the text does not tell. */
  readonly mount: string | null;
  /** Of what is copied in part: first line of the RUN that reads them before they go; null where none names them. */
  readonly readAt: number | null;
}

const BY_RUN: Brought = { broughtBy: null, mount: null, readAt: null };

/** Of several pairs of instructions that are told of together nothing is said. */
export function broughtBy(context: RuleContext, { files, places = 1 }: WasteGroup): Brought {
  const { dockerfile } = context;
  const [largest] = files;
  if (places > 1) return BY_RUN;
  const layer = largest?.writtenBy ?? -1;
  const instruction = context.instructionOf(layer);
  if (largest === undefined || dockerfile === null || !isCopy(instruction)) return BY_RUN;
  const source = copiedSources(context)(layer).find(each => isOfSource(each, largest.path));
  const from = instruction.flags.some(({ name }) => name === 'from');
  if (!from) {
    const copy = readContextCopy(instruction, dockerfile.file.escape);
    if (copy === null || (copy.hasAddresses && source === undefined)) return of('address');
    const isUnpacked = instruction.keyword === 'ADD' && copy.sources.some(each => ARCHIVE.test(each));
    if (isUnpacked && source === undefined) return of('archive');
  }
  const place = from ? 'stage' : 'context';
  if (!staysInPart(context, layer, source)) {
    const mount = source === undefined ? null : mountOf(context, layer, source);
    return { broughtBy: place, mount, readAt: null };
  }
  const reader = findReader(context, dockerfile, { copy: instruction, files });
  const one = files.length === 1 && source?.isFolder === true ? sourceOf(source, largest.path) : null;
  return {
    broughtBy: `${place}-part`,
    mount: one === null || reader === null ? null : mountOf(context, layer, one),
    readAt: reader?.startLine ?? null,
  };
}

const ARCHIVE = /\.(?:tar(?:\.\w+)?|t[gx]z|tbz2?)$/i;

function of(brought: (typeof BROUGHT_BY)[number]): Brought {
  return { ...BY_RUN, broughtBy: brought };
}

/** Files of one group that are looked for by name. */
const MAX_FILES = 20;

/** The first RUN of the stage that names one of the files, other than to delete it, before a later instruction hides them. */
function findReader(
  context: RuleContext,
  dockerfile: BuiltDockerfile,
  { copy, files }: { readonly copy: DockerfileInstruction; readonly files: WasteGroup['files'] },
): DockerfileInstruction | null {
  const { shipped } = dockerfile;
  const hider = context.instructionOf(files[0]?.hiddenBy ?? -1);
  const targets = files.slice(0, MAX_FILES).map(({ path }) => path);
  const directories = stageDirectories(dockerfile);
  const between = shipped.slice(
    shipped.indexOf(copy) + 1,
    hider === null ? undefined : shipped.indexOf(hider) + 1,
  );
  const isReader = (run: DockerfileInstruction): boolean => {
    if (run.keyword !== 'RUN') return false;
    const directory = directories.get(run) ?? null;
    if (new ReadingRun(run, directory, targets).isReading) return true;
    // Relative paths cannot be told where the base image says in which directory a RUN begins: names can.
    return directory === null && run !== hider && usesFiles(run, files);
  };
  return between.find(isReader) ?? null;
}

/** Of a folder that was copied, one file. */
function sourceOf(folder: CopiedSource, path: string): CopiedSource {
  const inside = path.slice(folder.target.length + 1);
  return { ...folder, source: `${folder.source}/${inside}`, target: path, isFolder: false };
}

function isCopy(instruction: DockerfileInstruction | null): instruction is DockerfileInstruction {
  return instruction?.keyword === 'COPY' || instruction?.keyword === 'ADD';
}

/** Whether the final filesystem shows something of what the source brought; of all that the layer has where it is not known. */
function staysInPart({ ownFiles }: RuleContext, layer: number, source: CopiedSource | undefined): boolean {
  return ownFiles.some(
    file => file.layer === layer && (source === undefined || isOfSource(source, file.path)),
  );
}
