import { describe, expect, it } from 'vitest';
import { type FoundFinding, predictSaving } from '../../../src/findings/finding.ts';
import { findFixes } from '../../../src/findings/fix/fix.ts';
import type { FixOutcome } from '../../../src/run/fix/proof.ts';
import { recordProofs, withoutEdits, withoutRefused } from '../../../src/run/fix/proven-image.ts';
import type { ExaminedImage } from '../../../src/run/weigh/examine.ts';
import { NOT_MEASURED } from '../../../src/run/weigh/measured-savings.ts';
import { fabricate } from '../../support/fabricate/analysis.ts';

const CLEAN = { kind: 'append-command', line: 2, command: 'apt-get clean' } as const;

function found(rule: string, bytes: number): FoundFinding {
  return {
    ...{ rule, severity: 'warning', args: {}, related: null, edits: [CLEAN] },
    location: { file: 'Dockerfile', startLine: 2, endLine: 2, text: 'RUN x' },
    evidence: { layers: [1], paths: [], fileCount: 1, bytes },
    saving: predictSaving(bytes),
    freed: [{ layer: 1, path: rule, bytes }],
  };
}

function image(...findings: readonly FoundFinding[]): ExaminedImage {
  const fixes = findFixes(findings).map(fix => ({ fix, compressedBytes: null }));
  return {
    analysis: fabricate([{ base: true }]),
    findings,
    ignored: [],
    leftOut: [],
    fixes,
    together: NOT_MEASURED,
    notices: [],
  };
}

function judged(examined: ExaminedImage, outcome: FixOutcome): ExaminedImage {
  const fixes = examined.fixes.map(({ fix }) => ({ fix, outcome }));
  return recordProofs(examined, { fixes, all: null, bytes: 0, texts: null });
}

const findingsOf = ({ findings }: ExaminedImage) => findings;

describe('proofs', () => {
  it('take the place of a prediction', () => {
    const proven = judged(image(found('a', 5_000_000)), {
      kind: 'proven',
      bytes: 4_000_000,
      compressedBytes: 9,
    });
    expect(findingsOf(proven)).toMatchObject([
      { saving: { bytes: 4_000_000, compressedBytes: 9, basis: 'proven' }, edits: [CLEAN] },
    ]);
  });

  it('of several findings confirm what was predicted, or leave it a prediction', () => {
    const two = image(found('a', 5_000_000), found('b', 3_000_000));
    const near = judged(two, { kind: 'proven', bytes: 8_050_000, compressedBytes: null });
    expect(findingsOf(near)).toMatchObject([
      { saving: { bytes: 5_000_000, basis: 'proven' } },
      { saving: { bytes: 3_000_000, basis: 'proven' } },
    ]);
    const far = judged(two, { kind: 'proven', bytes: 4_000_000, compressedBytes: null });
    expect(findingsOf(far).map(({ saving }) => saving?.basis)).toEqual(['predicted', 'predicted']);
  });

  it('that fail take the edits away, and say why', () => {
    const dropped = judged(image(found('a', 5_000_000)), {
      kind: 'dropped',
      why: 'does-not-build',
      reason: 'It saves nothing.',
    });
    expect(findingsOf(dropped)).toMatchObject([
      { edits: [], saving: { bytes: 5_000_000, basis: 'predicted' } },
    ]);
    expect(dropped.notices).toEqual([
      { code: 'fix-dropped', message: 'A fix at Dockerfile:2 (a) does not hold: It saves nothing.' },
    ]);
  });
});

describe('edits that the files do not take', () => {
  const texts = (dockerfile: string, ignore = '') => ({
    dockerfile: { path: 'Dockerfile', text: dockerfile },
    ignore: { path: '.dockerignore', text: ignore },
  });
  const ignoring = { ...found('a', 5_000_000), edits: [{ kind: 'ignore', pattern: '.git' }] } as const;

  it('are not promised', () => {
    const refused = withoutRefused(image(ignoring), texts('FROM a\nCOPY . .', '*\n!.git\n'));
    expect(findingsOf(refused)).toMatchObject([{ edits: [] }]);
    expect(refused.notices).toEqual([
      {
        code: 'fix-dropped',
        message:
          'A fix at Dockerfile:2 (a) cannot be made: the line `!.git` may ask for files that it matches',
      },
    ]);
  });

  it('leave the others as they are', () => {
    const made = withoutRefused(image(ignoring), texts('FROM a\nCOPY . .', '*\n!main.bin\n'));
    expect(made).toEqual(image(ignoring));
  });

  it('are the least of those that do not hold together', () => {
    const [large, small] = [found('a', 5_000_000), found('b', 3_000_000)];
    const removal = { kind: 'replace-command', line: 2, index: 0, command: null } as const;
    const both = image(large, { ...small, edits: [removal] });
    const [first, second] = findingsOf(withoutRefused(both, texts('FROM a\nRUN x')));
    expect(first?.edits).toEqual([CLEAN]);
    expect(second?.edits).toEqual([]);
  });
});

it('leaves fixes to words where none are wanted', () => {
  const plain = withoutEdits(image(found('a', 5_000_000)));
  expect(plain.fixes).toEqual([]);
  expect(findingsOf(plain)).toMatchObject([{ edits: [], saving: { bytes: 5_000_000 } }]);
});
