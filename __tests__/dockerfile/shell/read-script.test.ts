// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import { shellTokens } from '../../../src/dockerfile/shell/shell-token.ts';
import { computedMs } from '../../support/computed.ts';
import { times } from '../../support/long.ts';

/** `&&/0 a b`: operator, depth and words of each command. */
function commandsOf(text: string): readonly string[] {
  return readScript(text).commands.map(({ operator, depth, words }) =>
    [`${operator}/${depth}`, ...words].join(' '),
  );
}

describe('the commands of a script', () => {
  const cases: readonly (readonly [script: string, commands: readonly string[]])[] = [
    ['a && b', ['start/0 a', '&&/0 b']],
    ['a;b|c||d&e\nf', ['start/0 a', ';/0 b', '|/0 c', '||/0 d', '&/0 e', 'newline/0 f']],
    ['a &&\n b', ['start/0 a', '&&/0 b']],
    ['a \\\n  b\\\nc', ['start/0 a bc']],
    ['!\\\n a && i\\\nf b; then c; fi\\\n', ['start/0 a', 'start/1 b', 'start/1 c']],
    ["cat <<A\nb \\\nA\nA\nc <<'A'\nd \\\nA\ne", ['start/0 cat', 'newline/0 c', 'newline/0 e']],
    ["cat <<'A'\\\n b\nno\nA\nc", ['start/0 cat b', 'newline/0 c']],
    ['\n\na\n\nb\n', ['start/0 a', 'newline/0 b']],
    ['FOO=1 BAR+=2 a >x 2>&1 b < y', ['start/0 a b']],
    ['( a; b ) && c', ['start/1 a', ';/1 b', '&&/0 c']],
    ['{ a; } > f && b', ['start/1 a', '&&/0 b']],
    [
      'if a; then b; elif c; then d; else e; fi',
      ['start/1 a', 'start/1 b', 'start/1 c', 'start/1 d', 'start/1 e'],
    ],
    ['for x in if then done; do a "$x"; done', ['start/1 a $x']],
    ['for x; do a; done; b', ['start/1 a', ';/0 b']],
    ['for x in 1\ndo a\ndone', ['start/1 a']],
    ['while read x; do a; done < f', ['start/1 read x', 'start/1 a']],
    ['until a; do b; done', ['start/1 a', 'start/1 b']],
    ['case "$x" in a|b) c;; (d) e ;; *) esac && f', ['start/1 c', 'start/1 e', '&&/0 f']],
    ['case x in\n a) b\n c;;\n esac', ['start/1 b', 'newline/1 c']],
    ['! a && ! b', ['start/0 a', '&&/0 b']],
    ['echo if { } ! case', ['start/0 echo if { } ! case']],
    ['"if" a', ['start/0 if a']],
    ['[[ a && ( b < c || d ) ]] && e', ['start/0 [[ a && ( b < || d ) ]]', '&&/0 e']],
    ['echo "a b" \'c "d\' e\\ f "g\\"h\\n"', ['start/0 echo a b c "d e f g"h\\n']],
    ['a "$(b "$(c ")" \')\')")" d', ['start/0 a $(b "$(c ")" \')\')") d']],
    ['a $(b | (c)) `d \\`e\\`` ${f:-"}"} ${g#\\}}', ['start/0 a $(b | (c)) `d \\`e\\`` ${f:-"}"} ${g#\\}}']],
    ['a $(( (1 + 2) * 3 << 4 )) b', ['start/0 a $(( (1 + 2) * 3 << 4 )) b']],
    ['a $(# it is )\n b)', ['start/0 a $(# it is )\n b)']],
    ['a <<< "x y" && b', ['start/0 a', '&&/0 b']],
    ['cat <<A <<-"B" > f\nno && no\nA\n\tno\n\tB\nb', ['start/0 cat', 'newline/0 b']],
    ['a # b && c\nd#e', ['start/0 a', 'newline/0 d#e']],
    ['a\u00a0b \u000b c\u2028d', ['start/0 a\u00a0b \u000b c\u2028d']],
    ['a $(b \\) c) "\\$(" d', ['start/0 a $(b \\) c) $( d']],
    ['f() { a; }', ['start/1 a']],
  ];
  it.each(cases)('%j', (script, commands) => {
    expect(commandsOf(script)).toEqual(commands);
    expect(readScript(script).isUnderstood).toBe(!/^\[\[|^f\(/.test(script));
  });

  it('stand at their offsets, with their assignments', () => {
    const text = 'a  && X=1 "b c" >d;';
    const [, second] = readScript(text).commands;
    expect(text.slice(second?.start, second?.end)).toBe('X=1 "b c" >d');
    expect(second?.assignments).toEqual(['X=1']);
  });
});

describe('what a script is good for', () => {
  it.each([
    ['a', 'chain'],
    ['a && b', 'chain'],
    ['x=1', 'chain'],
    ['a && exit 1', 'chain'],
    ['a && exit', 'chain, may end'],
    ['a && exec b', 'chain, may end'],
    ['exit 256', 'chain, may end'],
    ['exit $x', 'chain, may end'],
    ['a; b', 'more'],
    ['a || exit', 'more'],
    ['a || exit 0', 'more, may end'],
    ['if a; then exit 1; fi', 'more'],
    ['if a; then exit 0; fi', 'more, may end'],
    ['a | b', 'more'],
    ['( a ) && b', 'more'],
    ['! a', 'more'],
    ['a;', 'more, open'],
    ['a &', 'more, open'],
    ['a\n', 'more, open'],
  ])('%j: %s', (text, expected) => {
    const { isChain, isUnderstood, isWhole, canBeContinued } = readScript(text);
    expect({ isUnderstood, isWhole }).toEqual({ isUnderstood: true, isWhole: true });
    expect(isChain).toBe(expected.startsWith('chain'));
    expect(canBeContinued).toBe(!expected.includes(','));
  });

  it.each([
    ...[
      '"a',
      "'a",
      'a \\',
      'a $(b',
      'a ${b',
      'a `b',
      "a $'b\\'c'",
      'a "${b:-\'}\'}"',
      'a $(case x in y) z;; esac)',
      'a $(case\\\n x in y) z;; esac)',
      'a $(b "${c:-\'}\'}")',
    ],
    ...[
      'a $(cat <<X\n)',
      'cat <<X',
      'cat <<X\na',
      'a &&',
      'a ||',
      'a |',
      '!',
      '&& a',
      'a && ; b',
      'a;;',
      'a )',
    ],
    ...['( a', '{ a', '}', 'fi', 'if a; then b', 'done', 'if a; done', 'do a', 'esac', '( a ) b', 'fi a'],
    ...['f() { a; }', 'function f { a; }', 'coproc a', 'a=(1 2)', 'diff <(a) <(b)', 'a &> b', '((x++))'],
    ...[
      'for ((;;)); do a; done',
      'for x in a && b; do c; done',
      'for x y; do a; done',
      'case x y in z) a;; esac',
    ],
    ...[
      'a\r',
      'a \\\r\n b',
      'a > #b',
      'a >2>b',
      'a 2>&-b',
      '{a}>b c',
      'X[1]=2',
      'in a',
      ']] a',
      '[[ a',
      '[[ a || b ]]',
      'a >',
      '> && b',
      '{ a; } }',
      '( a && )',
      'case x in a) b;; c',
    ],
  ])('%j is not understood, and cannot be continued', text => {
    const script = readScript(text);
    expect(script.isUnderstood).toBe(false);
    expect([script.isChain, script.isWhole, script.canBeContinued]).toEqual([false, false, false]);
  });

  it.each(['', '# a', 'a # b', 'cat <<X\na\nX', 'cat <<X\na\nX\nb'])(
    '%j is understood, and not whole',
    text => {
      const script = readScript(text);
      expect([script.isUnderstood, script.isWhole, script.canBeContinued]).toEqual([true, false, false]);
    },
  );

  it('tells what stands at the top, and what is left running', () => {
    expect(readScript('a && ! ( b ) | c; if d; then e; fi').members).toEqual([
      { operator: 'start', isCompound: false, isNegated: false, canFailUnseen: false },
      { operator: '&&', isCompound: true, isNegated: true, canFailUnseen: false },
      { operator: '|', isCompound: false, isNegated: false, canFailUnseen: false },
      { operator: ';', isCompound: true, isNegated: false, canFailUnseen: false },
    ]);
    expect(readScript('a && b').hasBackground).toBe(false);
    expect(readScript('( a & ) && b').hasBackground).toBe(true);
  });
});

describe('any text', () => {
  const parts = [
    ...[
      '$(',
      '${',
      '`',
      '"',
      "'",
      '\\',
      '(',
      ')',
      '{',
      '}',
      '<<',
      '<<-A',
      '<<<',
      '>',
      '&>',
      '&',
      '&&',
      '|',
      '||',
    ],
    ...[
      ';',
      ';;',
      '\n',
      '\r\n',
      '#',
      ' ',
      '\t',
      'if',
      'then',
      'fi',
      'for',
      'in',
      'do',
      'done',
      'case',
      'esac',
    ],
    ...['[[', ']]', '!', 'time', 'a', 'A', '=', '1', '\u00a0', '\u0000', '\u2028', '$((', '))', 'function'],
  ];
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 4 })), { maxLength: 40 })
    .map(each => each.join(''));

  it('is read without an exception, into commands and tokens in order', () => {
    fc.assert(
      fc.property(texts, text => {
        let end = 0;
        for (const token of shellTokens(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end);
          expect(token.end).toBeGreaterThanOrEqual(token.start);
          end = token.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        const script = readScript(text);
        for (const { start, end: last } of script.commands) expect(last).toBeGreaterThanOrEqual(start);
        if (script.canBeContinued || script.isChain) expect(script.isWhole).toBe(true);
        if (script.isWhole) expect(script.isUnderstood).toBe(true);
      }),
      { numRuns: times(3000) },
    );
  });

  it('that can be continued can be continued again, and keeps its commands', () => {
    fc.assert(
      fc.property(texts, text => {
        const script = readScript(text);
        fc.pre(script.canBeContinued);
        const longer = readScript(`${text} && more`);
        expect(longer.commands.slice(0, -1)).toEqual(script.commands);
        expect(longer.commands.at(-1)).toMatchObject({ words: ['more'], operator: '&&', depth: 0 });
        expect(longer.canBeContinued).toBe(true);
      }),
      { numRuns: times(500) },
    );
  });

  it.each([
    ...[
      '$(',
      '"$(',
      "'",
      '"',
      ' ',
      '(',
      '${',
      '`',
      '1',
      '1 ',
      '\\\n',
      'a;',
      '{ ',
      '{ a&&',
      'case a in ',
      'a&&',
      '"${',
      '# \n',
    ],
    ...[
      '"${x}',
      '$(# ',
      '<<<',
      '#',
      '$((',
      '[[ a ',
      '<<A\n',
      '<<A ',
      '! ',
      '\\',
      '\n',
      ')',
      '}',
      ';;',
      'f()',
      '\t\\\n',
    ],
  ])('of 256 KiB of %j takes no more time than its length', part => {
    const text = part.repeat(Math.ceil((256 * 1024) / part.length));
    const before = computedMs();
    readScript(text);
    readScript(`${text}${')'.repeat(1000)}`);
    expect(computedMs() - before).toBeLessThan(10_000);
  });
});
