import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ActionInputs, actionInputs } from '../../src/action/inputs.ts';
import { type BuildInputs, buildInputs } from '../../src/build/build-inputs.ts';

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
    expect(inputsOf({ ...defaults, 'github-token': '' })).toEqual(inputsOf());
  });

  it('are in action.yml, all that a build takes', () => {
    const own: readonly (keyof BuildInputs)[] = ['secret-specs'];
    for (const name of Object.keys(buildInputs())) {
      expect(name in action.inputs || own.some(each => each === name)).toBe(true);
    }
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
    expect(inputs).toMatchObject({
      ...{ image: null, baseline: { kind: 'auto', against: 'v1' }, policy: 'on-failure', token: 't' },
      threshold: { bytes: 100_000, percent: 0.5 },
      settings: {
        ...{ title: 'App', diveCi: false, platform: null },
        budgets: { 'max-size': 'warn 1MB', 'min-efficiency': '95%' },
        output: { json: 'r.json', markdown: null, snapshot: null },
      },
    });
  });

  it('take the platform for an image that is there', () => {
    expect(inputsOf({ image: 'oci:x', platforms: 'linux/arm64' })).toMatchObject({
      ...{ image: 'oci:x', settings: { platform: 'linux/arm64' } },
    });
  });

  it.each([
    ['', { bytes: null, percent: null }],
    ['0', { bytes: null, percent: null }],
    ['1 MiB', { bytes: 1_048_576, percent: null }],
    ['0.5 %', { bytes: null, percent: 0.5 }],
  ])('read the threshold %j', (text, threshold) => {
    expect(inputsOf({ 'comment-threshold': text }).threshold).toEqual(threshold);
  });

  it.each([
    [{ push: 'yes' }, /input push is "yes"/],
    [{ comment: 'sometimes' }, /input comment is "sometimes"/],
    [{ 'comment-threshold': '1 parsec' }, /comment-threshold has "1 parsec"/],
  ])('%j is refused', (given, message) => {
    expect(() => inputsOf(given)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
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
