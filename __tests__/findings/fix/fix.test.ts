import { describe, expect, it } from 'vitest';
import { type DockerfileEdit, editsKey } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import { type FoundFinding, predictSaving } from '../../../src/findings/finding.ts';
import { findFixes } from '../../../src/findings/fix/fix.ts';
import { distinctFreed } from '../../../src/findings/freed-bytes.ts';

const MERGE: DockerfileEdit = { kind: 'merge-runs', line: 2, lastLine: 4 };
const CLEAN: DockerfileEdit = { kind: 'append-command', line: 4, command: 'apt-get clean' };

/** Frees files of layer 1, each `name:bytes`. */
function found(rule: string, edits: readonly DockerfileEdit[], ...files: readonly string[]): FoundFinding {
  const freed = files.map(file => {
    const [path = '', bytes = '0'] = file.split(':');
    return { layer: 1, path, bytes: Number(bytes) };
  });
  const bytes = freed.reduce((sum, file) => sum + file.bytes, 0);
  return {
    ...{ rule, severity: 'warning', args: {}, location: null, related: null },
    evidence: { layers: [], paths: [], fileCount: 0, bytes },
    saving: bytes === 0 ? null : predictSaving(bytes),
    edits,
    freed,
  };
}

describe('fixes', () => {
  it('mend all findings that have the same edits, in whatever order', () => {
    const fixes = findFixes([found('a', [MERGE, CLEAN], 'x:5'), found('b', [CLEAN, MERGE], 'y:7')]);
    expect(fixes).toHaveLength(1);
    expect(fixes[0]).toMatchObject({ bytes: 12, findings: [{ rule: 'b' }, { rule: 'a' }] });
    expect(fixes[0]?.findings[0]).not.toHaveProperty('freed');
  });

  it('mend what a part of their edits mends, and count no byte twice', () => {
    const fixes = findFixes([
      found('merge', [MERGE], 'x:5', 'y:1'),
      found('both', [MERGE, CLEAN], 'x:5', 'z:7'),
    ]);
    expect(fixes.map(({ edits, bytes }) => [edits.length, bytes])).toEqual([[2, 13]]);
    expect(fixes[0]?.findings.map(({ rule }) => rule)).toEqual(['both', 'merge']);
  });

  it('tell what each adds to those before it, and are none where that is nothing', () => {
    const other: DockerfileEdit = { kind: 'append-command', line: 2, command: 'rm -rf /x' };
    const fixes = findFixes([
      found('other', [other], 'x:5', 'z:2'),
      found('merge', [MERGE], 'x:5', 'y:9'),
      found('clean', [CLEAN], 'x:5'),
    ]);
    expect(fixes.map(({ edits, bytes, addedBytes }) => [edits[0], bytes, addedBytes])).toEqual([
      [MERGE, 14, 14],
      [other, 7, 2],
    ]);
  });

  it('are made of nothing that saves nothing, or cannot be edited', () => {
    expect(findFixes([found('words', [], 'x:5'), found('time', [MERGE])])).toEqual([]);
  });
});

it('takes the larger of what two free of one file', () => {
  expect(distinctFreed([found('strip', [], 'bin:3'), found('delete', [], 'bin:9')])).toEqual([
    { layer: 1, path: 'bin', bytes: 9 },
  ]);
});

it('knows edits by what they say', () => {
  expect(editsKey([MERGE, CLEAN])).toBe(editsKey([CLEAN, { lastLine: 4, line: 2, kind: 'merge-runs' }]));
  expect(editsKey([MERGE])).not.toBe(editsKey([CLEAN]));
});
