import { describe, expect, it } from 'vitest';
import { analyzeImage } from '../../src/analysis/analyze-image.ts';
import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { LayerScan } from '../../src/layer/layer-scan.ts';
import { directory, fifo, file, hardlink, imageOf, scan, symlink } from '../support/scans/scan.ts';

function analyze(...scans: LayerScan[]): ImageAnalysis {
  return analyzeImage(imageOf(scans), scans, null);
}

/** `path bytes reason written→hidden`. */
function waste(...scans: LayerScan[]): string[] {
  return analyze(...scans).wastedFiles.map(
    ({ path, bytes, reason, writtenBy, hiddenBy }) => `${path} ${bytes} ${reason} ${writtenBy}→${hiddenBy}`,
  );
}

function visible(...scans: LayerScan[]): string[] {
  return [...analyze(...scans).visibleFiles].map(({ path, bytes, layer }) => `${path} ${bytes} @${layer}`);
}

const A = scan([directory('d'), file('d/a', 10), file('d/b', 20)]);

describe('whiteouts', () => {
  it('delete a file, or a directory with all below it', () => {
    expect(waste(A, scan([], { whiteouts: ['d/a'] }))).toEqual(['d/a 10 deleted 0→1']);
    expect(waste(A, scan([], { whiteouts: ['d'] }))).toEqual(['d/b 20 deleted 0→1', 'd/a 10 deleted 0→1']);
  });

  it('leave entries of their own layer alone', () => {
    const both = scan([file('d/a', 5), file('d/c', 6)], { whiteouts: ['d/a', 'd'] });
    expect(waste(A, both)).toEqual(['d/b 20 deleted 0→1', 'd/a 10 deleted 0→1']);
    expect(visible(A, both)).toEqual(['d/a 5 @1', 'd/c 6 @1']);
    expect(waste(both)).toEqual([]);
  });

  it('of nothing do nothing', () => {
    expect(waste(A, scan([], { whiteouts: ['e', 'd/a/x', 'e/f', ''] }))).toEqual([]);
  });

  it('of a prefix of a name do not match', () => {
    expect(waste(scan([file('ab', 1), file('a-b/c', 2)]), scan([], { whiteouts: ['a'] }))).toEqual([]);
  });
});

describe('opaque directories', () => {
  it('hide what lower layers have in them, and nothing of their own layer', () => {
    const remade = scan([directory('d'), file('d/a', 1)], { opaques: ['d'] });
    expect(waste(A, remade)).toEqual(['d/b 20 opaque-directory 0→1', 'd/a 10 opaque-directory 0→1']);
    expect(visible(A, remade)).toEqual(['d/a 1 @1']);
  });

  it('may be the root', () => {
    expect(visible(A, scan([file('z', 1)], { opaques: [''] }))).toEqual(['z 1 @1']);
  });
});

describe('rewrites', () => {
  const once = (details: Parameters<typeof file>[2], size = 10): LayerScan =>
    scan([file('f', size, { mtime: 1, ...details })]);

  it('with another size or content are overwritten', () => {
    expect(waste(once({}), once({}, 11))).toEqual(['f 10 overwritten 0→1']);
    expect(waste(once({ content: 'x' }), once({ content: 'y' }))).toEqual(['f 10 overwritten 0→1']);
  });

  it('are never guessed to be copy-ups: unknown content counts as other content', () => {
    expect(waste(once({}), once({ mode: 0o600 }))).toEqual(['f 10 overwritten 0→1']);
    expect(waste(once({ content: 'x' }), once({ mode: 0o600 }))).toEqual(['f 10 overwritten 0→1']);
  });

  it.each([
    [{}, 'identical'],
    [{ mode: 0o600 }, 'metadata-only'],
    [{ uid: 7 }, 'metadata-only'],
    [{ gid: 7 }, 'metadata-only'],
    [{ mtime: 1.5 }, 'metadata-only'],
  ])('with the same content and %o are %s', (details, reason) => {
    const twice = [once({ content: 'x' }), once({ content: 'x', ...details })];
    expect(waste(...twice)).toEqual([`f 10 ${reason} 0→1`]);
  });

  it('by what is no regular file are replacements', () => {
    const lower = scan([file('f', 10)]);
    expect(waste(lower, scan([symlink('f', 'g')]))).toEqual(['f 10 replaced-by-other 0→1']);
    expect(waste(lower, scan([fifo('f')]))).toEqual(['f 10 replaced-by-other 0→1']);
    expect(waste(lower, scan([directory('f')]))).toEqual(['f 10 replaced-by-directory 0→1']);
    expect(waste(lower, scan([file('f/x/y', 1)]))).toEqual(['f 10 replaced-by-directory 0→1']);
  });

  it('of a directory by a file hide all below it', () => {
    expect(waste(A, scan([file('d', 1)]))).toEqual([
      'd/b 20 replaced-by-other 0→1',
      'd/a 10 replaced-by-other 0→1',
    ]);
    expect(waste(A, scan([directory('d', { mode: 0o700 })]))).toEqual([]);
  });
});

describe('hard links', () => {
  const linked = scan([file('a', 10), hardlink('b', 'a')]);

  it('add nothing, and keep the bytes visible while any name is', () => {
    expect(visible(linked)).toEqual(['a 10 @0']);
    expect(visible(linked, scan([], { whiteouts: ['a'] }))).toEqual(['b 10 @0']);
    expect(waste(linked, scan([], { whiteouts: ['a'] }))).toEqual([]);
  });

  it('lose the bytes with the last name', () => {
    const steps = [linked, scan([file('a', 3)]), scan([], { whiteouts: ['b'] })];
    expect(waste(...steps)).toEqual(['b 10 deleted 0→2']);
    expect(visible(...steps)).toEqual(['a 3 @1']);
  });

  it('in a later layer join a lower file', () => {
    const steps = [scan([file('a', 10)]), scan([hardlink('c', 'a')]), scan([], { whiteouts: ['a'] })];
    expect(visible(...steps)).toEqual(['c 10 @0']);
    expect(waste(...steps, scan([], { whiteouts: ['c'] }))).toEqual(['c 10 deleted 0→3']);
  });

  it('over their own target change nothing', () => {
    expect(waste(linked, scan([hardlink('a', 'b'), hardlink('b', 'b')]))).toEqual([]);
    expect(waste(linked, scan([hardlink('a', 'b')]), scan([], { whiteouts: ['a', 'b'] }))).toEqual([
      'a 10 deleted 0→2',
    ]);
  });

  it('to nothing are empty, and a notice counts them', () => {
    const { visibleFiles, notices } = analyze(
      scan([hardlink('b', 'gone'), hardlink('c', 'd'), directory('d')]),
    );
    expect([...visibleFiles]).toEqual([]);
    expect(notices.find(({ code }) => code === 'hardlink-target-missing')?.message).toMatch(/^2 hard links/);
    expect(analyze(linked).notices.map(({ code }) => code)).toEqual(['base-unknown']);
  });

  it('to a symlink hold no bytes and are no defect', () => {
    const { notices } = analyze(scan([symlink('s', 'x'), hardlink('t', 's')]));
    expect(notices.map(({ code }) => code)).toEqual(['base-unknown']);
  });
});

describe('files that package managers keep and nobody looked into', () => {
  const notice = (...scans: LayerScan[]) =>
    analyze(...scans).notices.find(({ code }) => code === 'files-not-looked-into')?.message;

  it('are counted by a notice that says what it means, a layer that is listed again once', () => {
    const layer = { ...scan([file('a', 10)]), skippedFiles: 179_999 };
    expect(notice(layer, { ...scan([]), skippedFiles: 1 }, layer)).toBe(
      "180,000 files were not looked into: of package managers' files at most 120,000 files and 536.9 MB of an image " +
        'are read, and 67.1 MB of one; of what is found in parts of files 33.6 MB are kept. Packages may be missing, ' +
        "files of theirs count as no package's, and rules may find less.",
    );
    expect(notice({ ...layer, skippedFiles: 1 })).toMatch(/^1 file was not looked into: /);
  });

  it('are no notice where there are none', () => {
    expect(notice(scan([file('a', 10)]))).toBeUndefined();
  });
});

describe('one tar that contradicts itself', () => {
  it('wastes the earlier of two entries with one path', () => {
    expect(waste(scan([file('a', 10), file('a', 4)]))).toEqual(['a 10 duplicate-entry 0→0']);
    expect(waste(scan([file('a', 10), directory('a')]))).toEqual(['a 10 duplicate-entry 0→0']);
    expect(waste(scan([file('a', 10), symlink('a', 'b')]))).toEqual(['a 10 duplicate-entry 0→0']);
  });

  it('keeps the earlier where a hard link came between', () => {
    const layer = scan([file('a', 10), hardlink('b', 'a'), file('a', 4)]);
    expect(waste(layer)).toEqual([]);
    expect(visible(layer)).toEqual(['a 4 @0', 'b 10 @0']);
    expect(waste(scan([file('a', 10), hardlink('b', 'a'), file('b', 4)]))).toEqual([]);
  });

  it('makes a directory of a file that has something below it', () => {
    expect(waste(scan([file('a', 10), file('a/b', 4)]))).toEqual(['a 10 replaced-by-directory 0→0']);
    expect(waste(scan([file('a/b', 4), file('a', 10)]))).toEqual(['a/b 4 replaced-by-other 0→0']);
  });

  it('cannot show a root that is a file', () => {
    expect(waste(scan([file('', 10), hardlink('', 'x'), symlink('', 'x'), directory('')]))).toEqual([
      ' 10 replaced-by-directory 0→0',
    ]);
  });
});
