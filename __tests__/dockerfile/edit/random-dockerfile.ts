import fc from 'fast-check';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { editProblem } from '../../../src/dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';

/** A command of a RUN as it is written, with the words that a shell makes of it. */
export interface ModelCommand {
  /** Between it and the one before it. Ignored for the first. */
  readonly operator: '&&' | '||' | ';' | '|';
  /** Words as they are written, assignments and redirections with them. */
  readonly written: readonly string[];
  readonly words: readonly string[];
}

/** A physical line, and what stands on it. */
export interface ModelLine {
  readonly text: string;
  /** Indices of the commands with a word on it. */
  readonly commands: readonly number[];
  readonly isComment: boolean;
}

export type ModelItem =
  | { readonly kind: 'gap'; readonly lines: readonly ModelLine[] }
  | {
      readonly kind: 'run';
      readonly flags: string;
      readonly commands: readonly ModelCommand[];
      readonly lines: readonly ModelLine[];
    }
  /** Anything whose commands are not looked at: `text` is its logical line. */
  | {
      readonly kind: 'other';
      readonly keyword: string;
      readonly text: string;
      readonly lines: readonly ModelLine[];
    };

export interface ModelFile {
  readonly text: string;
  readonly items: readonly PlacedItem[];
  readonly edits: readonly DockerfileEdit[];
}

/** An item with its lines as they stand in the file, line ends included. */
export interface PlacedItem {
  readonly item: ModelItem;
  readonly startLine: number;
  readonly raw: readonly string[];
}

type Escape = '\\' | '`';

const COMMANDS: readonly (readonly [written: readonly string[], words: readonly string[]])[] = [
  ...[
    ['make'],
    ['apt-get', 'update'],
    ['pip', 'install', '-U', 'pip'],
    ['rm', '-rf', '/a/*', '/b'],
    ['true'],
  ],
  ...[
    ['apt-get', 'install', '-y', 'gcc', 'make'],
    ['apt-get', '-y', 'install', 'gcc'],
    ['exit', '3'],
    ['cd', '/x'],
  ],
  ...[
    ['export', 'A=1'],
    ['umask', '027'],
    ['test', '-f', '/x'],
    ['/usr/bin/apt-get', 'install', 'vim'],
    ['set', '-x'],
  ],
]
  .map((words): readonly [readonly string[], readonly string[]] => [words, words])
  .concat([
    [
      ['echo', '"a  &&  b"'],
      ['echo', 'a  &&  b'],
    ],
    [
      ['echo', "'x; # y'"],
      ['echo', 'x; # y'],
    ],
    [
      ['echo', '"$(cat /etc/os-release | wc -l)"'],
      ['echo', '$(cat /etc/os-release | wc -l)'],
    ],
    [['FOO=1', 'build', '>/dev/null', '2>&1'], ['build']],
    [
      ['echo', 'a#b', '\\"'],
      ['echo', 'a#b', '"'],
    ],
  ]);

const comments = fc.constantFrom(
  '# why',
  '  # indented && not a command',
  '# ends in \\',
  '# ends in `',
  '#',
);
const blanks = fc.constantFrom('', '', '  ');

const commands = fc.array(
  fc
    .tuple(fc.constantFrom(...COMMANDS), fc.constantFrom('&&', '&&', '&&', '&&', ';', '||', '|'))
    .map(([[written, words], operator]): ModelCommand => ({ written, words, operator: operator as '&&' })),
  { minLength: 1, maxLength: 4 },
);

/** How the words of a RUN are put on lines. */
interface Layout {
  readonly breaks: readonly number[];
  readonly isTrailing: boolean;
  readonly indent: string;
  readonly comment: string;
  readonly hasComments: boolean;
  readonly hasEmptyLines: boolean;
  readonly startsBelow: boolean;
  readonly blank: string;
  readonly keyword: string;
}

const layout: fc.Arbitrary<Layout> = fc.record({
  breaks: fc.array(fc.nat(14), { maxLength: 5 }),
  isTrailing: fc.boolean(),
  indent: fc.constantFrom(' ', '    ', '\t', ''),
  comment: comments,
  hasComments: fc.boolean(),
  hasEmptyLines: fc.integer({ min: 0, max: 4 }).map(number => number === 0),
  startsBelow: fc.integer({ min: 0, max: 4 }).map(number => number === 0),
  blank: blanks,
  keyword: fc.constantFrom('RUN', 'RUN', 'RUN', 'run', 'Run'),
});

function runItem(flags: string, run: readonly ModelCommand[], how: Layout, escapeChar: Escape): ModelItem {
  const pieces: { readonly text: string; readonly command: number | null; readonly isBreak: boolean }[] = [];
  let place = 0;
  for (const [index, { written, operator }] of run.entries()) {
    const glued = operator === ';';
    const isBreak = how.breaks.includes(place++);
    if (index > 0 && !glued && !how.isTrailing) pieces.push({ text: operator, command: null, isBreak });
    for (const [at, word] of written.entries()) {
      const isFirst = at === 0;
      const isOwnBreak = isFirst
        ? isBreak && index > 0 && (glued || how.isTrailing)
        : how.breaks.includes(place++);
      const isEnd = at === written.length - 1;
      const next = run[index + 1];
      const semicolon = isEnd && next?.operator === ';' ? ';' : '';
      pieces.push({ text: word + semicolon, command: index, isBreak: isOwnBreak });
      if (isEnd && next && next.operator !== ';' && how.isTrailing) {
        pieces.push({ text: next.operator, command: null, isBreak: false });
      }
    }
  }
  const lines: ModelLine[] = [];
  let text = `${how.keyword}${flags}`;
  let own: number[] = [];
  const close = (goesOn: boolean): void => {
    lines.push({
      text: goesOn ? `${text} ${escapeChar}${how.blank}` : text,
      commands: own,
      isComment: false,
    });
    if (goesOn && how.hasComments) lines.push({ text: how.comment, commands: [], isComment: true });
    if (goesOn && how.hasEmptyLines) lines.push({ text: how.blank, commands: [], isComment: true });
    own = [];
  };
  for (const [index, { text: word, command, isBreak }] of pieces.entries()) {
    if (isBreak || (index === 0 && how.startsBelow)) {
      close(true);
      text = how.indent + word;
      // A comment for Docker.
      if (word.startsWith('#')) text = `x${word}`;
    } else text += ` ${word}`;
    if (command !== null) own.push(command);
  }
  text += how.blank;
  close(false);
  return { kind: 'run', flags: flags.trim(), commands: run, lines };
}

function other(keyword: string, ...texts: readonly string[]): ModelItem {
  const lines = texts.map(text => ({ text, commands: [], isComment: false }));
  return { kind: 'other', keyword, text: (texts[0] ?? '').replace(/^\S+\s+/, ''), lines };
}

const OTHERS: readonly ModelItem[] = [
  other('RUN', 'RUN ["echo", "a && b"]'),
  other('RUN', 'RUN <<EOF', 'echo one', '  # no comment of Docker', 'RUN no', '', 'EOF'),
  other('RUN', "RUN <<-'X'", '\techo "a', '\tb"', '\tX'),
  other('ONBUILD', 'ONBUILD RUN echo a && echo b'),
  other('ENV', 'ENV UNUSED=1'),
  other('WORKDIR', 'WORKDIR /w'),
  other('COPY', 'COPY <<A <<B /d/', 'x', 'A', '# y', 'B'),
  other('COPY', 'COPY --chown=1:2 nothing /b'),
  other('LABEL', 'LABEL a="b  c"'),
  other('ARG', 'ARG X=1'),
];

const SHELLS: readonly ModelItem[] = [
  other('SHELL', 'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]'),
  other('SHELL', 'SHELL ["/bin/bash", "-lc"]'),
  other('SHELL', 'SHELL ["powershell", "-Command"]'),
];

const gap: fc.Arbitrary<ModelItem> = fc
  .array(fc.oneof(comments, blanks), { minLength: 1, maxLength: 2 })
  .map(texts => ({ kind: 'gap', lines: texts.map(text => ({ text, commands: [], isComment: true })) }));

function item(escapeChar: Escape): fc.Arbitrary<ModelItem> {
  const flags = fc.constantFrom('', '', '', ' --mount=type=cache,target=/c', ' --network=none');
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(flags, commands, layout).map(([f, run, how]) => runItem(f, run, how, escapeChar)),
    },
    { weight: 4, arbitrary: gap },
    { weight: 3, arbitrary: fc.constantFrom(...OTHERS) },
    { weight: 1, arbitrary: fc.constantFrom(...SHELLS) },
  );
}

type Choice = readonly [kind: number, run: number, extra: number];

/** Edits that could be asked for: some are to be refused. */
function editsOf(items: readonly PlacedItem[], choices: readonly Choice[]): readonly DockerfileEdit[] {
  const runs = items.filter(({ item: { kind } }) => kind === 'run');
  return choices.flatMap(([kind, number, extra]): DockerfileEdit[] => {
    const placed = runs[number % Math.max(1, runs.length)];
    if (placed?.item.kind !== 'run') return [];
    const line = placed.startLine;
    if (kind < 4) {
      const sequence = sequenceFrom(items, placed);
      const last = sequence[Math.min(sequence.length - 1, 1 + (extra % 3))];
      return last === undefined || last === placed
        ? []
        : [{ kind: 'merge-runs', line, lastLine: last.startLine }];
    }
    if (kind < 6) {
      const command = extra % 2 === 0 ? 'rm -rf /var/lib/apt/lists/*' : 'find / -name x || true';
      return [{ kind: 'append-command', line, command }];
    }
    if (kind < 7) return [{ kind: 'add-flag', line, flag: `--mount=type=cache,target=/m${extra % 2}` }];
    if (kind < 9) {
      return [
        { kind: 'add-option', line, program: ['apt-get', 'install'], option: '--no-install-recommends' },
      ];
    }
    const index = extra % placed.item.commands.length;
    return [{ kind: 'replace-command', line, index, command: extra % 3 === 0 ? 'echo "new  one"' : null }];
  });
}

/** The RUN and those behind it with nothing but gaps between. */
function sequenceFrom(items: readonly PlacedItem[], first: PlacedItem): readonly PlacedItem[] {
  const sequence: PlacedItem[] = [];
  for (const placed of items.slice(items.indexOf(first))) {
    if (placed.item.kind === 'other') break;
    if (placed.item.kind === 'run') sequence.push(placed);
  }
  return sequence;
}

/** Dockerfiles with edits of them. `prologue`: what stands behind the first FROM. */
export function modelFiles(prologue: readonly string[] = []): fc.Arbitrary<ModelFile> {
  return fc.constantFrom<Escape[]>('\\', '\\', '`').chain(escapeChar =>
    fc
      .record({
        stages: fc.array(fc.array(item(escapeChar), { minLength: 1, maxLength: 7 }), {
          minLength: 1,
          maxLength: 3,
        }),
        ends: fc.constantFrom('\n', '\n', '\r\n', 'mixed'),
        isEnded: fc.boolean(),
        hasMark: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
        choices: fc.array(fc.tuple(fc.nat(10), fc.nat(20), fc.nat(20)), { minLength: 3, maxLength: 9 }),
      })
      .map(({ stages, ends, isEnded, hasMark, choices }) => {
        const head = escapeChar === '`' ? [gapOf('# escape=`')] : [];
        const items = stages.flatMap((stage, index) => [
          ...(index === 0 ? head : []),
          index === 0
            ? other('FROM', 'FROM scratch AS first')
            : other('FROM', `FROM ${index === 1 ? 'first' : 'stage1'} AS stage${index}`),
          ...(index === 0 ? prologue.map(text => other(text.split(' ')[0] ?? '', text)) : []),
          ...stage,
        ]);
        // Here-documents hand their line ends to the shell, and a name with one would not end them.
        return place(items, { ends, isEnded, hasMark }, choices);
      }),
  );
}

/** The same with those of its edits that can be made together, the first ones first. */
export function withPossibleEdits(file: ModelFile): ModelFile {
  const dockerfile = parseDockerfile(file.text, 'Dockerfile');
  const edits: DockerfileEdit[] = [];
  for (const edit of file.edits) if (editProblem(dockerfile, [...edits, edit]) === null) edits.push(edit);
  return { ...file, edits };
}

function gapOf(text: string): ModelItem {
  return { kind: 'gap', lines: [{ text, commands: [], isComment: true }] };
}

interface Writing {
  readonly ends: string;
  readonly isEnded: boolean;
  readonly hasMark: boolean;
}

function place(items: readonly ModelItem[], writing: Writing, choices: readonly Choice[]): ModelFile {
  const count = items.reduce((sum, { lines }) => sum + lines.length, 0);
  let line = 0;
  const placed = items.map((each): PlacedItem => {
    const startLine = line + 1;
    const raw = each.lines.map(({ text }) => {
      line += 1;
      const end = writing.ends === 'mixed' ? (line % 3 === 0 ? '\r\n' : '\n') : writing.ends;
      return text + (line === count && !writing.isEnded ? '' : end);
    });
    return { item: each, startLine, raw };
  });
  const text = placed.map(({ raw }) => raw.join('')).join('');
  return { text: (writing.hasMark ? '\uFEFF' : '') + text, items: placed, edits: editsOf(placed, choices) };
}
