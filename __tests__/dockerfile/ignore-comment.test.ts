import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { readIgnoreComments } from '../../src/dockerfile/ignore-comment.ts';
import { computedMs } from '../support/computed.ts';

function all(...lines: readonly string[]) {
  return readIgnoreComments(parseDockerfile(lines.join('\n'), 'Dockerfile'));
}

function read(...lines: readonly string[]) {
  return all(...lines).comments.map(({ line, scope, rules, reason, instruction }) => ({
    line,
    ...(scope === 'file' ? { scope } : {}),
    rules,
    reason,
    at: instruction?.startLine ?? null,
  }));
}

function mistakes(...lines: readonly string[]) {
  return all(...lines).mistakes.map(({ line, kind, instruction }) => [
    line,
    kind,
    instruction?.startLine ?? null,
  ]);
}

describe('a comment that ignores rules', () => {
  it.each([
    ['# deadweight ignore=a-b', ['a-b'], null],
    ['#deadweight ignore=a', ['a'], null],
    ['  # Deadweight: IGNORE = A, b ,c  we want it', ['a', 'b', 'c'], 'we want it'],
    ['# deadweight ignore=a # we want it', ['a'], 'we want it'],
    ['# deadweight ignore=a -- we want it', ['a'], 'we want it'],
    ['# deadweight ignore=a: we want it', ['a'], 'we want it'],
    ['# deadweight ignore=a — we want it', ['a'], 'we want it'],
    ['# deadweight ignore=a, because', ['a', 'because'], null],
    ['# deadweight ignore=', [], null],
    ['# deadweight ignore=, x', [], 'x'],
    ['# deadweight ignore=a,', ['a'], null],
    ['# deadweight ignore=a , , b,', ['a', 'b'], null],
    ['# deadweight ignore=a, -- b', ['a'], 'b'],
    ['# deadweight:ignore=a', ['a'], null],
  ])('%s', (comment, rules, reason) => {
    expect(read(comment, 'FROM a')).toEqual([{ line: 1, rules, reason, at: 2 }]);
  });

  it.each([
    '# deadweight ignores the cache here',
    '# written for deadweight, to ignore it',
    '# hadolint ignore=a',
    'RUN echo "# deadweight ignore=a"',
    'RUN echo a#deadweight ignore=a',
    'LABEL a="b # deadweight ignore=a"',
  ])('is not %s, nor looks like it', line => {
    expect(all(line, 'FROM a')).toEqual({ comments: [], mistakes: [] });
  });

  it.each([
    '# deadweight ignore a',
    '# deadweight ignore',
    '# deadweight-ignore=a',
    '#deadweight-disable',
    '# deadweight disable=a',
    '# Dead-Weight: ignore=a',
    '# deadweight ingore=a',
    '# deadweight ignore-next-line a',
    '# no deadweight ignore=a',
    '# hadolint ignore=a # deadweight ignore=b',
  ])('is not understood in %s', line => {
    expect(read(line, 'FROM a')).toEqual([]);
    expect(mistakes(line, 'FROM a')).toEqual([[1, 'form', 2]]);
    expect(mistakes(`RUN b ${line}`)).toEqual([[1, 'form', 1]]);
  });

  it('belongs to the instruction below, over comments and empty lines; several add up', () => {
    expect(
      read(
        '# deadweight ignore=a one',
        'FROM a',
        '# deadweight ignore=b two',
        '',
        '# what it does',
        '# deadweight ignore=c',
        '',
        'RUN b',
        '# deadweight ignore=d',
      ),
    ).toEqual([
      { line: 1, rules: ['a'], reason: 'one', at: 2 },
      { line: 3, rules: ['b'], reason: 'two', at: 8 },
      { line: 6, rules: ['c'], reason: null, at: 8 },
      { line: 9, rules: ['d'], reason: null, at: null },
    ]);
  });

  it('belongs to the instruction that it stands in', () => {
    expect(read('FROM a', 'RUN set -eux; \\', '  # deadweight ignore=a', '    b; \\', '    c')).toEqual([
      { line: 3, rules: ['a'], reason: null, at: 2 },
    ]);
  });

  it.each([
    [1, ['RUN b # deadweight ignore=a,b why']],
    [1, ['RUN b;#deadweight ignore=a,b why']],
    [2, ['RUN b && \\', '  c # deadweight ignore=a,b why  ']],
    [3, ['RUN b && \\', '# what', '  c # deadweight ignore=a,b why']],
    [1, ['RUN b; # deadweight ignore=a,b why \\', '  c']],
    [1, ['RUN --mount=type=tmpfs,target=/x b "#" # deadweight ignore=a,b why']],
    [3, ['RUN <<EOF', 'b', 'c # deadweight ignore=a,b why', 'EOF']],
    [2, ['RUN <<-EOF', '\t# deadweight ignore=a,b why', 'EOF']],
  ])('is a comment of the script of a RUN: line %i of %j', (line, lines) => {
    const found = { rules: ['a', 'b'], reason: 'why', at: 2 };
    expect(read('FROM a', ...lines)).toEqual([{ line: line + 1, ...found }]);
    expect(mistakes('FROM a', ...lines)).toEqual([]);
  });

  it.each([
    [1, ['COPY b c # deadweight ignore=a']],
    [2, ['ENV A=b \\', '  C=d # deadweight-ignore=a']],
    [1, ['CMD ["b"] # deadweight ignore=a']],
    [1, ['ONBUILD RUN b # deadweight ignore=a']],
    [1, ["RUN echo 'b # deadweight ignore=a"]],
    [2, ['RUN python3 <<EOF', '# deadweight ignore=a', 'EOF']],
    [3, ['RUN <<EOF', '#!/usr/bin/env python3', '# deadweight ignore=a', 'EOF']],
  ])('is no comment where it stands: line %i of %j', (line, lines) => {
    expect(read('FROM a', ...lines)).toEqual([]);
    expect(mistakes('FROM a', ...lines)).toEqual([[line + 1, 'place', 2]]);
  });

  it('is no comment to a shell that is none of POSIX', () => {
    const lines = ['FROM a', 'SHELL ["cmd", "/S"]', 'RUN b # deadweight ignore=a'];
    expect(read(...lines)).toEqual([]);
    expect(mistakes(...lines)).toEqual([[3, 'place', 3]]);
  });

  it('is none in a file that a heredoc writes', () => {
    const lines = [
      'FROM a',
      'COPY <<EOF /b',
      '# deadweight ignore=a',
      'EOF',
      '# deadweight ignore=b',
      'RUN c',
    ];
    expect(read(...lines)).toEqual([{ line: 5, rules: ['b'], reason: null, at: 6 }]);
    expect(mistakes(...lines)).toEqual([]);
  });

  it('may be for the file', () => {
    expect(read('# syntax=x', '# deadweight ignore-file=a,b all of it', 'FROM a')).toEqual([
      { line: 2, scope: 'file', rules: ['a', 'b'], reason: 'all of it', at: null },
    ]);
  });

  it.each([
    ['names', `# deadweight ignore=${'a ,'.repeat(100_000)}`],
    ['gaps', `# deadweight ignore=a${' '.repeat(400_000)}b`],
    ['a long reason', `# deadweight ignore=a ${'-'.repeat(400_000)}`],
    ['commas', `# deadweight ignore=a${','.repeat(400_000)}`],
    ['dashes', `# deadweight${'-'.repeat(400_000)}`],
    ['its own name', `# deadweight ${'deadweight ignore '.repeat(40_000)}`],
    ['in a script', `RUN a # deadweight ignore=a ${'# deadweight ignore \\ '.repeat(40_000)}`],
    ['in an open quote', `RUN ' ${'# deadweight ignore=a \\ '.repeat(40_000)}`],
    ['in many lines', `RUN <<EOF\n${'# deadweight ignore=a\n'.repeat(40_000)}`],
  ])('is read in linear time: %s', (_name, comment) => {
    const start = computedMs();
    const { comments, mistakes: told } = all(comment, 'FROM a');
    expect(comments.length + told.length).toBeLessThanOrEqual(40_000);
    expect(computedMs() - start).toBeLessThan(2000);
  });
});
