/** Longer instructions are not read to their ends. */
const MAX_READ = 20_000;

/** Whether a package stands by its name among the words of an instruction, with a version or without: `vim`, `vim=9`, `vim@9`. */
export function isNamedIn(instruction: string): (name: string) => boolean {
  const words = new Set(
    instruction
      .slice(0, MAX_READ)
      .split(/[\s;&|()'"`\\]+/)
      .flatMap(word => [word, word.replace(/(?<=.)[=@:<>~^[!].*$/, '')]),
  );
  return name => words.has(name);
}
