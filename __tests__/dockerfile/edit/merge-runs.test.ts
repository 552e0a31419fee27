import { describe, expect, it } from 'vitest';
import { append, edited, flag, merge, option, replace } from './edited.ts';

const BIND = 'RUN --mount=type=bind,source=dist,target=/dist';

describe('RUNs that are merged', () => {
  it.each([
    ['one line each', 'RUN a\nRUN b\nRUN c\nCMD d\n', [2, 4], 'RUN a \\\n    && b \\\n    && c\nCMD d\n'],
    ['no line end', 'RUN a\nRUN b', [2, 3], 'RUN a \\\n    && b'],
    ['CRLF', 'RUN a\r\nRUN b\r\n', [2, 3], 'RUN a \\\r\n    && b\r\n'],
    ['mixed line ends', 'RUN a\r\nRUN b\nRUN c\r\n', [2, 4], 'RUN a \\\r\n    && b \\\n    && c\r\n'],
    [
      'comments and empty lines',
      'RUN a\n\n # x\n  \n# y \\\nRUN b\n',
      [2, 7],
      'RUN a \\\n # x\n# y \\\n    && b\n',
    ],
    [
      'a style of its own',
      'RUN a\nRUN b \\\n\t&& c\nRUN d\n',
      [2, 5],
      'RUN a \\\n\t&& b \\\n\t&& c \\\n\t&& d\n',
    ],
    ['trailing', 'RUN a && \\\n  b\nRUN c\n', [2, 4], 'RUN a && \\\n  b && \\\n  c\n'],
    [
      'a break inside of a command',
      'RUN a \\\n    b\nRUN c \\\n  # x\n\n    d\n',
      [2, 4],
      'RUN a \\\n    b \\\n    && c \\\n  # x\n\n    d\n',
    ],
    [
      'a keyword alone',
      'RUN \\\n  a\nRun \\\n # x\n\n  b \\\n  && c\n',
      [2, 4],
      'RUN \\\n  a \\\n # x\n  && b \\\n  && c\n',
    ],
    [
      'a keyword alone, trailing',
      'RUN a && \\\n  b\nRUN \\\n   c\n',
      [2, 4],
      'RUN a && \\\n  b && \\\n   c\n',
    ],
    [
      'flags',
      'RUN --mount=type=cache,target=/c a\nRUN --mount=type=cache,target=/c \\\n  b\n',
      [2, 3],
      'RUN --mount=type=cache,target=/c a \\\n  && b\n',
    ],
    [
      'the mount of a later one',
      'RUN a ./x.tar\nRUN --mount=type=bind,source=dist,target=/dist b /dist\n',
      [2, 3],
      'RUN --mount=type=bind,source=dist,target=/dist a ./x.tar \\\n    && b /dist\n',
    ],
    [
      'two mounts',
      'RUN --mount=type=bind,source=d,target=/d1 \\\n  a /d1\nRUN --mount=type=secret,id=key b\nRUN c\n',
      [2, 5],
      'RUN --mount=type=bind,source=d,target=/d1 --mount=type=secret,id=key \\\n  a /d1 \\\n    && b \\\n    && c\n',
    ],
    [
      'options that stay',
      'RUN set -eux; \\\n\ta; \\\n\tb\n\n# x\nRUN set -eux; \\\n\tc; \\\n\td\n',
      [2, 7],
      'RUN set -eux; \\\n\ta; \\\n\tb; \\\n# x\n\tc; \\\n\td\n',
    ],
    [
      'other options',
      'RUN set -ex; \\\n  a; \\\n  b\nRUN set -eux; c\n',
      [2, 5],
      'RUN set -ex; \\\n  a; \\\n  b; \\\n  set -eux; c\n',
    ],
    [
      'options and a directory',
      'RUN set -eux; \\\n  cd x; \\\n  b\nRUN set -eux; c\n',
      [2, 5],
      'RUN set -e; ( set -eux; \\\n  cd x; \\\n  b ); \\\n  set -eux; c\n',
    ],
    ['blanks at the end', 'RUN a  \nRUN b\t\nRUN c  \n', [2, 4], 'RUN a \\\n    && b \\\n    && c  \n'],
    [
      'state',
      'RUN cd /x \\\n && a\nRUN b\nRUN cd /y\n',
      [2, 5],
      'RUN ( cd /x \\\n && a ) \\\n && b \\\n && cd /y\n',
    ],
    [
      'lists',
      'RUN a; b\nRUN c || d\nRUN e && f || g\n',
      [2, 4],
      'RUN ( a; b ) \\\n    && ( c || d ) \\\n    && ( e && f || g )\n',
    ],
    ['a SHELL behind', 'RUN a\nRUN b\nSHELL ["pwsh"]\n', [2, 3], 'RUN a \\\n    && b\nSHELL ["pwsh"]\n'],
    ['only some', 'RUN a\nRUN b\nRUN c\n', [3, 4], 'RUN a\nRUN b \\\n    && c\n'],
    ['exec form outside', 'RUN ["x"]\nRUN a\nRUN b\n', [3, 4], 'RUN ["x"]\nRUN a \\\n    && b\n'],
    [
      'a plain SHELL',
      'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a\nRUN b\n',
      [3, 4],
      'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a \\\n    && b\n',
    ],
  ] as const)('%s', (_name, text, [line, last], expected) => {
    expect(edited(text, merge(line, last))).toBe(expected);
  });

  it.each([
    ['exec form', 'RUN a\nRUN ["b"]\n', [2, 3], 'it is in exec form'],
    ['a here-document', 'RUN a\nRUN <<E\nb\nE\n', [2, 3], 'it is a here-document'],
    ['a program of another language', 'RUN a\nRUN python <<E\nb\nE\n', [2, 3], 'not a shell script'],
    ['other flags', 'RUN --network=none a\nRUN b\n', [2, 3], 'flags are not those'],
    [
      'a network of its own',
      'RUN --network=none --mount=type=ssh a\nRUN --mount=type=ssh b\n',
      [2, 3],
      'flags are not those',
    ],
    [
      'a tmpfs',
      'RUN --mount=type=tmpfs,target=/t a\nRUN --mount=type=tmpfs,target=/t b\n',
      [2, 3],
      'new in each RUN',
    ],
    [
      'a writable bind',
      'RUN --mount=target=/t,rw a\nRUN --mount=target=/t,rw b\n',
      [2, 3],
      'new in each RUN',
    ],
    ['ENV between', 'RUN a\nENV A=1\nRUN b\n', [2, 4], 'line 3 is ENV, not RUN'],
    ['another stage between', 'RUN a\nFROM b\nRUN b\n', [2, 4], 'line 3 is FROM, not RUN'],
    ['ONBUILD', 'RUN a\nONBUILD RUN b\n', [2, 3], 'line 3 is ONBUILD'],
    ['PowerShell', 'SHELL ["powershell", "-Command"]\nRUN a\nRUN b\n', [3, 4], 'not a POSIX shell'],
    ['cmd', 'SHELL ["cmd", "/S", "/C"]\nRUN a\nRUN b\n', [3, 4], 'not a POSIX shell'],
    ['a login shell', 'SHELL ["/bin/bash", "-lc"]\nRUN a\nRUN b\n', [3, 4], 'reads files as it starts'],
    [
      'BASH_ENV',
      'ENV BASH_ENV=/x\nSHELL ["/bin/bash", "-c"]\nRUN a\nRUN b\n',
      [4, 5],
      'reads files as it starts',
    ],
    [
      'a stage with PowerShell below',
      'SHELL ["pwsh"]\nFROM b AS c\nSHELL ["pwsh"]\nFROM c\nRUN a\nRUN b\n',
      [6, 7],
      'not a POSIX shell',
    ],
    [
      'Windows',
      'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a\nRUN b\n',
      [3, 4],
      'not a POSIX shell',
    ],
    ['a comment at the end', 'RUN a # b\nRUN c\n', [2, 3], 'is not clear'],
    ['a comment at the very end', 'RUN a\nRUN b # c\n', [2, 3], 'is not clear'],
    ['an open quote', 'RUN a "b\nRUN c\n', [2, 3], 'is not clear'],
    ['a background command', 'RUN a &\nRUN c\n', [2, 3], 'leaves processes'],
    ['a mount that is named', `${BIND} a\nRUN b dist/x\n`, [2, 3], 'flags are not'],
    ['a mount below what is walked', `${BIND} a\nRUN find / -name x\n`, [2, 3], 'flags are not'],
    ['a mount where it is', `${BIND} a\nRUN find -name x\n`, [2, 3], 'flags are not'],
    ['a mount by a pattern', `${BIND} a\nRUN rm -rf /*\n`, [2, 3], 'flags are not'],
    ['a mount and a chown of all', `${BIND} a\nRUN chown -R x .\n`, [2, 3], 'flags are not'],
    ['a mount that is a variable', `ENV D=/dist\n${BIND} a\nRUN b $D\n`, [3, 4], 'flags are not'],
    ['a mount that is a directory', `WORKDIR /dist\n${BIND} a\nRUN b\n`, [3, 4], 'flags are not'],
    ['a mount that is written', 'RUN --mount=target=/d1,rw a\nRUN b\n', [2, 3], 'new in each RUN'],
    ['a cache', 'RUN --mount=type=cache,target=/c a\nRUN b\n', [2, 3], 'flags are not'],
    ['a file that programs read', 'RUN --mount=target=/etc/x a\nRUN b\n', [2, 3], 'flags are not'],
    ['a file of the application', 'RUN --mount=target=/app/x a\nRUN b\n', [2, 3], 'flags are not'],
    ['a relative mount', 'RUN --mount=target=x a\nRUN b\n', [2, 3], 'flags are not'],
    ['a secret variable', 'RUN --mount=type=secret,id=x,env=X a\nRUN b\n', [2, 3], 'flags are not'],
    ['one mount in another', `${BIND} a\nRUN --mount=target=/dist/x b\n`, [2, 3], 'flags are not'],
    ['set -e in a part', 'RUN a && ( set -e; b; c )\nRUN c\n', [2, 3], 'in a part of it'],
    ['set -e before what goes on', 'RUN set -e; a\nRUN b; c\n', [2, 3], 'goes on behind a failure'],
    ['set -e before $()', 'RUN set -e; a\nRUN b $(c; d)\n', [2, 3], 'goes on behind a failure'],
    ['an end that goes on', 'RUN a\nRUN b \\\n', [2, 3], 'another one follows'],
    ['an odd blank at the end', 'RUN a\u00a0\nRUN b\n', [2, 3], 'is not clear'],
    ['too much', `RUN a ${'x'.repeat(70_000)}\nRUN b ${'x'.repeat(70_000)}\n`, [2, 3], 'too long'],
    ['one RUN', 'RUN a\n', [2, 2], 'only one RUN'],
    ['no RUN there', 'RUN a\nRUN b\n', [2, 4], 'no RUN instructions begin'],
    ['upside down', 'RUN a\nRUN b\n', [3, 2], 'no RUN instructions begin'],
    ['COPY', 'COPY a b\nCOPY c d\n', [2, 3], 'line 2 is COPY'],
  ] as const)('not with %s', (_name, text, [line, last], reason) => {
    const found = edited(text, merge(line, last));
    expect(found).toMatch(/^! /);
    expect(found).toContain(reason);
  });

  it('are one when the ranges share a RUN, and apart when they do not', () => {
    const text = 'RUN a\nRUN b\nRUN c\nRUN d\n';
    const all = 'RUN a \\\n    && b \\\n    && c \\\n    && d\n';
    expect(edited(text, merge(2, 3), merge(3, 5))).toBe(all);
    expect(edited(text, merge(2, 5), merge(3, 4))).toBe(all);
    expect(edited(text, merge(4, 5), merge(2, 3), merge(3, 4))).toBe(all);
    expect(edited(text, merge(2, 3), merge(4, 5))).toBe('RUN a \\\n    && b\nRUN c \\\n    && d\n');
  });

  it('are edited themselves before', () => {
    const text = 'RUN apt-get update\nRUN apt-get install -y x\nRUN a && cd y\n';
    expect(
      edited(
        text,
        merge(2, 4),
        append(4),
        option(3),
        replace(4, 1, null),
        flag(2, '--mount=type=cache,target=/c'),
      ),
    ).toBe('! its flags are not those of the others');
    expect(edited(text, merge(2, 4), append(4), option(3), replace(4, 1, null))).toBe(
      'RUN apt-get update \\\n    && apt-get install --no-install-recommends -y x \\\n    && a && rm -rf /x/*\n',
    );
    const mount = '--mount=type=cache,target=/c';
    expect(edited('RUN a\nRUN b\n', merge(2, 3), flag(2, mount), flag(3, mount))).toBe(
      `RUN ${mount} a \\\n    && b\n`,
    );
  });

  it('do without a RUN that goes away', () => {
    expect(edited('RUN a\n# x\nRUN b\n\nRUN c\n', merge(2, 6), replace(4, 0, null))).toBe(
      'RUN a \\\n# x\n    && c\n',
    );
    expect(edited('RUN a\n# x\nRUN b\n', merge(2, 4), replace(2, 0, null))).toBe('# x\nRUN b\n');
    expect(edited('RUN a\n# x\nRUN b\nCMD c\n', merge(2, 4), replace(4, 0, null))).toBe(
      'RUN a\n# x\nCMD c\n',
    );
  });
});
