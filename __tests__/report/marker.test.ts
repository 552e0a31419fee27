import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMarker, type Marker, parseMarker } from '../../src/report/marker.ts';
import { hostileText } from '../base/hostile-text.ts';

const value = fc.oneof(hostileText, fc.string()).map(text => text.slice(0, 300).toWellFormed());
const marker: fc.Arbitrary<Marker> = fc.record(
  {
    key: value,
    head: fc.option(value),
    base: fc.option(value),
    run: fc.option(value),
    images: value,
  },
  { requiredKeys: ['key', 'head', 'base', 'run'] },
);

it('is read back as it was written', () => {
  fc.assert(
    fc.property(marker, hostileText, (written, rest) => {
      expect(parseMarker(`${formatMarker(written)}\n${rest}`)).toEqual(written);
    }),
  );
});

it('is one comment that nothing in it ends', () => {
  fc.assert(
    fc.property(marker, written => {
      expect(formatMarker(written)).toMatch(
        /^<!-- deadweight v1( (key|head|base|run|images)=[A-Za-z0-9._/:@+%-]*)+ -->$/,
      );
      expect(formatMarker(written).slice(4, -3)).not.toMatch(/--|>|</);
    }),
  );
});

it('is as people may read it', () => {
  const written = { key: 'app/linux/amd64', head: 'def5678', base: null, run: '17025-1' };
  expect(formatMarker(written)).toBe('<!-- deadweight v1 key=app/linux/amd64 head=def5678 run=17025-1 -->');
});

describe.each([
  ['nothing', ''],
  ['another comment', '<!-- other v1 key=a -->'],
  ['another version', '<!-- deadweight v2 key=a -->'],
  ['a marker that does not come first', 'text\n<!-- deadweight v1 key=a -->'],
  ['no end', '<!-- deadweight v1 key=a'],
  ['no key', '<!-- deadweight v1 head=a -->'],
  ['a key twice', '<!-- deadweight v1 key=a key=b -->'],
  ['a broken escape', '<!-- deadweight v1 key=%E0%A4 -->'],
  ['characters that are never written', '<!-- deadweight v1 key=a<b -->'],
])('%s', (_what, body) => {
  it('is no marker', () => {
    expect(parseMarker(body)).toBeNull();
  });
});
