import { describe, expect, it } from 'vitest';
import { IgnoreFile } from '../../src/dockerfile/ignore-file.ts';

/** Whether a path is left out, its directories looked at first, as a walk over the context does. */
function excludes(text: string, path: string): boolean {
  const file = new IgnoreFile(text);
  let decision = file.top;
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    decision = file.decide(parts.slice(0, length).join('/'), decision);
  }
  return decision.excluded;
}

describe('a .dockerignore', () => {
  // What BuildKit's matcher says of one pattern and one path.
  it.each([
    ['**', 'file', true],
    ['**', 'dir/file', true],
    ['**/', 'file', true],
    ['**/**', 'dir/file', true],
    ['dir/**', 'dir/file', true],
    ['dir/**', 'dir/dir2/file', true],
    ['dir/**', 'dir', false],
    ['**/dir', 'dir', true],
    ['**/dir', 'a/dir/file', true],
    ['**/dir2/*', 'dir/dir2/file', true],
    ['**/dir2/*', 'dir/dir2/dir3/file', true],
    ['**file', 'file', true],
    ['**file', 'dir/file', true],
    ['**file', 'dir/a-file', true],
    ['**/file', 'dir/a-file', false],
    ['**/*.txt', 'a/b.txt', true],
    ['**.log', 'd/a.log', true],
    ['a**', 'abc/d', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['*.txt', 'a.txt', true],
    ['*.txt', 'd/a.txt', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['a.b', 'aXb', false],
    ['a+(b)', 'a+(b)', true],
    ['\\*', '*', true],
    ['/dir', 'dir/file', true],
    ['./dir/', 'dir/file', true],
    ['a/../b', 'b', true],
    ['..', 'a', false],
    ['.', 'a', false],
    ['  dir  ', 'dir', true],
    ['dir\r', 'dir', true],
    ['\uFEFFdir', 'dir', true],
    ['# dir', 'dir', false],
    [' #dir', '#dir', true],
    ['[', 'a', false],
  ])('%j and %j: %s', (pattern, path, excluded) => {
    expect(excludes(pattern, path)).toBe(excluded);
  });

  it.each([
    ['*\n!README.md', 'README.md', false],
    ['*\n!README.md', 'a', true],
    ['*\n!**.md', 'docs/a.md', false],
    ['docs\n!docs/a.md\n', 'docs/a.md', false],
    ['docs\n!docs/a.md\n', 'docs/b.md', true],
    ['!docs\ndocs', 'docs/a', true],
    ['docs\n!docs', 'docs/a', false],
    // A pattern that changes nothing of a directory is not asked of what is in it.
    ['foo\n!foo/x\nf*', 'foo/x', false],
    ['**/*.log\n!logs', 'logs/a.log', true],
    ['! docs\n', 'docs', false],
  ])('%j and %j: %s', (text, path, excluded) => {
    expect(excludes(text, path)).toBe(excluded);
  });

  it('says whether an excluded folder may hold what is not', () => {
    expect(
      [new IgnoreFile('a\n!a/b'), new IgnoreFile('a')].map(({ hasExceptions }) => hasExceptions),
    ).toEqual([true, false]);
  });

  it('decides a directory once for all that is in it', () => {
    const file = new IgnoreFile(
      `${'a\n'.repeat(100)}!docs/deep/a.md\ndocs\n!docs/deep/b.md`,
      103 * 8 * 6 + 1,
    );
    const paths = ['docs/deep/a.md', 'docs/deep/b.md', 'docs/deep/c.md', 'docs/deep/'];
    expect(paths.map(path => file.excludes(path))).toEqual([true, false, true, true]);
  });

  it('does not tell where that takes more steps than allowed', () => {
    const file = new IgnoreFile('x\n*a*a*b\n', 1000);
    expect(file.excludes('a')).toBe(false);
    expect(file.excludes('a/'.repeat(100))).toBeNull();
    expect(file.excludes('a')).toBeNull();
  });

  it('of thirty thousand patterns is given up, not read to the end', () => {
    const file = new IgnoreFile('*a*a*a*a*a*b\n'.repeat(30_000), 10_000_000);
    const excluded = Array.from({ length: 20_000 }, (_, index) => file.excludes(`d/${index}`));
    expect(excluded.filter(each => each !== null)).toHaveLength(40);
  });
});
