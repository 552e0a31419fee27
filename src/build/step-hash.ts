import { createHash } from 'node:crypto';
import { type BuildProvenance, type LlbStep, packageUrl, readImageSource } from './provenance.ts';

/** Hashes of what a step is made from, the contents of files apart. */
export interface StepHash {
  /** Of the operation and its inputs, images by their digest. */
  readonly full: string;
  /** Of the operation and its inputs, without the digests of images: tells a changed base image from a changed definition. */
  readonly definition: string;
  /** Of the operation alone: tells a changed step from one that stands on a changed step. */
  readonly operation: string;
}

/**
 * Hashes of all steps by id. Vertex digests cannot be compared between builds, since they contain the session.
 * The operations hold values of build arguments, so the hashes are for comparing two builds and not for publishing.
 */
export function hashSteps(provenance: BuildProvenance): ReadonlyMap<string, StepHash> {
  const hashes = new Map<string, StepHash>();
  for (const step of provenance.steps.values()) {
    const inputs = step.inputs.map(input => ({ hash: hashes.get(input.step), index: input.index }));
    const of = (kind: 'full' | 'definition', own: string): string =>
      digest([own, ...inputs.map(input => `${input.hash?.[kind] ?? ''}:${input.index}`)].join('\n'));
    const own = formatOperation(step, provenance);
    hashes.set(step.id, {
      full: of('full', own.full),
      definition: of('definition', own.definition),
      operation: digest(own.definition),
    });
  }
  return hashes;
}

function formatOperation(step: LlbStep, provenance: BuildProvenance): Omit<StepHash, 'operation'> {
  const identifier = step.operation.Op?.source?.identifier;
  const image = readImageSource(identifier ?? '');
  if (image) {
    const resolved = image.digest ?? provenance.materials.get(packageUrl(image)) ?? '';
    return { full: `image ${image.name} ${resolved}`, definition: 'image' };
  }
  // Which paths of the context are sent depends on every other COPY of the Dockerfile.
  const text = identifier?.startsWith('local://') ? identifier : canonicalJson(step.raw);
  return { full: text, definition: text };
}

/** JSON with the keys of objects in order. Operations come from protobuf messages, so they are never deep. */
function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
