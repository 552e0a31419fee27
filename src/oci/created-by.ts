/** `RUN |2 NAME=value OTHER=value /bin/sh -c make`, and the classic builder's `|2 NAME=value … /bin/sh -c make`. */
const WITH_ARGUMENTS = /^(RUN )?\|\d+ /;

/** Where the command itself begins: a shell, as SHELL may name it. */
const SHELL =
  / (?=(?:\/[^\s=]*\/)?(?:ba|da|a|z|k)?sh (?:-\S{1,20} (?:pipefail )?){0,4}-[a-z]*c\b|cmd \/S \/C |powershell )/gi;

/**
 * What history says of a layer, without the values of build arguments, which builders write before the command of a
 * RUN. Where the command cannot be told from the values, none of it is kept.
 */
export function withoutBuildArguments(createdBy: string): string {
  const match = WITH_ARGUMENTS.exec(createdBy);
  if (!match) return createdBy;
  const run = match[1] ?? '';
  // The last one: a value may hold what looks like a shell, and the command comes after all values.
  const shell = [...createdBy.matchAll(SHELL)].at(-1);
  return shell ? `${run}${createdBy.slice(shell.index + 1)}` : `${run}…`;
}
