import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ActionInputs, actionInputs } from '../../src/action/inputs.ts';
import { OPTIONS } from '../../src/run/config/options.ts';
import { buildInputs } from '../support/option-values.ts';

afterEach(() => vi.unstubAllEnvs());

function inputsOf(given: Readonly<Record<string, string>> = {}): ActionInputs {
  for (const [name, value] of Object.entries(given)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value);
  return actionInputs();
}

const action = z
  .object({ inputs: z.record(z.string(), z.object({ default: z.string().optional() })) })
  .parse(parse(await readFile(join(import.meta.dirname, '../../action.yml'), 'utf8')));
const defaults = Object.fromEntries(
  Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']),
);

describe('the inputs of the Action', () => {
  it('mean the same when nothing is given and with the defaults of action.yml', () => {
    const nothing = inputsOf();
    // The token comes from the workflow, and an empty label waives nothing.
    const own = { 'github-token': '', 'waive-label': '' };
    const { options, ...others } = inputsOf({ ...defaults, ...own });
    expect({ ...others, options: { ...options, against: null } }).toEqual(nothing);
    expect([nothing.options.against, options.against]).toEqual([null, 'auto']);
  });

  it('are in action.yml, all that an option has', () => {
    const declared = OPTIONS.filter(([, { input }]) => input !== undefined).map(([name]) => name);
    expect(Object.keys(action.inputs).sort()).toEqual(declared.sort());
  });

  it('are all read', () => {
    const nothing = JSON.stringify(inputsOf());
    const unread = Object.keys(action.inputs).filter(name => {
      vi.stubEnv(`INPUT_${name.toUpperCase()}`, 'seen');
      const seen = JSON.stringify(tolerant());
      vi.unstubAllEnvs();
      return seen === nothing;
    });
    expect(unread).toEqual([]);
  });

  it('are those of the build, of the report and of GitHub', () => {
    const inputs = inputsOf({
      ...{ 'build-args': 'A=1\nB=2,3', push: 'true', platforms: 'linux/amd64,linux/arm64' },
      ...{
        'max-size': 'warn 1MB',
        'min-efficiency': '95%',
        'dive-ci': 'false',
        title: 'App',
        json: 'r.json',
      },
      ...{ comment: 'on-failure', 'comment-threshold': '100kB, 0.5%', 'github-token': 't', against: 'v1' },
    });
    expect(inputs.build).toEqual(
      buildInputs({
        ...{ 'build-args': ['A=1', 'B=2,3'], push: true, platforms: ['linux/amd64', 'linux/arm64'] },
      }),
    );
    const bytes = (value: number) => ({ value, unit: 'bytes' });
    expect(inputs.options).toMatchObject({
      image: null,
      baseline: 'auto',
      against: 'v1',
      comment: 'on-failure',
      'github-token': 't',
      'comment-threshold': { bytes: 100_000, percent: 0.5 },
      title: 'App',
      'dive-ci': false,
      budgets: [
        { name: 'max-size', warn: bytes(1e6), fail: null },
        { name: 'min-efficiency', warn: null, fail: { value: 0.95, unit: 'ratio' } },
      ],
      json: 'r.json',
      markdown: null,
      snapshot: null,
    });
  });

  it.each([
    ['', { bytes: null, percent: null }],
    ['0', { bytes: null, percent: null }],
    ['1 MiB', { bytes: 1_048_576, percent: null }],
    ['0.5 %', { bytes: null, percent: 0.5 }],
  ])('read the threshold %j', (text, threshold) => {
    expect(inputsOf({ 'comment-threshold': text }).options['comment-threshold']).toEqual(threshold);
  });

  it.each([
    [{ push: 'yes' }, /input push is "yes"/],
    [{ upload: 'yes' }, /input upload is "yes"/],
    [{ mode: 'test' }, /input mode is "test"/],
    [{ 'pr-number': '0' }, /input pr-number is "0"/],
    [{ 'max-size': 'lots' }, /max-size is "lots"/],
    [{ comment: 'sometimes' }, /input comment is "sometimes"/],
    [{ 'comment-threshold': '1 parsec' }, /comment-threshold is "1 parsec"/],
  ])('%j is refused', (given, message) => {
    expect(() => inputsOf(given)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^usage$|^config-invalid$/),
        message: expect.stringMatching(message),
      }),
    );
  });
});

/** What an input of the value `seen` gives: the inputs, or the refusal of that value. */
function tolerant(): unknown {
  try {
    return actionInputs();
  } catch (error) {
    return String(error);
  }
}
