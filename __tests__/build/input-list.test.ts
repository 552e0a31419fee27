import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListRules, readList } from '../../src/build/input-list.ts';
import { times } from '../support/long.ts';

/**
 * What docker/build-push-action makes of an input: csv-parse with the options of `Util.getList` in
 * docker/actions-toolkit, and what is done with the records there. null where it fails.
 */
function toolkitList(
  text: string,
  { keepCommas = false, keepQuotes = false }: ListRules,
): readonly string[] | null {
  let records: readonly (readonly string[])[];
  try {
    records = parse(text, {
      columns: false,
      relaxQuotes: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      ...(keepQuotes ? { quote: false } : {}),
    });
  } catch {
    return null;
  }
  const entries = records.flatMap(record => {
    if (keepCommas) return [record.join(',')];
    return record.length === 1 ? (record[0] ?? '').split(',') : record;
  });
  return entries.filter(entry => entry !== '').map(entry => entry.trim());
}

function ownList(text: string, rules: ListRules): readonly string[] | null {
  try {
    return readList(text, rules);
  } catch {
    return null;
  }
}

const PARTS = [
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\t',
  '#',
  'a',
  'b=c',
  '\\',
  "'",
  '\\"',
  '\u00a0',
  '\ufeff',
  '=',
];
const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 14 }).map(parts => parts.join(''));
const rules = fc.record({ keepCommas: fc.boolean(), keepQuotes: fc.boolean() });

describe('a list among the inputs', () => {
  it('is what docker/build-push-action reads', () => {
    fc.assert(
      fc.property(texts, rules, (text, given) => {
        expect(ownList(text, given)).toEqual(toolkitList(text, given));
      }),
      { numRuns: times(3000) },
    );
  });

  const WORDS: ListRules = {};
  const LINES: ListRules = { keepCommas: true };
  const OUTPUTS: ListRules = { keepCommas: true, keepQuotes: true };
  it.each([
    ['app:1, app:2\nghcr.io/acme/app:1\n', WORDS, ['app:1', 'app:2', 'ghcr.io/acme/app:1']],
    ['A=1,2\n\nB="x"\n', LINES, ['A=1,2', 'B="x"']],
    ['"KEY=-----\nab\n-----"\nT=1', LINES, ['KEY=-----\nab\n-----', 'T=1']],
    ['"a ""b"", c",d', WORDS, ['a "b", c', 'd']],
    ['"a, b"', WORDS, ['a', 'b']],
    ['"a, b", c', WORDS, ['a, b', 'c']],
    ['"a" b\n" c"', LINES, ['"a" b', 'c']],
    ['type=image,"name=a,b",push=true', OUTPUTS, ['type=image,"name=a,b",push=true']],
    ['type=local,dest=out # no comment', OUTPUTS, ['type=local,dest=out # no comment']],
    ['a\r\nb\r\n', WORDS, ['a', 'b']],
    ['a\rb', WORDS, ['a', 'b']],
    [' , ,\n', WORDS, ['', '']],
    ['"a', WORDS, null],
    ['a\n"b\nc', LINES, null],
  ])('%j', (text, given, expected) => {
    expect(ownList(text, given)).toEqual(expected);
    expect(toolkitList(text, given)).toEqual(expected);
  });
});
