import { describe, expect, it } from 'vitest';
import { joinScripts } from '../../../src/dockerfile/shell/joined-scripts.ts';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';

/** The script that several become, on one line. */
function joined(texts: readonly string[], hasErrexit = false): string {
  const made = joinScripts(texts.map(readScript), hasErrexit);
  if ('problem' in made) return `! ${made.problem}`;
  const parts = made.parts.map(({ form, from }, index) => {
    const text = (texts[index] ?? '').slice(from);
    return form === 'subshell' ? `( ${text} )` : text;
  });
  const joint = made.joint === ';' ? '; ' : ' && ';
  return [...(made.opening === '' ? [] : [`${made.opening};`]), parts.join(joint)].join(' ');
}

describe('scripts of which an earlier one relies on `set -e`', () => {
  it.each([
    ['the same options', ['set -eux; a; b', 'set -eux; c'], 'set -eux; a; b; c'],
    ['in another spelling', ['set -eux; a', 'set -e -x -u; c'], 'set -eux; a; c'],
    ['more options later', ['set -ex; a', 'set -eux; b'], 'set -ex; a; set -eux; b'],
    ['fewer later', ['set -eux; a', 'set -ex; b'], 'set -e; ( set -eux; a ); set -ex; b'],
    ['-e alone', ['set -e; a; b', 'c'], 'set -e; a; b; c'],
    ['pipefail', ['set -eo pipefail; a; b', 'set -e; c'], 'set -e; ( set -eo pipefail; a; b ); c'],
    ['pipefail for both', ['set -euo pipefail; a', 'set -euo pipefail; c'], 'set -euo pipefail; a; c'],
    ['a chain behind', ['set -e; a; b', 'c && d'], 'set -e; a; b; c && d'],
    ['a chain between', ['set -e; a; b', 'c && d', 'e'], 'set -e; a; b; ( c && d ); e'],
    ['a chain before', ['c && d', 'set -e; a; b', 'e'], 'set -e; ( c && d ); a; b; e'],
    ['one command before', ['c', 'set -eu; a; b', 'set -eu; e'], 'set -e; c; set -eu; a; b; e'],
    ['a list at its end', ['set -e; a; b && c', 'set -e; d'], 'set -e; ( set -e; a; b && c ); d'],
    ['|| at its end', ['set -e; a; b || true', 'set -e; d'], 'set -e; ( set -e; a; b || true ); d'],
    ['a negation at its end', ['set -e; a; ! b', 'set -e; d'], 'set -e; ( set -e; a; ! b ); d'],
    [
      'a loop at its end',
      ['set -e; for x in 1; do a; done', 'set -e; d'],
      'set -e; ( set -e; for x in 1; do a; done ); d',
    ],
    ['braces at its end', ['set -e; a; { b; c; } > f', 'set -e; d'], 'set -e; a; { b; c; } > f; d'],
    ['cd', ['set -e; cd x; a', 'set -e; d'], 'set -e; ( set -e; cd x; a ); d'],
    ['a variable', ['set -e; v=1; a', 'set -e; d'], 'set -e; ( set -e; v=1; a ); d'],
    ['parameters', ['set -e; set -- x; a', 'set -e; d'], 'set -e; ( set -e; set -- x; a ); d'],
    ['an end of its own', ['set -e; a; exit 0', 'set -e; d'], 'set -e; ( set -e; a; exit 0 ); d'],
    [
      'a program that may be newer',
      ['set -e; pip a; b', 'set -e; pip c'],
      'set -e; ( set -e; pip a; b ); pip c',
    ],
    ['the last one of any kind', ['set -e; a; b', 'set -e; v=1; c || d &'], 'set -e; a; b; v=1; c || d &'],
  ])('%s', (_name, texts, expected) => {
    expect(joined(texts)).toBe(expected);
  });

  it.each([
    ['given', ['a; b', 'c'], 'a; b; c'],
    ['given, with a chain', ['a; b && c', 'd && e', 'f'], '( a; b && c ); ( d && e ); f'],
    ['given and set', ['set -u; a; b', 'c'], '( set -u; a; b ); c'],
  ])('%s to the shell', (_name, texts, expected) => {
    expect(joined(texts, true)).toBe(expected);
  });

  it.each([
    ['set later', ['a; set -e; b', 'c'], false, 'in a part'],
    ['switched off', ['set -e; a; set +e; b', 'c'], false, 'in a part'],
    ['in a pipeline', ['set -e | a; b', 'c'], false, 'in a part'],
    ['a file that may set it', ['set -e; . x; b', 'c'], false, 'in a part'],
    ['in front of what goes on', ['set -e; a; b', 'c; d'], false, 'goes on'],
    ['in front of a loop', ['set -e; a; b', 'for x in 1; do a; done'], false, 'goes on'],
    ['in front of a substitution', ['set -e; a; b', 'c `d; e`'], false, 'goes on'],
    ['behind what goes on', ['a; b', 'set -e; c; d', 'e'], false, 'goes on'],
    ['with processes', ['set -e; a & b', 'c'], false, 'leaves processes'],
    ['with an open end', ['set -e; a # b', 'c'], false, 'not clear'],
  ])('not %s', (_name, texts, hasErrexit, reason) => {
    expect(joined(texts, hasErrexit)).toMatch(new RegExp(`^! .*${reason}`));
  });

  it('are joined by && where none does', () => {
    expect(joined(['a', 'b; c'])).toBe('a && ( b; c )');
    expect(joined(['set -ex && a', 'set -e; b; c'])).toBe('( set -ex && a ) && ( set -e; b; c )');
  });
});
