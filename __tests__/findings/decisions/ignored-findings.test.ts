import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { type IgnoreComment, readIgnoreComments } from '../../../src/dockerfile/ignore-comment.ts';
import { findAddedIgnores } from '../../../src/findings/decisions/added-comments.ts';
import { partIgnored } from '../../../src/findings/decisions/ignored-findings.ts';
import { findFindings } from '../../../src/findings/rules.ts';
import { NO_DECISIONS } from '../../support/plain-settings.ts';
import { contextOf } from '../finding-case.ts';

const BASE = { base: true, files: { 'bin/sh': 1_000_000 } } as const;

/** `model` is written by the COPY and deleted by the RUN. */
function part(
  lines: readonly string[],
  rules: Readonly<Record<string, 'off'>> = {},
  baselineIgnores: readonly IgnoreComment[] | null = null,
) {
  const copy = lines.indexOf('COPY model /srv/') + 1;
  const run = lines.indexOf('RUN rm -r /srv') + 1;
  const context = contextOf({
    dockerfile: [...lines],
    user: 'app',
    layers: [BASE, { line: copy, files: { 'srv/model': 3_000_000 } }, { line: run, deletes: ['srv'] }],
    findings: [],
  });
  const settings = new Map(
    Object.entries(rules).map(([id, level]) => [id, { level, minBytes: null, ignorePaths: [] }]),
  );
  const { findings, ignored, notices } = partIgnored(findFindings(context, settings), context.dockerfile, {
    ...NO_DECISIONS,
    rules: settings,
    baselineIgnores,
  });
  return {
    shown: findings.map(({ rule }) => rule),
    ignored: ignored.map(({ finding, comment, isAdded }) => [
      finding.rule,
      comment.line,
      comment.reason,
      isAdded,
    ]),
    told: notices.map(({ message }) => message),
  };
}

const PLAIN = ['FROM debian:12', 'COPY model /srv/', 'RUN rm -r /srv'];

function commentsOf(...lines: readonly string[]): readonly IgnoreComment[] {
  return readIgnoreComments(parseDockerfile(lines.join('\n'), 'Dockerfile')).comments;
}

describe('comments that ignore findings', () => {
  it('are none: all is shown', () => {
    expect(part(PLAIN)).toEqual({ shown: ['deleted-later'], ignored: [], told: [] });
  });

  it.each([
    ['where the bytes were written', 1],
    ['where they were hidden', 2],
  ])('stand above %s', (_name, at) => {
    const lines = PLAIN.toSpliced(at, 0, '# deadweight ignore=deleted-later fine');
    expect(part(lines)).toEqual({ shown: [], ignored: [['deleted-later', at + 1, 'fine', false]], told: [] });
  });

  it('are for the file', () => {
    const lines = ['# deadweight ignore-file=deleted-later', ...PLAIN];
    expect(part(lines)).toEqual({ shown: [], ignored: [['deleted-later', 1, null, false]], told: [] });
  });

  it('of another instruction ignore nothing, and say so', () => {
    expect(part(['# deadweight ignore=deleted-later', ...PLAIN])).toEqual({
      shown: ['deleted-later'],
      ignored: [],
      told: ['Dockerfile:1 ignores deleted-later, which finds nothing there: the comment can go.'],
    });
  });

  it('name rules that there are', () => {
    const lines = PLAIN.toSpliced(
      1,
      0,
      '# deadweight ignore=deleted-latr,nonsense-beyond',
      '# deadweight ignore=',
    );
    expect(part(lines)).toEqual({
      shown: ['deleted-later'],
      ignored: [],
      told: [
        'Dockerfile:2 ignores deleted-latr, which is no rule: did you mean deleted-later?',
        'Dockerfile:2 ignores nonsense-beyond, which is no rule: deadweight explain lists them.',
        'Dockerfile:3 ignores nothing: it names no rule.',
      ],
    });
  });

  it('may end the line of a RUN', () => {
    const lines = [
      'FROM debian:12',
      'COPY model /srv/',
      'RUN rm -r /srv # deadweight ignore=deleted-later fine',
    ];
    const context = contextOf({
      dockerfile: lines,
      user: 'app',
      layers: [BASE, { line: 2, files: { 'srv/model': 3_000_000 } }, { line: 3, deletes: ['srv'] }],
      findings: [],
    });
    const { findings, ignored, notices } = partIgnored(
      findFindings(context),
      context.dockerfile,
      NO_DECISIONS,
    );
    expect({ findings, notices }).toEqual({ findings: [], notices: [] });
    expect(ignored).toMatchObject([{ comment: { line: 3, reason: 'fine' } }]);
  });

  it.each([
    ['# deadweight-ignore=deleted-later', '"# deadweight ignore=deleted-later"'],
    ['# deadweight ignore deleted-later, apt-lists', '"# deadweight ignore=deleted-later,apt-lists"'],
    ['# deadweight ignore', '"# deadweight ignore=RULE"'],
    ['# deadweight-ignore-file: no-user', '"# deadweight ignore-file=no-user"'],
    ['# deadweight-disable-next-line', '"# deadweight ignore=RULE"'],
    ['# deadweight skip=no-user', '"# deadweight ignore=no-user"'],
    ['# hadolint ignore=DL3009 # deadweight ignore=apt-lists', '"# deadweight ignore=apt-lists"'],
  ])('are told to be none where they are not understood: %s', (comment, form) => {
    expect(part(PLAIN.toSpliced(1, 0, comment))).toEqual({
      shown: ['deleted-later'],
      ignored: [],
      told: [`Dockerfile:2 ignores nothing, as it is not understood: write ${form}.`],
    });
  });

  it('say nothing of what is no rule, and meant to ignore none', () => {
    expect(part(PLAIN.toSpliced(1, 0, '# deadweight version=1.2')).told).toEqual([]);
  });

  it('are told where they stand behind what takes no comment', () => {
    const lines = [...PLAIN, 'CMD ["a"] # deadweight ignore=no-user'];
    expect(part(lines).told).toEqual([
      'Dockerfile:4 ignores nothing where it stands: write "# deadweight ignore=no-user" on a line of its own above the CMD at line 4.',
    ]);
  });

  it.each([
    'deleted-later apt-lists',
    'deleted-later; apt-lists',
    'deleted-later # deadweight ignore=apt-lists',
  ])('are told to take a rule for the reason: %s', names => {
    expect(part(PLAIN.toSpliced(1, 0, `# deadweight ignore=${names}`)).told).toEqual([
      'Dockerfile:2 does not ignore apt-lists, which is read as its reason: write "# deadweight ignore=deleted-later,apt-lists".',
    ]);
  });

  it.each([
    [
      'a rule that is off',
      PLAIN.toSpliced(1, 0, '# deadweight ignore=deleted-later'),
      { 'deleted-later': 'off' },
    ],
    ['a rule of how long steps took', PLAIN.toSpliced(1, 0, '# deadweight ignore=cache-mount'), {}],
    [
      'a stage that does not ship',
      ['FROM a AS build', '# deadweight ignore=apt-lists', 'RUN b', ...PLAIN],
      {},
    ],
  ] as const)('are not told to be too many for %s', (_name, lines, rules) => {
    expect(part(lines, rules).told).toEqual([]);
  });

  it('twice for one finding count once', () => {
    const lines = PLAIN.toSpliced(
      1,
      0,
      '# deadweight ignore=deleted-later a',
      '# deadweight ignore=deleted-later b',
    );
    expect(part(lines)).toMatchObject({ ignored: [['deleted-later', 2, 'a', false]], told: [] });
  });
});

it('tells twenty comments that are wrong, and how many more there are', () => {
  const wrong = Array.from({ length: 1000 }, (_, index) => `# deadweight ignore-file=no-rule-${index}`);
  const { told } = part([...wrong, ...PLAIN]);
  expect(told).toHaveLength(21);
  expect(told.at(-1)).toBe('980 more ignore comments are not understood, name no rule, or ignore nothing.');
});

describe('comments that a pull request adds', () => {
  const comment = '# deadweight ignore=deleted-later';
  const lines = PLAIN.toSpliced(1, 0, comment);
  const isAdded = (...baseline: readonly string[]): unknown =>
    part(lines, {}, commentsOf(...baseline)).ignored[0]?.[3];

  it('are those that the baseline has not', () => {
    expect(isAdded(...PLAIN)).toBe(true);
    expect(isAdded(...lines)).toBe(false);
    expect(isAdded('FROM x', 'RUN apart', comment, 'COPY model /srv/')).toBe(false);
  });

  it('are known above an instruction that was edited, and not above another', () => {
    expect(isAdded('FROM x', comment, 'COPY models /srv/')).toBe(false);
    expect(isAdded('FROM x', comment, 'RUN rm -r /srv', 'COPY model /srv/')).toBe(true);
    expect(isAdded('FROM x', comment, 'RUN something else')).toBe(true);
    // The instruction that it stood above is there still: the comment was moved to another of the kind.
    const moved = ['FROM debian:12', 'COPY a /a', comment, 'COPY model /srv/', 'RUN rm -r /srv'];
    const { ignored } = part(moved, {}, commentsOf('FROM x', comment, 'COPY a /a', 'COPY model /srv/'));
    expect(ignored[0]?.[3]).toBe(true);
  });

  it('are not known at the end of another instruction', () => {
    const isNew = (baseline: readonly string[], head: readonly string[]): readonly boolean[] => {
      const comments = commentsOf(...head);
      const dockerfile = parseDockerfile(head.join('\n'), 'Dockerfile');
      const isAddedTo = findAddedIgnores(comments, commentsOf(...baseline), dockerfile);
      return comments.map(each => isAddedTo(each, 'deleted-later'));
    };
    const end = '# deadweight ignore=deleted-later';
    const first = ['FROM x', `RUN a ${end}`, 'RUN b'];
    expect(isNew(first, ['FROM x', 'RUN a', `RUN b ${end}`])).toEqual([true]);
    expect(isNew(first, first)).toEqual([false]);
    expect(isNew(first, ['FROM x', `RUN a ${end} it is needed`, 'RUN b'])).toEqual([false]);
    expect(isNew(first, ['FROM x', end, 'RUN a', 'RUN b'])).toEqual([false]);
  });

  it('name another rule, or hold for more than before', () => {
    expect(isAdded('FROM x', '# deadweight ignore=npm-cache', 'COPY model /srv/')).toBe(true);
    expect(isAdded('# deadweight ignore-file=deleted-later', 'FROM x', 'COPY model /srv/')).toBe(true);
    expect(isAdded('FROM x', '# deadweight ignore=npm-cache,deleted-later', 'COPY model /srv/')).toBe(false);
  });
});
