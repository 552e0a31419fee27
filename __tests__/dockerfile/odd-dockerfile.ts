// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import fc from 'fast-check';

/**
 * Dockerfiles of forms that few people write, each a text that BuildKit may accept. Every keyword is in mixed case, of
 * which BuildKit warns with the lines of the instruction. What closes a here-document, and what stands in one, is an
 * instruction of its own where none is open: no reading of the rest depends on ours.
 */
export function oddDockerfiles(): fc.Arbitrary<string> {
  return fc
    .record({
      head: fc.constantFrom(...HEADS),
      pieces: fc.array(fc.tuple(...PIECE), { minLength: 4, maxLength: 14 }),
      end: fc.constantFrom('\n', '\n', '\n', '\r\n', '\r\r\n'),
      tail: fc.constantFrom(...TAILS),
    })
    .map(({ head: [head, escapeChar], pieces, end, tail }) => {
      const body = pieces.map(pieceText).join('');
      // Stages that nothing is built for are read, and not carried out.
      const text = `FrOM scratch As s0\n${body}${CLOSING.repeat(4)}FrOM scratch\n${tail}`;
      return (head + text.replaceAll('~', escapeChar)).replaceAll('\n', end);
    });
}

/** How a file begins, and the character that its lines are continued with. */
const HEADS: readonly (readonly [head: string, escapeChar: string])[] = [
  ['', '\\'],
  ['', '\\'],
  ['\uFEFF', '\\'],
  ['# escape=`\n', '`'],
  ['#escape=`\n', '`'],
  ['  # EsCaPe \t = `  \n', '`'],
  ['\uFEFF# Escape = `\n', '`'],
  ['# check=skip=JSONArgsRecommended\n# escape=`\n', '`'],
  ['#\u00A0escape=`\n', '`'],
  ['# other=1\n# escape=`\n', '\\'],
  ['\n# escape=`\n', '\\'],
  ['#\n# escape=`\n', '\\'],
  ['ArG A=1 B C="x y"\n\n', '\\'],
  ['\u00A0# note\n \t\n', '\\'],
  ['# escape=\\\n', '\\'],
];

const CLOSING = 'CmD\nEnTRYPOINT\nUsER a\n';

const TAILS = ['', 'CmD x', 'CmD x ~', 'CmD x ~\n', 'CmD x ~\n# c\n\n', 'CmD\n', '# end', 'CmD x ~\n\n\n# c'];

/** `~` is the escape character. A word may open a here-document that `CmD` or `EnTRYPOINT` closes. */
const WORDS = [
  'x',
  'a\rb',
  '\r',
  '\t',
  '\v',
  '\u00A0',
  '\u3000',
  '"q r"',
  "'q r'",
  "it's",
  '"',
  '~"',
  '#',
  '# x',
  '~~',
  '~',
  '$X',
  '${X:-y z}',
  '${X#a}',
  '${X/a/b}',
  '${X^^}',
  '${X',
  '$((1<<2))',
  '2>&1',
  '<x',
  '< <x',
  'à',
  '["x"]',
  ...['<<CmD', '<<CmD', '<< CmD', '<< \t CmD', '<<-CmD', '<<- CmD', '<<"CmD"', "<<'CmD'", '<<C~mD', '3<<CmD'],
  ...['3<< CmD', 'x<<CmD', '<<<CmD', '"<<CmD"', "'a <<CmD b'", '~<<CmD', '<~<CmD', '# <<CmD'],
  ...['<<EnTRYPOINT', '<<-"EnTRYPOINT"', '<<"UsER a"', '<<\u00A0CmD', '<<\rCmD', '$X<<CmD', '<<C"mD"'],
  ...['${X:-a}<<CmD', '<<"CmD', '<<""', '"x"<<CmD', '<<CmD<<EnTRYPOINT', '<<${X:-Y}CmD'],
];

const KEYWORDS = [
  ...['RuN', 'RuN', 'RuN', 'RuN', 'rUN', 'CoPY', 'AdD', 'OnBUILD RuN', 'OnBUILD \t CoPY', 'OnBUILD CmD'],
  ...['CmD', 'EnTRYPOINT', 'HeALTHCHECK CmD', 'UsER', 'WoRKDIR', 'ArG A B=1 C'],
  ...['R~\nuN', 'Ru~\n# c\nN', '~\nRuN', '~\n\n  RuN', '   RuN', '\tRuN', '\u00A0RuN', 'RuN~\n '],
  'RuN ~\n\n# <<CmD\n',
];

const FLAGS = [
  '',
  '',
  '',
  '--mount=type=tmpfs,target=/x',
  '--mount="type=tmpfs,target=/x y"',
  '--mount=type=tmpfs,"target=/x y"',
  "--mount='type=tmpfs,target=/<<CmD'",
  '--network=none ~\n  --mount=type=tmpfs,target=/x',
  '--mount=type=tmpfs,target=/x~ y',
  '--',
  '-- --x',
  '--mount=type=tmpfs,target=/à',
  '--mount=type=tmpfs,target=/a\u00A0<<CmD',
];

const GAPS = [' ', ' ', ' ', ' ~\n', ' ~  \t\n  ', '~\n# c\n ', ' ~\n\n', '\t', ' \r', ' ~\n  # c ~\n\u3000'];

const PIECE = [
  fc.constantFrom(...KEYWORDS),
  fc.constantFrom(...FLAGS),
  fc.array(fc.tuple(fc.constantFrom(...GAPS), fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 4 }),
  fc.array(fc.constantFrom('CmD x', 'UsER a', '', '# c', '\tCmD', ' CmD', 'CmD ', 'EnTRYPOINT'), {
    maxLength: 4,
  }),
] as const;

/** Words of an ADD or COPY, whose quotes and variables BuildKit looks at, too. */
const COPIED = /^(?:\w+|[^"'$~]*<<-?\w+)$/;

type Piece = readonly [
  keyword: string,
  flags: string,
  words: readonly (readonly [gap: string, word: string])[],
  inside: readonly string[],
];

function pieceText([keyword, flags, words, inside]: Piece): string {
  const takesFlags = /RuN|rUN|R~|Ru~/.test(keyword) && flags !== '';
  const isList = /CoPY|AdD/.test(keyword);
  const text = [
    keyword,
    takesFlags ? ` ${flags}` : '',
    isList ? ' y' : '',
    ...words.map(([gap, word]) => gap + (isList && !COPIED.test(word) ? 'x' : word)),
    isList ? ' /d/' : '',
  ].join('');
  return `${text}\n${inside.map(line => `${line}\n`).join('')}${CLOSING}`;
}

/** Those that `argumentDockerfiles` sets. */
export const ARGUMENTS = ['A', 'B', 'C'];

/** Dockerfiles of global ARGs, which use each other in every form that BuildKit knows, and a stage that asks for all. */
export function argumentDockerfiles(): fc.Arbitrary<string> {
  const value = fc
    .array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 2 })
    .map(parts => parts.join(''));
  const assignment = fc
    .tuple(fc.constantFrom(...ARGUMENTS), fc.option(value, { freq: 8 }))
    // BuildKit tells no value of one that has one and is named once more without.
    .map(([name, given]) => (given === null ? 'D' : `${name}=${given}`));
  return fc
    .array(fc.array(assignment, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 5 })
    .map(lines => lines.map(words => `ARG ${words.join(' ')}\n`).join(''))
    .map(globals => `${globals}FROM scratch\n${ARGUMENTS.map(name => `ARG ${name}\n`).join('')}`);
}

const VALUES = [
  ...[
    '1',
    'a',
    's1',
    '$A',
    '${B}',
    '${A:-d}',
    '${B-e}',
    '${C:+f}',
    '${A+g}',
    '${B:-${C:-h}}',
    '$TARGETARCH',
    '$BUILDOS',
  ],
  ...[
    '${A#a}',
    '${A%1}',
    '${B##*a}',
    '${B#*a}',
    '${C%%1*}',
    '${C%?}',
    '${A/a/b}',
    '${A//1/2}',
    "'$A'",
    '"$A"',
    '"a b"',
  ],
  ...[
    'a\\$A',
    '$C$',
    '${TARGETVARIANT:-v}',
    '${A:?no}',
    "'a b'",
    '""',
    '\\',
    '"\\$A"',
    '${A:-"x y"}',
    "${A:-'$B'}",
  ],
];
