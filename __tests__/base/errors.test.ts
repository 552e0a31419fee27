import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeadweightError, messageOf, sentenceOf, systemErrorCode } from '../../src/base/errors.ts';

const error = new DeadweightError('build-failed', {
  message: 'The build failed.',
  remedy: 'Look at its last lines.',
  excerpt: ['make: *** [all] Error 1', '\u001b[31mno rule'],
});

describe('an error', () => {
  it('says what happened and what to do', () => {
    expect(error.sentence).toBe('The build failed. Look at its last lines.');
    expect(error.lines).toEqual([
      'The build failed.',
      '  make: *** [all] Error 1',
      '  \u001b[31mno rule',
      'Look at its last lines.',
    ]);
  });

  it('is one sentence, whatever was thrown', () => {
    expect(sentenceOf(error)).toBe(error.sentence);
    expect(sentenceOf(new Error('no space\n  left.'))).toBe('no space left.');
    expect(sentenceOf('gone')).toBe('gone.');
  });

  it('has its message on one line', () => {
    expect(messageOf(new Error(' a\r\n\tb  c\u2028d '))).toBe('a b c d');
    expect(messageOf(undefined)).toBe('undefined');
  });

  it('has the code that the system gave it', () => {
    expect(systemErrorCode(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT');
    expect(systemErrorCode(Object.assign(new Error('x'), { code: 5 }))).toBeNull();
    expect(systemErrorCode('ENOENT')).toBeNull();
  });
});

/** The literals of a remedy, wherever an error is made: each begins with what to do. */
function remediesIn(source: string): readonly string[] {
  return [...source.matchAll(/\bremedy: ([\s\S]*?)(?:,\n|,? \}|\n\s*\})/g)].flatMap(([, value = '']) => {
    const literals = value.replace(/^[\s\S]*?\?\s*(?=['"`])/, '').matchAll(/^\s*(?:: )?['"`](.*)/gm);
    return [...literals].map(([, text = '']) => text);
  });
}

const VERBS =
  'Add|Ask|Build|Check|Choose|Clone|Close|Compare|Copy|Correct|Create|Decrypt|Delete|Do|Fetch|Fix|Free|Give|Install|Keep|Let|List|Log|Look|Make|Merge|Name|Point|Pull|Push|Read|Repair|Report|Run|Save|Say|See|Set|Start|Trust|Try|Unlock|Use|Wait|Write';

it('says what to do, first', async () => {
  const root = join(import.meta.dirname, '../../src');
  const all: string[] = [];
  for await (const file of glob('**/*.ts', { cwd: root })) {
    // The remedy of a rule is the text of a page.
    if (file.startsWith('findings/rules/')) continue;
    all.push(...remediesIn(await readFile(join(root, file), 'utf8')));
  }
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter(text => !new RegExp(`^(?:${VERBS})\\b`).test(text))).toEqual([]);
});
