import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { applyEdits, editProblem } from '../../../src/dockerfile/edit/apply-edits.ts';
import { runScript } from '../../../src/dockerfile/shell/run-script.ts';
import { type Intended, intendedOf, untouchedLines } from './intended-model.ts';
import { type ModelFile, modelFiles, withPossibleEdits } from './random-dockerfile.ts';

const RUNS = 600;

function linesOf(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What of the lines is not there, in order. A last line may get or lose its end. */
function missing(lines: readonly string[], text: string): readonly string[] {
  const written = linesOf(text);
  let at = 0;
  return lines.filter(line => {
    // An empty line without an end, at the end of a file, is none.
    if (line === '') return false;
    const found = written.findIndex((each, index) => index >= at && (each === line || isOpenEnd(each, line)));
    if (found < 0) return true;
    at = found + 1;
    return false;
  });
}

function isOpenEnd(a: string, b: string): boolean {
  return a.replace(/\r?\n$/, '') === b.replace(/\r?\n$/, '') && a.endsWith('\n') !== b.endsWith('\n');
}

/** An instruction as far as it is compared: for a RUN in shell form the words of its commands. */
interface ReadInstruction extends Pick<Intended, 'keyword' | 'flags' | 'text'> {
  readonly commands: readonly (readonly string[])[] | null;
}

function read(text: string): readonly ReadInstruction[] {
  return parseDockerfile(text, 'Dockerfile').instructions.map(instruction => {
    const { keyword, body, flags } = instruction;
    const { form, script } = runScript(instruction);
    const written = flags.map(({ name, value }) => `--${name}=${value}`).join(' ');
    return form === 'shell'
      ? { keyword, flags: written, commands: script.commands.map(({ words }) => words), text: '' }
      : { keyword, flags: '', commands: null, text: [written, body].join(' ').trim() };
  });
}

function outcomes(file: ModelFile) {
  return applyEdits({ dockerfile: file.text, ignore: '' }, file.edits, 'Dockerfile');
}

describe('edits of any Dockerfile', () => {
  it('leave every untouched line as it is, and give the instructions that were meant', () => {
    const made: number[] = [];
    const kinds = new Set<string>();
    fc.assert(
      fc.property(modelFiles(), any => {
        const file = withPossibleEdits(any);
        const outcome = outcomes(file);
        if ('reason' in outcome) throw new Error(outcome.reason);
        made.push(file.edits.length);
        for (const { kind } of file.edits) kinds.add(kind);
        const { dockerfile } = outcome;
        expect(missing(untouchedLines(file), dockerfile)).toEqual([]);
        expect(dockerfile.startsWith('\uFEFF')).toBe(file.text.startsWith('\uFEFF'));
        const intended = intendedOf(file).map(each => ({
          ...each,
          commands: each.commands?.map(({ words }) => words) ?? null,
        }));
        expect(read(dockerfile)).toEqual(intended);
        expect(linesOf(dockerfile).length).toBeLessThanOrEqual(linesOf(file.text).length + file.edits.length);
      }),
      { numRuns: RUNS },
    );
    expect(made.filter(count => count > 0).length).toBeGreaterThan(RUNS / 2);
    expect(made.filter(count => count > 1).length).toBeGreaterThan(RUNS / 3);
    expect([...kinds].sort()).toEqual([
      'add-flag',
      'add-option',
      'append-command',
      'merge-runs',
      'replace-command',
    ]);
  });

  it('are refused by both in the same words, or by none', () => {
    fc.assert(
      fc.property(modelFiles(), ({ text, edits }) => {
        const outcome = applyEdits({ dockerfile: text, ignore: '' }, edits, 'Dockerfile');
        const problem = editProblem(parseDockerfile(text, 'Dockerfile'), edits);
        expect(problem).toBe('reason' in outcome ? outcome.reason : null);
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on their order, nor on how often each is there', () => {
    fc.assert(
      fc.property(modelFiles(), any => {
        const file = withPossibleEdits(any);
        const { edits } = file;
        const outcome = outcomes(file);
        expect(outcome).not.toHaveProperty('reason');
        expect(outcomes({ ...file, edits: [...edits.toReversed(), ...edits] })).toEqual(outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('do nothing when there are none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        expect(applyEdits({ dockerfile: text, ignore: text }, [], 'f')).toEqual({
          dockerfile: text,
          ignore: text,
        });
      }),
    );
  });
});
