import { describe, expect, it } from 'vitest';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import { type FoundFinding, predictSaving } from '../../../src/findings/finding.ts';
import { findFixes } from '../../../src/findings/fix/fix.ts';
import { buildFixReport } from '../../../src/run/fix/proven-fixes.ts';
import type { ExaminedImage } from '../../../src/run/weigh/examine.ts';
import { NOT_MEASURED } from '../../../src/run/weigh/measured-savings.ts';
import { fabricate } from '../../support/fabricate/analysis.ts';

const CLEAN = { kind: 'append-command', line: 2, command: 'apt-get clean' } as const;

/** @param files what it frees, by path: bytes */
function found(
  rule: string,
  files: Readonly<Record<string, number>>,
  edits: readonly DockerfileEdit[] = [],
): FoundFinding {
  const freed = Object.entries(files).map(([path, bytes]) => ({ layer: 1, path, bytes }));
  const bytes = freed.reduce((sum, file) => sum + file.bytes, 0);
  return {
    ...{ rule, severity: 'warning', args: {}, related: null, edits, freed },
    location: { file: 'Dockerfile', startLine: 2, endLine: 2, text: 'RUN x' },
    evidence: { layers: [1], paths: [], fileCount: freed.length, bytes },
    saving: freed.length === 0 ? null : predictSaving(bytes),
  };
}

/** What is told of by hand, as `rule: bytes (added)`, beside a fix that was made, or not. */
function leftOf(outcome: 'predicted' | 'dropped', only: readonly string[] = []) {
  const findings = [
    found('apt-lists', { lists: 20 }, [CLEAN]),
    found('log-files', { log: 5, lists: 2 }),
    found('kept-archives', { archive: 9, log: 5 }),
    found('temporary-files', { lists: 20 }),
    found('no-user', {}),
  ];
  const image: ExaminedImage = {
    analysis: fabricate([{ base: true }]),
    findings,
    ignored: [],
    leftOut: [],
    fixes: findFixes(findings).map(fix => ({ fix, compressedBytes: null })),
    together: NOT_MEASURED,
    notices: [],
  };
  const fixes = image.fixes.map(({ fix }) => ({
    fix,
    outcome:
      outcome === 'predicted'
        ? { kind: outcome }
        : { kind: outcome, why: 'does-not-build' as const, reason: 'It does not build' },
  }));
  const report = buildFixReport({
    image,
    judged: { fixes, all: null, bytes: 0, texts: null },
    changes: [],
    writes: false,
    title: 'app',
    dockerfile: 'Dockerfile',
    text: 'FROM a\nRUN x\n',
    only,
    notices: [],
  });
  const told = ({ rule, saving }: (typeof report.fixes)[number]['findings'][number]): string =>
    saving === null ? rule : `${rule}: ${saving.bytes} (${saving.addedBytes})`;
  return {
    left: report.left?.map(told),
    counted: report.counted?.map(told),
    others: report.others?.map(told),
  };
}

describe('what fix leaves to people', () => {
  it('is told with what neither the fixes nor those above it save, and apart where that is nothing', () => {
    expect(leftOf('predicted')).toEqual({
      left: ['kept-archives: 14 (14)'],
      counted: ['temporary-files: 20 (0)', 'log-files: 7 (0)'],
      others: ['no-user'],
    });
  });

  it('counts nothing of a fix that was not made', () => {
    expect(leftOf('dropped')).toMatchObject({
      left: ['temporary-files: 20 (20)', 'kept-archives: 14 (14)'],
      counted: ['log-files: 7 (0)'],
    });
  });

  it('is of the rules that were asked for', () => {
    expect(leftOf('predicted', ['log-files'])).toEqual({
      left: ['log-files: 7 (5)'],
      counted: [],
      others: [],
    });
  });
});
