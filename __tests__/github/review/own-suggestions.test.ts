import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  formatSuggestionMarker,
  parseSuggestionMarker,
  suggestionText,
} from '../../../src/github/review/own-suggestions.ts';
import { formatMarker, parseMarker } from '../../../src/report/marker.ts';
import { hostileText } from '../../base/hostile-text.ts';

const value = hostileText.map(text => text.slice(0, 300).toWellFormed());
const marker = fc.record({ key: value, mark: value, head: value, run: value });

it('is read back as it was written, whatever stands behind it', () => {
  fc.assert(
    fc.property(marker, hostileText, (written, rest) => {
      const body = `${formatSuggestionMarker(written)}\n${rest}`;
      expect(parseSuggestionMarker(body)).toEqual(written);
      expect(suggestionText(body)).toBe(rest.replaceAll('\r\n', '\n').trim());
      expect(formatSuggestionMarker(written).slice(4, -3)).not.toMatch(/--|>|</);
    }),
  );
});

it('is not that of the comment, and that is none of these', () => {
  const [key, head, run] = ['app', 'a'.repeat(40), '1-1'];
  expect(parseSuggestionMarker(formatMarker({ key, head, base: null, run }))).toBeNull();
  expect(parseMarker(formatSuggestionMarker({ key, head, run, mark: 'm' }))).toBeNull();
});

it.each([
  'text\n<!-- deadweight suggestion v1 key=a mark=b head=c run=d -->',
  '<!-- deadweight suggestion v1 key=a mark=b head=c -->',
  '<!-- deadweight suggestion v2 key=a mark=b head=c run=d -->',
  '',
])('%j is none', body => {
  expect(parseSuggestionMarker(body)).toBeNull();
});
