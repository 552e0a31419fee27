import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { OperationKind } from './llb-operation.ts';

/** Characters of a name that is kept. */
const LONGEST = 300;

/** Shorter values are not told from ordinary text. */
const SHORTEST_SECRET = 4;

/**
 * BuildKit expands build arguments in the names of steps. What is kept has the words of the Dockerfile instead;
 * where no line is known, values of build arguments are replaced by the names of the arguments.
 */
export function publicName(
  name: string,
  kind: OperationKind,
  instruction: InstructionLocation | null,
  buildArgs: ReadonlyMap<string, string>,
): string {
  const [place = ''] = /^\[[^\]]*\] ?/.exec(name) ?? [];
  const isOwnLine = instruction !== null && !/^\s*FROM\s/i.test(instruction.text);
  if (isOwnLine) {
    const link = kind === 'merge' ? 'LINK ' : '';
    return shortened(`${place}${link}${oneLine(instruction.text)}`);
  }
  // The name of an image is no secret, and with an argument in its place nobody would know it.
  return shortened(kind === 'source' && /^docker-image|FROM /.test(name) ? name : redacted(name, buildArgs));
}

/** Values of build arguments replaced by `$NAME`, the longest first. */
export function redacted(text: string, buildArgs: ReadonlyMap<string, string>): string {
  return [...buildArgs]
    .filter(([, value]) => value.length >= SHORTEST_SECRET)
    .sort(([, a], [, b]) => b.length - a.length)
    .reduce((rest, [name, value]) => rest.replaceAll(value, () => `$${name}`), text);
}

function oneLine(text: string): string {
  return text.replace(/[ \t]*[\\`]?[ \t]*\r?\n\s*/g, ' ').trim();
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
