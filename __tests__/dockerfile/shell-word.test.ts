// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { expect, it } from 'vitest';
import { expandVariables, unquote } from '../../src/dockerfile/shell-word.ts';

const VALUES = new Map([
  ['A', 'one.two.three'],
  ['EMPTY', ''],
]);

it.each([
  ['$A-${A}', 'one.two.three-one.two.three'],
  ['x$NONE${NONE}y', 'xy'],
  ['"$A" \'$A\' \\$A', 'one.two.three $A $A'],
  ['${NONE:-x}${NONE-y}${EMPTY:-z}${EMPTY-w}', 'xyz'],
  ['${A:+x}${EMPTY:+y}${EMPTY+z}${NONE+w}', 'xz'],
  ['${NONE:-${EMPTY:-${A}}}', 'one.two.three'],
  ['${A#*.} ${A##*.} ${A%.*} ${A%%.*}', 'two.three three one.two one'],
  ['${A#x} ${A%?} ${A#one?}', 'one.two.three one.two.thre two.three'],
  ['${A/./-} ${A//./-} ${A/t*/x}', 'one-two.three one-two-three one.x'],
  ['${NONE#x}${NONE/a/b}', ''],
  ['${A:?needed}', 'one.two.three'],
  ['$', '$'],
  // What BuildKit refuses.
  ['${NONE:?needed}', '${NONE:?needed}'],
  ['${A^^}', '${A^^}'],
  ['${A', '${A'],
  ["it's", "it's"],
])('expands %j', (text, expected) => {
  expect(expandVariables(text, VALUES)).toBe(expected);
});

it('gives values up that would grow without end', () => {
  const values = new Map([['A', 'x'.repeat(50_000)]]);
  expect(expandVariables('$A$A', values)).toBe('$A$A');
  const deep = '${B:-'.repeat(10_000) + '}'.repeat(10_000);
  expect(expandVariables(deep, values)).toBe(deep);
});

it.each([
  ['"a b"c', 'a bc'],
  ['"a\\n\\"b"', 'a\\n"b'],
  ["'a\\b'", 'a\\b'],
  ['a\\ b', 'a b'],
  ['${X:-y}$Z', '${X:-y}$Z'],
])('unquotes %j', (word, expected) => {
  expect(unquote(word, '\\')).toBe(expected);
});
