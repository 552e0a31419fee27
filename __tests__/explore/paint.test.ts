import { describe, expect, it } from 'vitest';
import type { ScreenLine } from '../../src/explore/cells.ts';
import { paintScreen } from '../../src/explore/paint.ts';

const SCREEN: readonly ScreenLine[] = [
  [
    { text: '+ ', style: 'added' },
    { text: '漢', style: 'plain' },
    { text: 'x', style: 'chosen' },
  ],
  [{ text: 'plain', style: 'plain' }],
];

describe('a screen', () => {
  it('is painted whole where nobody knows what is there', () => {
    expect(paintScreen(null, SCREEN, true)).toBe(
      '\u001b[?2026h\u001b[0m\u001b[2J' +
        '\u001b[1;1H\u001b[2K\u001b[32m+ \u001b[0m漢\u001b[5G\u001b[7mx\u001b[0m' +
        '\u001b[2;1Hplain\u001b[?2026l',
    );
  });

  it('has no colours where none are wanted, and bold and reverse all the same', () => {
    const painted = paintScreen(null, SCREEN, false);
    expect(painted).not.toMatch(/\u001b\[3\dm/);
    expect(painted).toContain('\u001b[1m+ ');
    expect(painted).toContain('\u001b[7mx');
  });

  it('is not painted again where nothing changed', () => {
    expect(
      paintScreen(
        SCREEN,
        SCREEN.map(each => each.map(cell => ({ ...cell }))),
        true,
      ),
    ).toBe('');
    const [, second = []] = SCREEN;
    expect(paintScreen(SCREEN, [[{ text: 'other', style: 'plain' }], second], true)).toBe(
      '\u001b[?2026h\u001b[1;1Hother\u001b[?2026l',
    );
  });
});
