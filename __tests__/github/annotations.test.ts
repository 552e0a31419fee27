import { describe, expect, it } from 'vitest';
import { emitAnnotations } from '../../src/github/annotations.ts';
import type { Annotation } from '../../src/report/annotation.ts';

function annotation(level: Annotation['level'], index: number): Annotation {
  return {
    level,
    file: 'Dockerfile',
    startLine: index,
    endLine: index + 1,
    title: 'apt lists',
    message: `${level} ${index}`,
  };
}

function recorder() {
  const lines: string[] = [];
  const record =
    (kind: string) => (message: string, properties?: { file: string; startLine: number; endLine: number }) =>
      void lines.push(
        `${kind} ${properties ? `${properties.file}:${properties.startLine}-${properties.endLine} ` : ''}${message}`,
      );
  const sink = {
    error: record('error'),
    warning: record('warning'),
    notice: record('notice'),
    info: record('info'),
  };
  return { lines, sink };
}

describe('annotations', () => {
  it('are emitted with their place', () => {
    const { lines, sink } = recorder();
    expect(emitAnnotations([annotation('warning', 4)], sink)).toBe(0);
    expect(lines).toEqual(['warning Dockerfile:4-5 warning 4']);
  });

  it('are at most ten of each kind, in order, and the rest is counted in one line', () => {
    const { lines, sink } = recorder();
    const many = Array.from({ length: 13 }, (_, index) => [
      annotation('error', index + 1),
      annotation('notice', index + 1),
    ]);
    const few = Array.from({ length: 10 }, (_, index) => annotation('warning', index + 1));
    expect(emitAnnotations([...many.flat(), ...few, annotation('warning', 11)], sink)).toBe(7);
    for (const kind of ['error', 'warning', 'notice']) {
      const shown = lines.filter(line => line.startsWith(kind));
      expect(shown).toHaveLength(10);
      expect(shown[0]).toContain(`${kind} 1`);
    }
    expect(lines.at(-1)).toBe(
      'info Not annotated, since GitHub shows 10 of each kind: 3 errors, 1 warning, 3 notices.',
    );
    expect(lines.filter(line => line.startsWith('info'))).toHaveLength(1);
  });

  it('leave room for what the step annotates itself', () => {
    const { lines, sink } = recorder();
    const many = Array.from({ length: 11 }, (_, index) => annotation('error', index + 1));
    expect(emitAnnotations(many, sink, { error: 1 })).toBe(2);
    expect(lines.filter(line => line.startsWith('error'))).toHaveLength(9);
    expect(emitAnnotations(many, sink, { error: 20 })).toBe(11);
  });
});
