import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Document } from './document.ts';

const FOLDER = fileURLToPath(new URL('../../src/findings/rules', import.meta.url));

/**
 * The list of the rules that have a file. All other documents are made from the rules, so it has to be right before
 * they are loaded: this file imports nothing of the code.
 */
export const RULE_FILES: Document = { path: 'src/findings/rule-files.ts', make: ruleFiles };

function ruleFiles(): string {
  const ids = readdirSync(FOLDER)
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -'.ts'.length))
    .sort();
  return [
    '// Written by script/generate.ts from the files of rules/: add one there instead.',
    ...ids.map(id => `import { ${constantName(id)} } from './rules/${id}.ts';`),
    '',
    '/** Every rule that has a file, by id. */',
    'export const RULE_FILES = [',
    ...ids.map(id => `  ${constantName(id)},`),
    '] as const;',
    '',
  ].join('\n');
}

/** `aptLists` of `apt-lists`: what the file exports. */
function constantName(id: string): string {
  return id.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
}
