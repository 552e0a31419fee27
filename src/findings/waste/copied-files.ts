import { readContextCopy } from '../../dockerfile/context-copy.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { mountOf } from '../dockerfile/bind-mount.ts';
import { type CopiedSource, copiedSources, isOfSource } from '../dockerfile/copied-source.ts';
import type { RuleContext } from '../rule-context.ts';
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
}

const BY_RUN: Brought = { broughtBy: null, mount: null };

/** Of several pairs of instructions that are told of together nothing is said. */
export function broughtBy(context: RuleContext, { files: [largest], places = 1 }: WasteGroup): Brought {
  const { dockerfile } = context;
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
  if (staysInPart(context, layer, source)) return of(`${place}-part`);
  return { broughtBy: place, mount: source === undefined ? null : mountOf(context, layer, source) };
}

const ARCHIVE = /\.(?:tar(?:\.\w+)?|t[gx]z|tbz2?)$/i;

function of(brought: (typeof BROUGHT_BY)[number]): Brought {
  return { broughtBy: brought, mount: null };
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
