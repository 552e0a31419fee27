import type { SnapshotLayer } from './snapshot.ts';

/** Longer instructions are not read to their ends. */
const MAX_READ = 20_000;

/** What tells the instruction that made a layer. */
type Instruction = Pick<SnapshotLayer, 'instruction' | 'createdBy'>;

/** The instruction as it is written, or as the image's history has it. */
function instructionText(place: Instruction | undefined): string {
  return place?.instruction?.text ?? place?.createdBy ?? '';
}

/** Whether a package stands by its name among the words of an instruction, with a version or without: `vim`, `vim=9`, `vim@9`. */
export function isNamedIn(place: Instruction | undefined): (name: string) => boolean {
  const words = new Set(
    instructionText(place)
      .slice(0, MAX_READ)
      .split(/[\s;&|()'"`\\]+/)
      .flatMap(word => [word, word.replace(/(?<=.)[=@:<>~^[!].*$/, '')]),
  );
  return name => words.has(name);
}
