import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brief,
  briefLine,
  clip,
  clipMiddle,
  displayPath,
  hidesNothing,
  type MediumName,
  printable,
  quote,
  safeText,
  visible,
  withoutCommands,
  withoutSequences,
} from '../../src/base/untrusted-text.ts';
import { codeSpan, escapeText, htmlCode } from '../../src/report/markdown/markdown-text.ts';
import { computedMs } from '../support/computed.ts';
import { forgedCommands } from '../support/e2e/runner.ts';
import { hostileText } from './hostile-text.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

interface Expected {
  /** Hidden characters that it is written with. */
  readonly written?: RegExp;
  /** Whether it gives a runner a command: `no`, not as a `part` of a line, or that of the medium that shows it. */
  readonly commands: 'no' | 'part' | 'later';
}

/** What emoji and the glyphs of terminal fonts are written with. */
const GLYPHS = /[\p{Variation_Selector}\p{Co}]/gu;

const MEDIA: Readonly<Record<MediumName, Expected>> = {
  message: { written: GLYPHS, commands: 'later' },
  phrase: { commands: 'later' },
  markdown: { commands: 'later' },
  terminal: { commands: 'part' },
  diff: { written: /\t/g, commands: 'part' },
  log: { written: GLYPHS, commands: 'no' },
  error: { written: /[\n\t\p{Variation_Selector}\p{Co}]/gu, commands: 'no' },
  json: { written: /\n/g, commands: 'part' },
};

const RENDERINGS: readonly (readonly [string, (text: string) => string, Expected])[] = [
  ...Object.entries(MEDIA).map(([name, expected]) => {
    const medium = Object.keys(MEDIA).find((one): one is MediumName => one === name) ?? 'message';
    return [name, (text: string) => safeText(text, medium), expected] as const;
  }),
  ['a quoted name', text => quote(text), { commands: 'part' }],
  ['a name in a message', printable, { written: GLYPHS, commands: 'later' }],
  ['a path', text => displayPath(text), { commands: 'later' }],
  ['a brief text', text => brief(text, 30), { commands: 'later' }],
  ['a brief line', text => briefLine(text, 30), { commands: 'later' }],
  ['text in Markdown', escapeText, { commands: 'no' }],
  ['code in Markdown', codeSpan, { commands: 'no' }],
  ['code in HTML', htmlCode, { commands: 'no' }],
];

describe.each(RENDERINGS)('%s', (_name, render, { written, commands }) => {
  it('hides nothing and commands nobody', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const shown = render(text);
        expect(written ? shown.replace(written, '') : shown).not.toMatch(HIDDEN);
        if (commands !== 'later') expect(shown).not.toContain('##[');
        if (commands === 'no') expect(forgedCommands(shown)).toEqual([]);
      }),
    );
  });
});

describe.each(RENDERINGS.slice(0, Object.keys(MEDIA).length))('%s', (_name, render) => {
  it('stays as it is when it is made safe twice', () => {
    fc.assert(
      fc.property(hostileText, text => {
        expect(render(render(text))).toBe(render(text));
      }),
    );
  });

  it('shows plain words as they are', () => {
    const text = 'RUN apt-get update && make # 1.5 MB (+3 %) é 漢字';
    expect(render(text)).toBe(text);
  });
});

it.each<readonly [MediumName, string]>([
  ['message', 'a\ufffd\ufffd\ufffd[31mb\u00a0  ##[error]\ufffd'],
  ['phrase', 'a\\n\\t\\x1b[31mb   ##[error]\\u{202e}'],
  ['markdown', 'a \\x1b[31mb ##[error]\\u{202e}'],
  ['terminal', 'a \\x1b[31mb #\\#[error]\\u{202e}'],
  ['diff', 'a\\n\t\\x1b[31mb   #\\#[error]\\u{202e}'],
  ['log', 'a  b\u00a0  #\\#[error] '],
  ['error', 'a\n\t\ufffd[31mb\u00a0  #\\#[error]\ufffd'],
  ['json', 'a\n\\u0009\\u001b[31mb\u00a0  ##\\u005berror]\\u202e'],
])('shows what is hidden in a %s as that has it', (medium, shown) => {
  expect(safeText('a\n\t\u001b[31mb\u00a0  ##[error]\u202e', medium)).toBe(shown);
});

it.each<MediumName>(['message', 'log', 'error'])('shows the signs of a build in a %s as they are', medium => {
  const text = 'npm \u26a0\ufe0f deprecated \u2764\ufe0f \ue0b0';
  expect(safeText(text, medium)).toBe(text);
});

it('knows text that hides something', () => {
  expect(hidesNothing('RUN a\t&& b', 'diff')).toBe(true);
  for (const text of ['a\r', 'a\nb', 'a\u200bb', 'a\u202eb']) expect(hidesNothing(text, 'diff')).toBe(false);
});

it.each([
  ['::error::x', '\\::error::x'],
  [' \t::error::x', ' \t\\::error::x'],
  ['a\r::error::x\n\u0085::x', 'a\r\\::error::x\n\u0085\\::x'],
  ['a\n  ::error::b', 'a\n  \\::error::b'],
  ['\u001b[1m ::error::x', '\u001b[1m \\::error::x'],
  ['see ##[error]x', 'see #\\#[error]x'],
  ['std::vector is ::fine', 'std::vector is ::fine'],
])('%j gives no command', (text, safe) => {
  expect(withoutCommands(text)).toBe(safe);
});

it('reads megabytes of line breaks and spaces in a moment', () => {
  const start = computedMs();
  for (const piece of ['\n', '\r\n', ' ', '\u001b[1m']) withoutCommands(piece.repeat(1_000_000));
  expect(computedMs() - start).toBeLessThan(1000);
});

it('has neither colours nor control characters in a log', () => {
  expect(safeText('\u001b[1;31mred\u001b[0m \u202eflip\u0007', 'log')).toBe('red  flip ');
  expect(withoutSequences('\u001b[1;31mred\u001b[0m')).toBe('red');
});

it('cuts by characters, never inside one', () => {
  expect(clip('👩👩👩', 2)).toBe('👩…');
  expect(clip('abc', 3)).toBe('abc');
  expect(clipMiddle('👩👩👩👩', 3)).toBe('👩…👩');
  expect(printable('x'.repeat(300))).toBe(`${'x'.repeat(199)}…`);
  expect(quote('x'.repeat(300), 4)).toBe('"xxx…"');
  expect(displayPath('usr/lib')).toBe('/usr/lib');
});

it('spells hidden characters out', () => {
  expect(visible('\n\r\t\u0007\u200b\u{e0041}')).toBe('\\n\\r\\t\\x07\\u{200b}\\u{e0041}');
});

it('cuts nothing that is spelled out', () => {
  for (const hidden of ['\n', '\u0007', '\u200b', '\u{e0041}']) {
    const spelled = visible(hidden);
    for (let max = 2; max < 24; max += 1) {
      const left = `a${hidden.repeat(5)}`;
      expect([...brief(left, max)].length).toBeLessThanOrEqual(max);
      expect(brief(left, max).slice(1).replaceAll(spelled, '')).toMatch(/^…?$/);
    }
  }
  expect(briefLine('ab\u202ecd', 8)).toBe('ab…');
  expect(brief('C:\\windows', 6)).toBe('C:\\wi…');
});
