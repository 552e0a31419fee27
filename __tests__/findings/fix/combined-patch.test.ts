import { describe, expect, it } from 'vitest';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import { combinePatches } from '../../../src/findings/fix/combined-patch.ts';
import { patchBetween } from '../../../src/findings/fix/patch.ts';

const LINES = ['FROM a', 'RUN b', 'RUN c', 'RUN d', 'RUN e'];

const append = (line: number, command: string): DockerfileEdit => ({ kind: 'append-command', line, command });
const merge = (line: number, lastLine: number): DockerfileEdit => ({ kind: 'merge-runs', line, lastLine });

/** Edits of one-line instructions as applyEdits makes them; a command named `no` cannot be appended. */
function patchOf(edits: readonly DockerfileEdit[]) {
  const lines = new Map(LINES.map((text, index) => [index + 1, text]));
  for (const edit of edits) {
    if (edit.kind !== 'append-command') continue;
    if (edit.command === 'no') return null;
    lines.set(edit.line, `${lines.get(edit.line)} && ${edit.command}`);
  }
  for (const edit of edits) {
    if (edit.kind !== 'merge-runs') continue;
    for (let line = edit.line + 1; line <= edit.lastLine; line += 1) {
      const rest = lines.get(line)?.replace('RUN ', '');
      if (rest !== undefined) lines.set(edit.line, `${lines.get(edit.line)} && ${rest}`);
      lines.delete(line);
    }
  }
  return patchBetween('Dockerfile', LINES.join('\n'), [...lines.values()].join('\n'));
}

const combined = (...fixes: readonly (readonly DockerfileEdit[])[]) =>
  combinePatches(
    fixes.map(edits => ({ edits, patch: patchOf(edits) ?? patchOf([append(5, 'fallback')]) })),
    patchOf,
  ).map(({ findings, patch }) => [findings, patch.startLine, patch.after]);

describe('fixes that meet', () => {
  it('are none where each has lines of its own', () => {
    expect(combined([append(2, 'x')], [append(3, 'y')], [])).toEqual([]);
  });

  it('are made together', () => {
    expect(combined([append(2, 'x')], [append(4, 'z')], [append(2, 'y')])).toEqual([
      [[0, 2], 2, ['RUN b && x && y']],
    ]);
  });

  it('make an edit once that both of them have', () => {
    expect(combined([append(2, 'x')], [append(2, 'x'), append(3, 'y')])).toEqual([
      [[0, 1], 2, ['RUN b && x', 'RUN c && y']],
    ]);
  });

  it('take in what only the larger change meets', () => {
    expect(combined([append(2, 'x')], [append(4, 'z')], [merge(2, 4)])).toEqual([
      [[0, 1, 2], 2, ['RUN b && x && c && d && z']],
    ]);
  });

  it('leave out what cannot be made with what ranks higher', () => {
    expect(combined([append(5, 'x')], [append(5, 'no')], [append(5, 'y')])).toEqual([
      [[0, 2], 5, ['RUN e && x && y']],
    ]);
  });

  it('skip what has no patch', () => {
    const patch = patchOf([append(2, 'x')]);
    const fixes = [
      { edits: [append(2, 'x')], patch },
      { edits: [append(2, 'y')], patch: null },
    ];
    expect(combinePatches(fixes, patchOf)).toEqual([]);
  });
});
