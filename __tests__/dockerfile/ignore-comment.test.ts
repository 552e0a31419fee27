import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { readIgnoreComments } from '../../src/dockerfile/ignore-comment.ts';
import { computedMs } from '../support/computed.ts';

function read(...lines: readonly string[]) {
  return readIgnoreComments(parseDockerfile(lines.join('\n'), 'Dockerfile')).map(
    ({ line, scope, rules, reason, instruction }) => ({
      line,
      ...(scope === 'file' ? { scope } : {}),
      rules,
      reason,
      at: instruction?.startLine ?? null,
    }),
  );
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
    ['# deadweight ignore=, x', [], ', x'],
  ])('%s', (comment, rules, reason) => {
    expect(read(comment, 'FROM a')).toEqual([{ line: 1, rules, reason, at: 2 }]);
  });

  it.each([
    '# deadweight ignores the cache here',
    '# deadweight ignore a',
    '# no deadweight ignore=a',
    '# hadolint ignore=a',
    'RUN echo "# deadweight ignore=a"',
  ])('is not %s', line => {
    expect(read(line, 'FROM a')).toEqual([]);
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

  it('is none in the text of a heredoc', () => {
    const lines = ['FROM a', 'RUN <<EOF', '# deadweight ignore=a', 'EOF', '# deadweight ignore=b', 'RUN c'];
    expect(read(...lines)).toEqual([{ line: 5, rules: ['b'], reason: null, at: 6 }]);
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
  ])('is read in linear time: %s', (_name, comment) => {
    const start = computedMs();
    expect(read(comment, 'FROM a')).toHaveLength(1);
    expect(computedMs() - start).toBeLessThan(2000);
  });
});
