import type { BuildInputs } from '../../build/build-inputs.ts';
import { isOciDirectory, readOutput } from '../../build/build-output.ts';

/** What of a build says where its image is when the run has ended. */
interface BuiltPlace {
  readonly inputs: Pick<BuildInputs, 'outputs' | 'tags'>;
  /** By which it was read. */
  readonly reference: string;
  /** Whether it is in a registry under its tags. */
  readonly isPushed: boolean;
  /** Whether the engine that has it is there when somebody reads the report: not that of a job. */
  readonly isLocal: boolean;
}

/**
 * By which name an image that was built can be opened again: its tag in the engine or in the registry, or the layout that was
 * asked for. Null where it was only made to be weighed.
 */
export function openableName({
  inputs: { outputs, tags },
  reference,
  isPushed,
  isLocal,
}: BuiltPlace): string | null {
  const [tag] = tags;
  if (reference.startsWith('docker-daemon:')) return tag ?? (isLocal ? reference : null);
  if (isPushed && tag !== undefined) return `docker://${tag}`;
  return outputs.map(readOutput).some(isOciDirectory) ? reference : null;
}
