import { describe, expect, it } from 'vitest';
import { append, edited, flag, option, removeCopy, replace } from './edited.ts';

const LONG = 'x'.repeat(100);

describe('a command at the end of a RUN', () => {
  it.each([
    ['one short line', 'RUN a', 'RUN a && rm -rf /x/*'],
    ['a long line', `RUN a ${LONG}\n`, `RUN a ${LONG} \\\n    && rm -rf /x/*\n`],
    ['a chain on a line', 'RUN a && b\n', 'RUN a && b \\\n    && rm -rf /x/*\n'],
    ['leading', 'RUN a \\\n && b\n', 'RUN a \\\n && b \\\n && rm -rf /x/*\n'],
    ['trailing', 'RUN a && \\\n\tb\n', 'RUN a && \\\n\tb && \\\n\trm -rf /x/*\n'],
    [
      'breaks inside of a command',
      'RUN a \\\n      b \\\n   c',
      'RUN a \\\n      b \\\n   c \\\n   && rm -rf /x/*',
    ],
    ['a comment that is not indented', 'RUN a \\\n# x\n   b', 'RUN a \\\n# x\n   b \\\n   && rm -rf /x/*'],
    ['CRLF', 'RUN a \\\r\n && b\r\nCMD c\r\n', 'RUN a \\\r\n && b \\\r\n && rm -rf /x/*\r\nCMD c\r\n'],
    ['CRLF without a line end', 'RUN a \\\r\n && b', 'RUN a \\\r\n && b \\\r\n && rm -rf /x/*'],
    ['comments inside', 'RUN a \\\n # x\n && b  \n', 'RUN a \\\n # x\n && b \\\n && rm -rf /x/*\n'],
    ['or', 'RUN a || b\n', 'RUN a || b \\\n    && rm -rf /x/*\n'],
    ['set -e', 'RUN set -eux; \\\n\ta; \\\n\tb\n', 'RUN set -eux; \\\n\ta; \\\n\tb; \\\n\trm -rf /x/*\n'],
    [
      'set -e before a loop',
      'RUN set -e; for x in 1; do a; done',
      'RUN set -e; for x in 1; do a; done; \\\n    rm -rf /x/*',
    ],
    [
      'set -e behind a subshell',
      'RUN set -ex && a && ( b || c ) && d',
      'RUN set -ex && a && ( b || c ) && d \\\n    && rm -rf /x/*',
    ],
    [
      'set -e behind a loop of a chain',
      'RUN set -e; for x in 1; do a; done && b',
      'RUN set -e; for x in 1; do a; done && b \\\n    && rm -rf /x/*',
    ],
    [
      'set -e with a name',
      'RUN set -o errexit; if a; then b; fi',
      'RUN set -o errexit; if a; then b; fi; \\\n    rm -rf /x/*',
    ],
    [
      'set -e among others',
      'RUN set -Eeuo pipefail; (a; b)',
      'RUN set -Eeuo pipefail; (a; b); \\\n    rm -rf /x/*',
    ],
    ['a trailing comment', 'RUN a # b\n', 'RUN a && rm -rf /x/* # b\n'],
    [
      'a trailing comment of several lines',
      'RUN a \\\n && b  # c\n',
      'RUN a \\\n && b \\\n && rm -rf /x/* # c\n',
    ],
    ['a here-document', 'RUN <<E\na\nb\nE\n', 'RUN <<E\na\nb &&\nrm -rf /x/*\nE\n'],
    [
      'one with set -e',
      'RUN <<-E\n\tset -e\n\ta\n\t# c\n\n\tE\n',
      'RUN <<-E\n\tset -e\n\ta\n\trm -rf /x/*\n\t# c\n\n\tE\n',
    ],
    [
      'one with an interpreter',
      'RUN <<E\n#!/bin/sh -e\na\n( b )\nE\n',
      'RUN <<E\n#!/bin/sh -e\na\n( b )\nrm -rf /x/*\nE\n',
    ],
  ])('%s', (_name, text, expected) => {
    expect(edited(text, append(2))).toBe(expected);
  });

  it('is in a subshell when it is more than a chain', () => {
    expect(edited('RUN a', append(2, 'b || true'))).toBe('RUN a && ( b || true )');
    expect(edited('RUN set -e; a; b', append(2, 'c || true'))).toBe('RUN set -e; a; b; \\\n    c || true');
    expect(edited('RUN <<E\na\nE\n', append(2, 'b || true'))).toBe('RUN <<E\na &&\n( b || true )\nE\n');
  });

  it('can be several', () => {
    expect(edited('RUN a', append(2, 'c'), append(2, 'b'), append(2, 'c'))).toBe('RUN a && b \\\n    && c');
  });

  it.each([
    ['exec form', 'RUN ["a"]', 'it is in exec form'],
    ['another instruction', 'CMD a', 'it is CMD, not RUN'],
    ['ONBUILD', 'ONBUILD RUN a', 'ONBUILD'],
    ['another shell', 'RUN <<E python\na\nE\n', 'not a shell script'],
    ['a comment of two lines', 'RUN a # b \\\n && c', 'nothing can be added'],
    ['a parameter that looks like -e', 'RUN set -- -e; (a; b)', 'relies on `set -e`'],
    ['a background command', 'RUN a &', 'nothing can be added'],
    ['an exit', 'RUN a && exit 0', 'nothing can be added'],
    ['an open quote', "RUN a 'b", 'nothing can be added'],
    ['a function', 'RUN f() { a; }; f', 'nothing can be added'],
    ['an open end', 'RUN a \\\n', 'another one follows'],
    ['set -e in the end of a chain', 'RUN set -e; b && for x in 1; do a; done', 'relies on `set -e`'],
    ['an empty here-document', 'RUN <<E\n# a\nE\n', 'its script is empty'],
    ['a here-document in one', 'RUN <<E\ncat <<F\na\nF\nE\n', 'nothing can be added'],
    ['a here-document without an end', 'RUN <<E\na\n', 'never ends'],
    ['a here-document with carriage returns', 'RUN <<E\r\na\r\nE\r\n', 'carriage return'],
    ['nothing', 'RUN', 'nothing can be added'],
  ])('not with %s', (_name, text, reason) => {
    const found = edited(text, append(2));
    expect(found).toMatch(/^! /);
    expect(found).toContain(reason);
  });

  it.each(['', 'a # b', 'a\nb', ' a', 'a \\', 'a &', 'a "b', 'cat <<E', 'exit 0'])(
    'cannot be %j',
    command => {
      expect(edited('RUN a', append(2, command))).toBe(
        '! the command is not one that other commands can follow',
      );
    },
  );
});

describe('an option', () => {
  const name = '--no-install-recommends';
  it.each([
    ['RUN apt-get install x', `RUN apt-get install ${name} x`],
    ['RUN apt-get -y -qq install x', `RUN apt-get -y -qq install ${name} x`],
    ['RUN A=1 /usr/bin/apt-get install \\\n x >f\n', `RUN A=1 /usr/bin/apt-get install ${name} \\\n x >f\n`],
    ['RUN apt-get \\\n # c\n install x\n', `RUN apt-get \\\n # c\n install ${name} x\n`],
    ['RUN a; apt-get inst\\\nall x\n', `RUN a; apt-get inst\\\nall ${name} x\n`],
    [
      'RUN if a; then apt-get install x; fi; ( apt-get install y ) || apt-get install z',
      `RUN if a; then apt-get install ${name} x; fi; ( apt-get install ${name} y ) || apt-get install ${name} z`,
    ],
    [
      `RUN apt-get install ${name} x && apt-get install y`,
      `RUN apt-get install ${name} x && apt-get install ${name} y`,
    ],
    ['RUN "apt-get" \'install\' x', `RUN "apt-get" 'install' ${name} x`],
    ['RUN <<E\na\n  apt-get install x\nE\n', `RUN <<E\na\n  apt-get install ${name} x\nE\n`],
    [
      'RUN <<-E\n\tcat <<F > g\n\tapt-get install no\n\tF\n\tapt-get install x\n\tE\n',
      `RUN <<-E\n\tcat <<F > g\n\tapt-get install no\n\tF\n\tapt-get install ${name} x\n\tE\n`,
    ],
    ['RUN apt-get install x # c', `RUN apt-get install ${name} x # c`],
    ['RUN apt-get install x & wait', `RUN apt-get install ${name} x & wait`],
    [
      'SHELL ["/bin/bash", "-lc"]\nRUN apt-get install x',
      `SHELL ["/bin/bash", "-lc"]\nRUN apt-get install ${name} x`,
    ],
  ])('%j', (text, expected) => {
    expect(edited(text, option(text.startsWith('SHELL') ? 3 : 2))).toBe(expected);
  });

  it.each([
    ['RUN apt-get update', 'it has no `apt-get install` without'],
    [`RUN apt-get install x ${name}`, 'it has no `apt-get install` without'],
    [`RUN apt-get install x ${name}=yes`, 'it has no `apt-get install` without'],
    ['RUN apt-get -t x install y', 'it has no `apt-get install` without'],
    ['RUN echo apt-get install x', 'it has no `apt-get install` without'],
    ['RUN sh -c "apt-get install x"', 'it has no `apt-get install` without'],
    ['RUN ["apt-get", "install", "x"]', 'exec form'],
    ['RUN f() { apt-get install x; }; f', 'not understood'],
    ['RUN apt-get install "x', 'not understood'],
    ['ONBUILD RUN apt-get install x', 'ONBUILD'],
    ['SHELL ["powershell"]\nRUN apt-get install x', 'not a POSIX shell'],
  ])('not in %j', (text, reason) => {
    const found = edited(text, option(text.startsWith('SHELL') ? 3 : 2));
    expect(found).toMatch(/^! /);
    expect(found).toContain(reason);
  });

  it('of one letter may be there among others', () => {
    const quiet = { kind: 'add-option', line: 2, program: ['apt-get', 'install'], option: '-q' } as const;
    expect(edited('RUN apt-get install -yq x', quiet)).toContain('! it has no');
    expect(edited('RUN apt-get install -y x', quiet)).toBe('RUN apt-get install -q -y x');
  });

  it.each(['x', '-x; rm', '-x\n', '-x "y', '-x $(y)', ''])('cannot be %j', text => {
    const made = edited('RUN a', { kind: 'add-option', line: 2, program: ['a'], option: text });
    expect(made).toBe('! the option is not a plain word that begins with `-`');
  });

  it('may have a value', () => {
    const made = edited('RUN pip install x', {
      kind: 'add-option',
      line: 2,
      program: ['pip'],
      option: '--log /x',
    });
    expect(made).toBe('RUN pip --log /x install x');
  });
});

describe('another command', () => {
  it.each([
    [0, 'x', 'RUN x \\\n # b\n && b c \\\n # d\n\n && d\n'],
    [1, 'x', 'RUN a \\\n # b\n && x \\\n # d\n\n && d\n'],
    [2, 'x || y', 'RUN a \\\n # b\n && b c \\\n # d\n\n && ( x || y )\n'],
    [0, null, 'RUN b c \\\n # b\n # d\n\n && d\n'],
    [1, null, 'RUN a \\\n # b\n # d\n\n && d\n'],
    [2, null, 'RUN a \\\n # b\n && b c\n # d\n'],
  ] as const)('in place of number %i: %j', (index, command, expected) => {
    const text = 'RUN a \\\n # b\n && b c \\\n # d\n\n && d\n';
    expect(edited(text, replace(2, index, command))).toBe(expected);
  });

  it.each([
    ['trailing, first', 'RUN a && \\\n  b && \\\n  c\n', 0, 'RUN b && \\\n  c\n'],
    ['trailing, in the midst', 'RUN a && \\\n  b && \\\n  c\n', 1, 'RUN a && \\\n  c\n'],
    ['trailing, last', 'RUN a && \\\n  b && \\\n  c', 2, 'RUN a && \\\n  b'],
    ['on one line', 'RUN a && b && c', 1, 'RUN a && c'],
    ['over several lines', 'RUN a \\\n && b \\\n   # x\n   >y \\\n && c\n', 1, 'RUN a \\\n   # x\n && c\n'],
    ['an operator on a line of its own', 'RUN a \\\n && \\\n b\n', 1, 'RUN a\n'],
    ['a comment that becomes the last line', 'RUN a \\\n # x\n && b', 1, 'RUN a\n # x'],
    ['the only one', '# why\nRUN a \\\n # x\n b\n\nCMD c\n', 0, '# why\n\nCMD c\n'],
    ['a here-document with one', 'RUN <<E\na\nE\nCMD c\n', 0, 'CMD c\n'],
  ])('none in place of one, %s', (_name, text, index, expected) => {
    expect(edited(text, replace(text.startsWith('#') ? 3 : 2, index, null))).toBe(expected);
  });

  it('below the comments of a command that began a line', () => {
    expect(edited('RUN a && \\\n  b \\\n  # x\n  c && \\\n  d\n', replace(2, 1, 'y'))).toBe(
      'RUN a && \\\n  # x\n  y && \\\n  d\n',
    );
  });

  it('in place of several', () => {
    expect(
      edited('RUN a && b && c && d', replace(2, 0, null), replace(2, 1, 'x y'), replace(2, 3, null)),
    ).toBe('RUN x y && c');
    expect(edited('RUN a && b\nCMD c\n', replace(2, 0, null), replace(2, 1, null))).toBe('CMD c\n');
  });

  it.each([
    ['a list', 'RUN a; b', 'more than commands'],
    ['or', 'RUN a && b || c', 'more than commands'],
    ['a pipe', 'RUN a | b', 'more than commands'],
    ['a condition', 'RUN if a; then b; fi', 'more than commands'],
    ['exec form', 'RUN ["a"]', 'exec form'],
    ['another instruction', 'CMD a', 'it is CMD'],
  ])('not in %s', (_name, text, reason) => {
    const found = edited(text, replace(2, 0, 'x'));
    expect(found).toMatch(/^! /);
    expect(found).toContain(reason);
  });

  it('not where there is none, where two are wanted, or where it would be something else', () => {
    expect(edited('RUN a', replace(2, 1, 'x'))).toBe('! it has no such command');
    expect(edited('RUN a', replace(2, -1, 'x'))).toBe('! it has no such command');
    expect(edited('RUN a', replace(2, 0, 'x'), replace(2, 0, 'y'))).toContain('! another edit replaces');
    expect(edited('RUN a', replace(2, 0, null), append(2))).toContain('! another edit takes all commands');
    expect(edited('RUN a', replace(2, 0, '["x"]'))).toBe('! the Dockerfile would not read as it is meant');
    expect(edited('RUN a', replace(2, 0, '--mount=type=ssh x'))).toBe(
      '! the Dockerfile would not read as it is meant',
    );
    expect(edited('RUN a', replace(2, 0, '#x'))).toContain('! the command is not one');
  });

  it('may have an option already that is to be added', () => {
    const name = '--no-install-recommends';
    expect(edited('RUN apt-get install x', replace(2, 0, `apt-get install ${name} y`), option(2))).toBe(
      `RUN apt-get install ${name} y`,
    );
    expect(edited('RUN a', replace(2, 0, 'b'), option(2))).toContain('! it has no `apt-get install`');
  });
});

describe('a flag', () => {
  it.each([
    ['RUN a', '--mount=type=cache,target=/c', 'RUN --mount=type=cache,target=/c a'],
    ['RUN --network=none \\\n  a\n', '--mount=type=ssh', 'RUN --network=none --mount=type=ssh \\\n  a\n'],
    ['RUN \\\n  # c\n  a\n', '--mount=type=ssh', 'RUN --mount=type=ssh \\\n  # c\n  a\n'],
    ['RUN ["a"]', '--mount=type=ssh', 'RUN --mount=type=ssh ["a"]'],
    ['RUN <<E\na\nE\n', '--mount=type=ssh', 'RUN --mount=type=ssh <<E\na\nE\n'],
    [
      'RUN --mount=type=cache,target=/a/ a',
      '--mount=type=cache,target=/b',
      'RUN --mount=type=cache,target=/a/ --mount=type=cache,target=/b a',
    ],
    [
      'RUN --mount=type=secret,id=x a',
      '--mount=type=cache,dst=/b',
      'RUN --mount=type=secret,id=x --mount=type=cache,dst=/b a',
    ],
    ['COPY a b', '--chown=app:app', 'COPY --chown=app:app a b'],
    ['copy  --from=x \\\n --chmod=755 a b', '--chown=1:2', 'copy  --from=x \\\n --chmod=755 --chown=1:2 a b'],
    ['ADD ["a b", "c"]', '--link', 'ADD --link ["a b", "c"]'],
    ['COPY <<E /x\na\nE\n', '--chmod=644', 'COPY --chmod=644 <<E /x\na\nE\n'],
  ])('%j %s', (text, added, expected) => {
    expect(edited(text, flag(2, added))).toBe(expected);
  });

  it.each([
    ['COPY --chown=a a b', '--chown=b', 'it has --chown already'],
    ['COPY --link a b', '--link', 'it has --link already'],
    ['RUN --mount=type=cache,target=/c a', '--mount=type=ssh,dst=/c/', 'may be at the same place'],
    ['RUN --mount=type=ssh a', '--mount=type=cache,target=/c', 'may be at the same place'],
    ['RUN --mount=type=cache,target=/c a', '--mount=type=ssh', 'may be at the same place'],
    ['RUN a', '--chown=b', 'RUN is not known to take --chown'],
    ['COPY a b', '--mount=type=ssh', 'COPY is not known to take --mount'],
    ['WORKDIR /a', '--chown=b', 'WORKDIR is not known to take --chown'],
    ['ONBUILD COPY a b', '--chown=b', 'ONBUILD'],
    ['COPY a b', 'chown=b', 'not one word'],
    ['COPY a b', '--chown=b c', 'not one word'],
    ['COPY a b', '--chown=b\nRUN x', 'not one word'],
    ['COPY a b', '--chown="b"', 'not one word'],
    ['COPY a b', '--chown=b\\', 'not one word'],
  ])('not %j %j', (text, added, reason) => {
    const found = edited(text, flag(2, added));
    expect(found).toMatch(/^! /);
    expect(found).toContain(reason);
  });

  it('can be several, of which no two are the same', () => {
    const [a, b] = [flag(2, '--mount=type=cache,target=/b'), flag(2, '--mount=type=cache,target=/a')];
    expect(edited('RUN x', a, b, a)).toBe('RUN --mount=type=cache,target=/a --mount=type=cache,target=/b x');
    expect(edited('COPY x y', flag(2, '--chown=1:1'), flag(2, '--chown=2:2'))).toContain(
      '! it has --chown already',
    );
  });
});

describe('a copy that goes', () => {
  it.each([
    ['one line', 'COPY a /b\nRUN c\n', 'RUN c\n'],
    ['several lines', '# x\nADD --chown=1 a \\\n  # y\n  /b\nRUN c\n', '# x\nRUN c\n'],
    ['a here-document', 'COPY <<E /b\ntext\nE\nRUN c', 'RUN c'],
    ['the last one', 'RUN c\nCOPY a /b', 'RUN c\n'],
  ])('%s', (_what, text, expected) => {
    const [line] = text.split('\n').flatMap((each, index) => (/^(?:COPY|ADD)/.test(each) ? [index + 2] : []));
    expect(edited(text, removeCopy(line ?? 0))).toBe(expected);
  });

  it('takes COPY and ADD alone, and no other edit of them', () => {
    expect(edited('RUN a', removeCopy(2))).toBe('! it is RUN, not COPY or ADD');
    expect(edited('COPY a /b', removeCopy(2), flag(2, '--chown=1'))).toBe('! another edit changes the copy');
  });

  it('is made together with edits of other instructions', () => {
    const mount = '--mount=type=bind,source=a,target=/b';
    expect(edited('COPY a /b\nRUN c /b && rm /b\n', removeCopy(2), flag(3, mount), replace(3, 1, null))).toBe(
      `RUN ${mount} c /b\n`,
    );
  });
});
