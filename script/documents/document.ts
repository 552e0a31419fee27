import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the repository that is made from the code, whole or in parts. */
export interface Document {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  /** What the file should hold, made from what it holds now (empty where it does not exist). */
  readonly make: (current: string) => string;
}

/** The text of a file of the repository. */
export function textOf(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

/** The text with each named section replaced, and with every workflow that it shows as the file has it. */
export function fillSections(text: string, sections: Readonly<Record<string, string>>): string {
  const examples = [...text.matchAll(/<!-- example (\S+) -->/g)].map(
    ([, path = '']) => [`example ${path}`, fenced('yaml', textOf(path))] as const,
  );
  return [...examples, ...Object.entries(sections)].reduce(
    (filled, [name, content]) => replaceSection(filled, name, content),
    text,
  );
}

/**
 * The text with what stands between `<!-- NAME -->` and `<!-- /NAME -->` replaced.
 * @throws Error when the markers are not there
 */
function replaceSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`the text has no section ${name}`);
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`;
}

/** A Markdown table; line breaks and bars in cells are taken care of. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A fenced block of code. */
export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
