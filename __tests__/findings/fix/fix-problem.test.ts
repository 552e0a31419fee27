import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import type { Finding, FindingArgs } from '../../../src/findings/finding.ts';
import { findFixProblem } from '../../../src/findings/fix/fix-problem.ts';

function problemOf(
  lines: readonly string[],
  args: FindingArgs,
  [from, to]: readonly number[],
  rule = 'deleted-later',
): string {
  const at = (line: number | undefined) =>
    line === undefined ? null : { file: 'Dockerfile', startLine: line, endLine: line, text: '' };
  const finding: Finding = {
    rule,
    severity: 'warning',
    args,
    location: at(from),
    related: at(to),
    evidence: { layers: [], paths: [], fileCount: 1, bytes: 1 },
    saving: null,
    edits: [],
  };
  return findFixProblem(parseDockerfile(['FROM a', ...lines].join('\n'), 'Dockerfile'), finding);
}

describe('why a finding has no edit', () => {
  it.each([
    [
      'what needs it',
      ['RUN a'],
      { neededBy: './build.sh', neededLine: 9 },
      [2],
      /build\.sh \(line 9\) may need/,
    ],
    ['a script', ['RUN a'], { neededBy: '/entry.sh', neededLine: null }, [2], /^\/entry\.sh may need/],
    [
      'other names',
      ['RUN a', 'RUN b'],
      { hiddenBy: 3, linkedPath: '/x/one' },
      [2, 3],
      /^\/x\/one has other names \(hard links\)/,
    ],
    ['no place', ['RUN a'], {}, [], /nothing tells/],
    ['a copy', ['COPY a b', 'RUN rm b'], { hiddenBy: 3 }, [2, 3], /^a mount in place of the COPY at line 2/],
    ['two stages', ['RUN a', 'FROM x', 'RUN b'], { hiddenBy: 3 }, [2, 4], /different stages/],
    [
      'another instruction',
      ['RUN a', 'COPY c d', 'RUN b'],
      { hiddenBy: 3 },
      [2, 4],
      /stands COPY \(line 3\)/,
    ],
    ['a copy over it', ['RUN a', 'COPY c d'], { hiddenBy: 3 }, [2, 3], /line 3 is COPY/],
    ['scripts', ['RUN a &', 'RUN b'], { hiddenBy: 3 }, [2, 3], /cannot become one RUN: .*leaves processes/],
    ['a comment', ['# own layer', 'RUN a', 'RUN b'], { hiddenBy: 3 }, [3, 4], /a comment keeps/],
    ['what it is worth', ['RUN a', 'RUN b'], { hiddenBy: 3 }, [2, 3], /more than it saves/],
    [
      'a directory made anew',
      ['WORKDIR /src', 'RUN rm -rf /src && mkdir /src', 'RUN b'],
      { hiddenBy: 4 },
      [3, 4],
      /^line 3 takes away or moves the directory/,
    ],
    ['what unpacks them', ['RUN a', 'RUN tar xf b'], { unpackedAt: 3 }, [2], /^line 3 unpacks them/],
    ['copied files', ['COPY . .'], {}, [2], /what the COPY at line 2 is to leave out/],
    ['exec form', ['RUN ["a"]'], {}, [2], /takes no other command: it is in exec form/],
    ['no command', ['RUN a'], {}, [2], /from the text of line 2/],
    ['a history', ['COPY . .'], { mayBeRead: true }, [2], /may read the history/],
  ])('names %s', (_name, lines, args, places, expected) => {
    expect(problemOf(lines, args, places)).toMatch(expected);
  });

  it.each([
    ['build-tools', ['RUN apt-get install gcc'], {}, [2], /another stage/],
    ['npm-cache', ['RUN sh install.sh'], {}, [2], /^line 2 does not name the program that fills the cache/],
    [
      'overwritten-later',
      ['COPY a b', 'RUN c'],
      { hiddenBy: 3 },
      [2, 3],
      /^the layer of the COPY at line 2 keeps/,
    ],
    ['npm-cache', ['RUN npm ci'], {}, [2], /from the text of line 2/],
    ['metadata-only-copy', ['COPY . .', 'RUN chown -R a .'], { hiddenBy: 3 }, [2, 3], /^line 3 changes more/],
  ])('fits the rule: %s', (rule, lines, args, places, expected) => {
    expect(problemOf(lines, args, places, rule)).toMatch(expected);
  });
});
