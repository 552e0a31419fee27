import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { applyEdits, editProblem } from '../../../src/dockerfile/edit/apply-edits.ts';
import { computedMs } from '../../support/computed.ts';
import { append, flag, merge, option } from './edited.ts';

function apply(dockerfile: string, ...edits: Parameters<typeof applyEdits>[1]): string {
  const made = applyEdits({ dockerfile, ignore: '' }, edits, 'Dockerfile');
  return 'reason' in made ? `! ${made.reason}` : made.dockerfile;
}

describe('edits', () => {
  it('keep a byte order mark, directives and the escape character', () => {
    const head = '\uFEFF# syntax=docker/dockerfile:1\r\n# escape=`\r\nFROM a\r\n';
    expect(apply(`${head}RUN a \`\r\n  && b\r\nRUN d`, merge(4, 6), append(6))).toBe(
      `${head}RUN a \`\r\n  && b \`\r\n  && d && rm -rf /x/*`,
    );
    // A backslash at a line's end is the shell's here, and is not closed.
    expect(apply(`${head}RUN a\\\r\nRUN d`, merge(4, 5))).toBe(
      '! the end of one of the scripts is not clear',
    );
  });

  it('say which of them cannot be made', () => {
    const edits = [append(2), option(2), flag(4, '--link')];
    const made = applyEdits({ dockerfile: 'FROM a\nRUN a\nCOPY a b\n', ignore: '' }, edits, 'Dockerfile');
    expect(made).toEqual({
      edit: option(2),
      reason: 'it has no `apt-get install` without --no-install-recommends',
    });
    expect(apply('FROM a\nRUN a\n', flag(3, '--link'))).toBe('! no instruction begins on line 3');
    expect(apply('FROM a\nRUN a \\\n b\n', append(3))).toBe('! no instruction begins on line 3');
    expect(apply('', append(1))).toBe('! no instruction begins on line 1');
  });

  it('know what older syntaxes do not', () => {
    const text = '# syntax=docker/dockerfile:1.1\nFROM a\nRUN a\nCOPY b c\n';
    expect(apply(text, flag(3, '--mount=type=ssh'))).toContain('! its syntax does not know --mount yet');
    expect(apply(text, flag(4, '--chown=a'))).toContain('COPY --chown=a b c');
    expect(apply(text.replace('1.1', '1.3'), flag(4, '--link'))).toContain('! its syntax');
    expect(apply(text.replace('1.1', '1.4'), flag(4, '--link'))).toContain('COPY --link b c');
    expect(apply(text.replace('1.1', '1'), flag(4, '--link'))).toContain('COPY --link b c');
  });

  it('are judged for a Dockerfile that was read as they are for its text', () => {
    const crlf = parseDockerfile('FROM a\r\nRUN <<E\r\na\r\nE\r\n', 'f');
    expect(editProblem(crlf, [append(2)])).toContain('carriage return');
    expect(editProblem(parseDockerfile('FROM a\nRUN <<E\na\nE\n', 'f'), [append(2)])).toBeNull();
    const ignore = { kind: 'ignore', pattern: '**/x' } as const;
    expect(editProblem(crlf, [ignore])).toBeNull();
    expect(editProblem(crlf, [ignore], '!x/y\n')).toContain('`!x/y`');
    expect(editProblem(crlf, [])).toBeNull();
  });

  it('of a text of a megabyte take seconds at most', () => {
    const installs = `RUN ${'apt-get install x && '.repeat(10_000)}true`;
    const lines = `RUN apt-get install x \\\n${' # c\n && apt-get install y \\\n'.repeat(10_000)} && true`;
    const many = 'RUN apt-get install x\n'.repeat(3_000);
    const before = computedMs();
    expect(apply(`FROM a\n${installs}\n`, option(2), append(2))).toContain(
      'install --no-install-recommends x',
    );
    expect(apply(`FROM a\n${lines}\n`, option(2), append(2))).toContain('install --no-install-recommends y');
    expect(apply(`FROM a\n${many}`, merge(2, 3_001))).toContain('    && apt-get install x');
    expect(
      apply(`FROM a\n${'\n'.repeat(300_000)}RUN a\n${'\n'.repeat(300_000)}RUN b\n`, merge(300_002, 600_003)),
    ).toMatch(/RUN a \\\n {4}&& b\n$/);
    expect(computedMs() - before).toBeLessThan(20_000);
  });
});

describe('a .dockerignore', () => {
  const ignore = (text: string, ...patterns: readonly string[]): string => {
    const edits = patterns.map(pattern => ({ kind: 'ignore', pattern }) as const);
    const made = applyEdits({ dockerfile: 'FROM a', ignore: text }, edits, 'Dockerfile');
    return 'reason' in made ? `! ${made.reason}` : made.ignore;
  };

  it.each([
    ['', '.git', '.git\n'],
    ['a\n', '.git', 'a\n.git\n'],
    ['a', '.git', 'a\n.git'],
    ['a\r\nb', '.git', 'a\r\nb\r\n.git'],
    ['a\r\n', '.git', 'a\r\n.git\r\n'],
    ['\uFEFF', '.git', '\uFEFF.git\n'],
    ['.git\na\n', '.git', '.git\na\n'],
    ['  /.git/ \n', '.git', '  /.git/ \n'],
    ['\uFEFF.git\n', '.git', '\uFEFF.git\n'],
    ['#.git\n', '.git', '#.git\n.git\n'],
    ['*\n!src\n', '.git', '*\n!src\n.git\n'],
    ['*\n!src/*.js\n', 'src/*.ts', '*\n!src/*.js\nsrc/*.ts\n'],
    ['*\n!src/x\n', 'src/y', '*\n!src/x\nsrc/y\n'],
    ['.git\n!src\n', '.git', '.git\n!src\n'],
    ['!aa\n', 'a', '!aa\na\n'],
    ['*\n!main.bin\n', '**/.git', '*\n!main.bin\n**/.git\n'],
    ['*\n!src\n', 'src/.git', '*\n!src\nsrc/.git\n'],
    ['*\n!src/main.go\n', '**/.git', '*\n!src/main.go\n**/.git\n'],
    ['*\n!*.md\n', '**/.git', '*\n!*.md\n**/.git\n'],
    ['**/x\n!**/y\n**/x\n', '**/x', '**/x\n!**/y\n**/x\n'],
  ])('%j with %s', (text, pattern, expected) => {
    expect(ignore(text, pattern)).toBe(expected);
  });

  it.each([
    ['!.git', '.git'],
    ['!/.git/', '.git'],
    ['!.git/hooks', '.git'],
    ['!src/*', 'src/x/y'],
    ['!src/node_modules', '**/node_modules'],
    ['!src/node_modules/a', '**/node_modules'],
    ['!src/*', '**/node_modules'],
    ['!a', '**/b/../c'],
    ['!a/b/c', '**/b/**'],
    ['!**/*.md', 'docs'],
    ['!*.md', 'README*'],
    ['!RE*', '*.md'],
    ['!a[bc]', 'a?'],
    ['!a\\*', 'a*'],
    ['.git\n!.git/config', '.git'],
    ['!../x', 'x'],
  ])('not %j with %s', (text, pattern) => {
    expect(ignore(text, pattern)).toMatch(/^! the line `!.*` may ask for files that it matches$/);
  });

  it.each(['', ' a', 'a ', '!a', '#a', 'a\nb', '.', '/', '..'])('not with %j', pattern => {
    expect(ignore('', pattern)).toBe('! the pattern is not one that a .dockerignore line can hold');
  });

  it('can get several', () => {
    expect(ignore('', 'b', 'a', 'b')).toBe('a\nb\n');
  });
});
