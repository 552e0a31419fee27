// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionsOn, locate, parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { computedMs } from '../support/computed.ts';
import { times } from '../support/long.ts';

function ranges(text: string): string[] {
  return parseDockerfile(text, 'Dockerfile').instructions.map(
    each => `${each.keyword} ${each.startLine}-${each.endLine}`,
  );
}

describe('line ranges', () => {
  const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['one line each', 'FROM a\nRUN x\n', ['FROM 1-1', 'RUN 2-2']],
    ['no line end at the end', 'FROM a\nRUN x', ['FROM 1-1', 'RUN 2-2']],
    ['CRLF', 'FROM a\r\nRUN x \\\r\n  y\r\nCMD z\r\n', ['FROM 1-1', 'RUN 2-3', 'CMD 4-4']],
    ['byte order mark', '\uFEFFFROM a\nRUN x\n', ['FROM 1-1', 'RUN 2-2']],
    ['comments and empty lines inside', 'FROM a\nRUN x \\\n# c\n\n  y\n', ['FROM 1-1', 'RUN 2-5']],
    [
      'comment with backslash as first continuation',
      'FROM a\nRUN x \\\n# c \\\n  y\nRUN z\n',
      ['FROM 1-1', 'RUN 2-4', 'RUN 5-5'],
    ],
    ['backtick', '# escape=`\nFROM a\nRUN x `\n y\nRUN c:\\\n', ['FROM 2-2', 'RUN 3-4', 'RUN 5-5']],
    ['space after the backslash', 'FROM a\nRUN x \\  \n y\n', ['FROM 1-1', 'RUN 2-3']],
    ['heredoc', 'FROM a\nRUN <<EOF\nRUN no\nEOF\nRUN z\n', ['FROM 1-1', 'RUN 2-4', 'RUN 5-5']],
    ['quoted heredoc', "FROM a\nRUN <<'EOF' sh\n$X\nEOF\nCMD z\n", ['FROM 1-1', 'RUN 2-4', 'CMD 5-5']],
    ['chomped heredoc', 'FROM a\nRUN <<-EOF\n\tx\n\tEOF\nCMD z\n', ['FROM 1-1', 'RUN 2-4', 'CMD 5-5']],
    [
      'mixed heredocs',
      'FROM a\nCOPY <<-A <<B /d/\n\tx\n\tA\ny\n\tB\nB\nCMD z\n',
      ['FROM 1-1', 'COPY 2-7', 'CMD 8-8'],
    ],
    ['numbered heredoc', 'FROM a\nRUN 3<<EOF cat\nx\nEOF\nCMD z\n', ['FROM 1-1', 'RUN 2-4', 'CMD 5-5']],
    [
      'blanks before the name',
      "FROM a\nRUN cat << \t'EOF'\nx\nEOF\nCMD z\n",
      ['FROM 1-1', 'RUN 2-4', 'CMD 5-5'],
    ],
    ['no heredoc: quoted', 'FROM a\nRUN echo "a <<EOF b"\nCMD z\n', ['FROM 1-1', 'RUN 2-2', 'CMD 3-3']],
    ['no heredoc: an ENV', 'FROM a\nENV A=<<EOF\nCMD z\n', ['FROM 1-1', 'ENV 2-2', 'CMD 3-3']],
    ['escaped backslash ends the line', 'FROM a\nRUN echo \\\\\nRUN z\n', ['FROM 1-1', 'RUN 2-2', 'RUN 3-3']],
    ['ONBUILD heredoc', 'FROM a\nONBUILD RUN <<E\nx\nE\nCMD z\n', ['FROM 1-1', 'ONBUILD 2-4', 'CMD 5-5']],
    ['unterminated heredoc', 'FROM a\nRUN <<E\nx\n', ['FROM 1-1', 'RUN 2-3']],
    [
      'blanks before the name, after a number',
      'FROM a\nRUN cat 3<< E\nx\nE\nCMD z\n',
      ['FROM 1-1', 'RUN 2-4', 'CMD 5-5'],
    ],
    [
      'no heredoc: a blank after the dash',
      'FROM a\nRUN cat <<- E\nCMD z\n',
      ['FROM 1-1', 'RUN 2-2', 'CMD 3-3'],
    ],
    [
      'no heredoc: a quote is not closed',
      "FROM a\nRUN cat <<E # it's\nCMD z\n",
      ['FROM 1-1', 'RUN 2-2', 'CMD 3-3'],
    ],
    [
      'no heredoc: a variable is not understood',
      'FROM a\nRUN cat <<E ${X^^}\nCMD z\n',
      ['FROM 1-1', 'RUN 2-2', 'CMD 3-3'],
    ],
    [
      'a heredoc behind a number sign',
      'FROM a\nRUN x # <<E\ny\nE\nCMD z\n',
      ['FROM 1-1', 'RUN 2-4', 'CMD 5-5'],
    ],
    ['no heredoc: three arrows', 'FROM a\nRUN cat <<<E\nCMD z\n', ['FROM 1-1', 'RUN 2-2', 'CMD 3-3']],
    ['no heredoc: glued to a word', 'FROM a\nRUN cat x<<E\nCMD z\n', ['FROM 1-1', 'RUN 2-2', 'CMD 3-3']],
    ['no heredoc: JSON form', 'FROM a\nRUN ["cat", "x", "<<E"]\nCMD z\n', ['FROM 1-1', 'RUN 2-2', 'CMD 3-3']],
    [
      'no heredoc: HEALTHCHECK',
      'FROM a\nHEALTHCHECK CMD cat <<E\nCMD z\n',
      ['FROM 1-1', 'HEALTHCHECK 2-2', 'CMD 3-3'],
    ],
    [
      'no heredoc: ONBUILD ONBUILD',
      'FROM a\nONBUILD ONBUILD RUN <<E\nCMD z\n',
      ['FROM 1-1', 'ONBUILD 2-2', 'CMD 3-3'],
    ],
    ['a name with a blank', 'FROM a\nRUN <<"E F"\nE\nE F\nCMD z\n', ['FROM 1-1', 'RUN 2-4', 'CMD 5-5']],
    [
      'a name with escapes, whatever the file escapes with',
      '# escape=`\nFROM a\nRUN <<E\\F\nE\nEF\nCMD z\n',
      ['FROM 2-2', 'RUN 3-5', 'CMD 6-6'],
    ],
    ['a carriage return inside a line', 'FROM a\nRUN a\r b\nRUN\rc\n', ['FROM 1-1', 'RUN 2-2', 'RUN 3-3']],
    [
      'carriage returns at the end',
      'FROM a\r\r\nRUN a \\\r\r\n b\r\r\nRUN <<E\r\r\nE\r\r\nRUN c\r',
      ['FROM 1-1', 'RUN 2-3', 'RUN 4-5', 'RUN 6-6'],
    ],
    ['a keyword over two lines', 'FR\\\nOM a\nRU\\\n# c\n\nN x\n', ['FROM 1-2', 'RUN 3-6']],
    ['a continuation first', '\\\n\n# c\nFROM a\n \\\n RUN x\n', ['FROM 1-4', 'RUN 5-6']],
    ['a continuation last', 'FROM a\nRUN x \\\n# c\n\n', ['FROM 1-1', 'RUN 2-4']],
    [
      'keywords in any case, behind any blanks',
      'from a\n\u00A0Run x\n\u3000# c\n\tcopy\va /\n',
      ['FROM 1-1', 'RUN 2-2', 'COPY 4-4'],
    ],
    [
      'a byte order mark inside is no blank',
      'FROM a\n\uFEFF\nRUN x\n',
      ['FROM 1-1', '\uFEFF 2-2', 'RUN 3-3'],
    ],
    ['nothing', '', []],
    ['only comments', '# a\n\n# b\n', []],
  ];
  it.each(cases)('%s', (_name, text, expected) => {
    expect(ranges(text)).toEqual(expected);
  });
});

describe('instructions', () => {
  it('joins continuations, drops comments, keeps quotes and escapes', () => {
    const file = parseDockerfile(
      'FROM a\nCOPY --from=b --chown=1:2 \\\n  # why\n  "x y" \\\n\n  /dst\\ dir/\nCMD ["a",  "b\\"c"]\n',
      'sub/Dockerfile',
    );
    const [, copy, cmd] = file.instructions;
    expect(copy?.flags).toEqual([
      { name: 'from', value: 'b' },
      { name: 'chown', value: '1:2' },
    ]);
    expect(copy?.body).toBe('"x y"   /dst\\ dir/');
    expect(copy?.text).toBe('COPY --from=b --chown=1:2 \\\n  "x y" \\\n  /dst\\ dir/');
    expect(copy?.file).toBe('sub/Dockerfile');
    expect(cmd?.body).toBe('["a",  "b\\"c"]');
  });

  it('reads any number of flags once', () => {
    const file = parseDockerfile(`RUN ${'--a=12 '.repeat(100_000)} -- x`, 'Dockerfile');
    expect(file.instructions[0]?.flags).toHaveLength(100_000);
    expect(file.instructions[0]?.flags.at(-1)).toEqual({ name: 'a', value: '12' });
  });

  it('keeps heredoc bodies apart from the arguments', () => {
    const file = parseDockerfile('FROM a\nCOPY <<X <<-"Y" /d/\n# kept\nX\n\ty\n\tY\n', 'Dockerfile');
    expect(file.instructions[1]?.heredocs).toEqual([
      { name: 'X', chomp: false, lines: ['# kept'] },
      { name: 'Y', chomp: true, lines: ['\ty'] },
    ]);
    expect(file.instructions[1]?.text).toBe('COPY <<X <<-"Y" /d/\n# kept\nX\n\ty\n\tY');
  });

  it('takes directives at the top only', () => {
    const file = parseDockerfile(
      '# syntax=docker/dockerfile:1\n  # Escape = `  \r\r\nFROM a\n# check=skip=all\n',
      'f',
    );
    expect([...file.directives]).toEqual([
      ['syntax', 'docker/dockerfile:1'],
      ['escape', '`'],
    ]);
    expect(file.escape).toBe('`');
  });

  it.each(['\n', 'FROM a\n', '# other=1\n', '#\n', '# escape\n'])('takes no directive behind %j', above => {
    expect(parseDockerfile(`${above}# escape=\`\nFROM a\n`, 'f').escape).toBe('\\');
  });

  it.each([
    '#escape=`',
    ' \t# ESCAPE \t= `',
    '#\u00A0escape=`',
    '\uFEFF# escape=`',
    '# check=x\n# escape=`\r',
  ])('takes the directive of %j', head => {
    expect(parseDockerfile(`${head}\nFROM a\n`, 'f').escape).toBe('`');
  });

  it.each([
    ['--from="a b" x /', [['from', 'a b']], 'x /'],
    ["--mount='type=bind,target=/x y' z", [['mount', 'type=bind,target=/x y']], 'z'],
    ['--mount=type=bind,"target=/x y" z', [['mount', 'type=bind,target=/x y']], 'z'],
    [
      '--link --x=a\\ b\\"c z',
      [
        ['link', null],
        ['x', 'a b"c'],
      ],
      'z',
    ],
    ['--link -- --x z', [['link', null]], '--x z'],
    ['--x=a\u00A0z', [['x', 'a']], 'z'],
    ['--x=a', [['x', 'a']], ''],
    ['- --x=a', [], '- --x=a'],
  ])('reads the flags of %j', (text, flags, body) => {
    const [copy] = parseDockerfile(`COPY ${text}\n`, 'f').instructions;
    expect(copy?.flags.map(({ name, value }) => [name, value])).toEqual(flags);
    expect(copy?.body).toBe(body);
  });
});

describe('locations', () => {
  const file = parseDockerfile('FROM a\nRUN x \\\n # c\n y\n\nRUN z\n', 'Dockerfile');
  it('gives the lines without the comments inside continuations', () => {
    expect(locate(file, 2, 4)).toEqual({
      file: 'Dockerfile',
      startLine: 2,
      endLine: 4,
      text: 'RUN x \\\n y',
    });
  });
  it('has none for lines that do not exist', () => {
    expect(locate(file, 9, 9)).toBeNull();
    expect(locate(file, 0, 0)).toBeNull();
    expect(locate(file, 4, 2)).toBeNull();
  });
  it('finds the instructions on lines', () => {
    expect(instructionsOn(file, 3, 3).map(each => each.startLine)).toEqual([2]);
    expect(instructionsOn(file, 4, 6).map(each => each.startLine)).toEqual([2, 6]);
    expect(instructionsOn(file, 5, 5)).toEqual([]);
  });
});

describe('any text', () => {
  const part = fc.constantFrom(
    ...[
      'FROM a',
      'RUN x',
      'COPY <<A <<-"B" /',
      'ONBUILD RUN <<E',
      'E',
      'A',
      '\tB',
      '# c',
      '# escape=`',
      '\\',
      '`',
      ' ',
      '\n',
      '\r\n',
      '"',
      "'",
      '<<',
      '$',
      '{',
      '--from=x',
      '\u0000',
      '\u2028',
      '\uFEFF',
    ],
  );
  const texts = fc
    .array(fc.oneof(part, fc.string({ maxLength: 8 })), { maxLength: 30 })
    .map(parts => parts.join(''));

  it('never throws, and instructions are in order, inside the file and apart', () => {
    fc.assert(
      fc.property(texts, text => {
        const file = parseDockerfile(text, 'f');
        let last = 0;
        for (const each of file.instructions) {
          expect(each.startLine).toBeGreaterThan(last);
          expect(each.endLine).toBeGreaterThanOrEqual(each.startLine);
          last = each.endLine;
        }
        expect(last).toBeLessThanOrEqual(file.lines.length);
      }),
      { numRuns: times(600) },
    );
  });

  it('is read in time that does not grow with the square of its length', () => {
    const long = `FROM a\nRUN ${'x \\\n'.repeat(100_000)}y\n`;
    const before = computedMs();
    expect(ranges(long)).toEqual(['FROM 1-1', 'RUN 2-100002']);
    expect(ranges(`FROM a\n${'RUN x\n'.repeat(30_000)}`)).toHaveLength(30_001);
    expect(computedMs() - before).toBeLessThan(5_000);
  });
});
