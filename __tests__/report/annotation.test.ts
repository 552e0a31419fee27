import fc from 'fast-check';
import { expect, it } from 'vitest';
import { annotationsOf } from '../../src/report/annotation.ts';
import { hostileText } from '../base/hostile-text.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { hostile } from './hostile-report.ts';
import { patched } from './patched-report.ts';
import { failing, first } from './reports.ts';

it('puts the severest first, then the most bytes', () => {
  const shown = annotationsOf(failing()).map(({ level, startLine, endLine, title }) => [
    level,
    startLine,
    endLine,
    title,
  ]);
  expect(shown).toEqual([
    ['error', 2, 3, 'Over budget: min-efficiency'],
    ['warning', 4, 4, 'Over budget: max-size-increase'],
    ['warning', 2, 3, 'deleted-later: saves 20.4 MB'],
    ['warning', 7, 7, 'BuildKit: JSONArgsRecommended'],
    ['notice', 4, 4, 'deleted-later: saves 2.8 MB'],
  ]);
});

it('says what is wrong and what to do, in plain text', () => {
  expect(annotationsOf(failing()).map(annotation => annotation.message)).toContain(
    '20.4 MB of apt lists written at Dockerfile:2 is deleted at Dockerfile:5 — end the RUN that fetches them with rm -rf /var/lib/apt/lists/*.',
  );
});

it('says the new lines of a short fix', () => {
  const messages = annotationsOf(patched()).map(({ message }) => message);
  expect(messages.filter(message => message.includes('The new line'))).toEqual([
    expect.stringMatching(/The new lines: apt-get install .* && \\ ⏎ rm -rf \/var\/lib\/apt\/lists\/\*$/),
    expect.stringMatching(/The new line: COPY --chown=app:app --chmod=755 \. \/app$/),
    expect.stringMatching(/ ⏎ rm -rf \/usr\/share\/doc$/),
  ]);
});

it('says nothing of what was suggested, and all else', () => {
  const report = patched();
  const suggested = new Set(report.findings.slice(0, 2));
  const titles = annotationsOf(report, suggested).map(({ title }) => title);
  expect(titles).toEqual([
    'Over budget: min-efficiency',
    'Over budget: max-size-increase',
    'metadata-only-copy: saves 600.0 kB',
    'deleted-later: saves 2.8 MB',
  ]);
});

it('has nothing to say where nothing has a place', () => {
  const report = { ...first(), findings: [], build: null };
  expect(annotationsOf(report)).toEqual([]);
});

it('is one visible line of bounded length', () => {
  fc.assert(
    fc.property(hostileText, text => {
      const report = hostile();
      const findings = report.findings.map(finding => ({
        ...finding,
        rule: text,
        location: instructionAt(3, text, text),
        patch: { file: text, startLine: 3, before: ['RUN x'], after: [text, text] },
      }));
      for (const annotation of annotationsOf({ ...report, findings })) {
        for (const said of [annotation.file, annotation.title, annotation.message]) {
          expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(said.length).toBeLessThan(2100);
        }
        expect(annotation.endLine).toBeGreaterThanOrEqual(annotation.startLine);
      }
    }),
  );
});
