import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import { contentCandidates, mergeContent } from '../../src/analysis/rewrite.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { times } from '../support/long.ts';
import { contentDigest, directory, file, hardlink, imageOf, scan } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';

function candidates(...scans: LayerScan[]): Record<number, string[]> {
  return Object.fromEntries(
    [...contentCandidates(scans)].map(([layer, paths]) => [layer, [...paths].sort()]),
  );
}

/** What `Image.scan` answers: the contents of the files that were asked for, and no others. */
function hashed(
  scans: readonly LayerScan[],
  asked: ReadonlyMap<number, ReadonlySet<string>>,
): (LayerScan | null)[] {
  return scans.map((layer, index) => {
    const paths = asked.get(index);
    if (paths === undefined) return null;
    const known = new Map<number, string>();
    for (const [index, { kind, path, size, content }] of [...layer.entries].entries()) {
      if (kind === 'file' && paths.has(path)) known.set(index, content ?? contentDigest(`${size % 2}`));
    }
    return { ...layer, entries: layer.entries.withContents(known) };
  });
}

describe('contentCandidates', () => {
  const lower = scan([file('same', 10), file('grown', 10), file('gone', 10), file('empty', 0)]);
  const upper = scan([file('same', 10), file('grown', 11), file('empty', 0)], { whiteouts: ['gone'] });

  it('asks for both sides of a rewrite of equal size', () => {
    expect(candidates(lower, upper)).toEqual({ 0: ['same'], 1: ['same'] });
  });

  it('asks only for what is not known', () => {
    const known = scan([file('same', 10, { content: 'x' })]);
    expect(candidates(lower, known)).toEqual({ 0: ['same'] });
    expect(candidates(known, known)).toEqual({});
  });

  it('asks for the file behind a hard link under the path that the tar has it', () => {
    const links = scan([file('a', 10), hardlink('same', 'a'), hardlink('b', 'same')]);
    expect(candidates(lower, links)).toEqual({ 0: ['same'], 1: ['a'] });
    expect(candidates(links, scan([file('a', 10), file('b', 10), file('same', 10)]))).toEqual({
      0: ['a'],
      // Only the last name decides; that a and b went before it is not worth a tree to find out.
      1: ['a', 'b', 'same'],
    });
  });

  it('asks for nothing of duplicates in one tar and of replacements', () => {
    expect(candidates(scan([file('a', 1), file('a', 1)]))).toEqual({});
    expect(candidates(scan([file('a', 1)]), scan([directory('a')]))).toEqual({});
  });
});

describe('mergeContent', () => {
  it('tells copy-ups from changes, and leaves nothing to ask', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const asked = contentCandidates(scans);
        const merged = mergeContent(scans, hashed(scans, asked));
        expect(candidates(...merged)).toEqual({});
        const before = analyzeImage(imageOf(scans), scans, null);
        const after = analyzeImage(imageOf(scans), merged, null);
        expect(after.wastedFiles.map(({ reason, ...rest }) => rest)).toEqual(
          before.wastedFiles.map(({ reason, ...rest }) => rest),
        );
        expect(after.dive).toEqual(before.dive);
      }),
      { numRuns: times(400) },
    );
  });

  it('finds a chmod of the whole', () => {
    const scans = [scan([file('a', 10)]), scan([file('a', 10, { mode: 0o600 })])];
    const merged = mergeContent(scans, hashed(scans, contentCandidates(scans)));
    expect(merged.map(layer => layer.contentKnown)).toEqual(['all', 'all']);
    expect(analyzeImage(imageOf(scans), merged, null).wastedFiles[0]?.reason).toBe('metadata-only');
  });

  it('takes nothing from an entry of another path or size', () => {
    const known = scan([file('a', 1), file('b', 1), file('c', 1)]);
    const entries = [
      file('a', 1, { content: 'x' }),
      file('z', 1, { content: 'y' }),
      file('c', 2, { content: 'z' }),
    ];
    const merged = mergeContent([known], [{ ...scan(entries), diffId: known.diffId }])[0];
    expect(merged && [...merged.entries].map(entry => entry.content)).toEqual([
      contentDigest('x'),
      undefined,
      undefined,
    ]);
    expect(merged?.contentKnown).toBe('some');
  });

  it('keeps what was known, and takes nothing from another layer', () => {
    const known = scan([file('a', 10, { content: 'x' }), file('b', 1)]);
    const other = scan([file('a', 10, { content: 'y' }), file('b', 1, { content: 'z' })]);
    expect(mergeContent([known], [other])).toEqual([known]);
    expect(mergeContent([known], [null])).toEqual([known]);
    expect(mergeContent([known], [])).toEqual([known]);
    const again = { ...other, diffId: known.diffId };
    const [merged] = mergeContent([known], [again]);
    expect([...(merged?.entries ?? [])].map(entry => entry.content)).toEqual(['x', 'z'].map(contentDigest));
  });
});
