import { namesCredential } from '../base/credential-name.ts';
import { joinContinuations } from '../dockerfile/continuation.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { OperationKind } from './provenance-wire.ts';

/** Characters of a name that is kept. */
const MAX_NAME = 300;

/** Shorter values are not told from ordinary text. */
const MIN_SECRET = 4;

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
    return shorten(`${place}${link}${joinContinuations(instruction.text).trim()}`);
  }
  // The name of an image is no secret, and with an argument in its place nobody would know it.
  return shorten(
    kind === 'source' && /^docker-image|FROM /.test(name) ? name : redactBuildArgs(name, buildArgs),
  );
}

/** Values of build arguments replaced by `$NAME`, the longest first. */
export function redactBuildArgs(text: string, buildArgs: ReadonlyMap<string, string>): string {
  return [...buildArgs]
    .filter(([, value]) => value.length >= MIN_SECRET)
    .sort(([, a], [, b]) => b.length - a.length)
    .reduce((rest, [name, value]) => rest.replaceAll(value, () => `$${name}`), text);
}

/**
 * The same in a sentence: a plain word (`main`, `Dockerfile`) stays, unless the name of the argument says that it is secret. It
 * may be one of the sentence's own.
 */
export function redactSentence(text: string, buildArgs: ReadonlyMap<string, string>): string {
  const telling = [...buildArgs].filter(([name, value]) => !/^[a-z]+$/i.test(value) || namesCredential(name));
  return redactBuildArgs(text, new Map(telling));
}

function shorten(text: string): string {
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME - 1)}…` : text;
}
