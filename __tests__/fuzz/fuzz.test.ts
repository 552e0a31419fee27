import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { minimise } from '../../fuzz/minimise.ts';
import { Random } from '../../fuzz/random.ts';
import { faultOf, takeAccepted, Violation } from '../../fuzz/target.ts';
import { findTarget, TARGETS } from '../../fuzz/targets.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { times } from '../support/long.ts';

const ROOT = join(import.meta.dirname, '../..');
const CASES = join(ROOT, '__tests__/fixtures/fuzz');

/** What is wrong with an input; null when nothing is. */
async function faultIn(target: string, input: Buffer): Promise<string | null> {
  try {
    await findTarget(target).check(input);
    return null;
  } catch (error) {
    return faultOf(error);
  }
}

describe('what fuzzing found', () => {
  const cases = readdirSync(CASES).flatMap(target =>
    readdirSync(join(CASES, target)).map((name): readonly [string, string] => [target, name]),
  );

  it.each(cases)('%s %s is mended', async (target, name) => {
    expect(await faultIn(target, readFileSync(join(CASES, target, name)))).toBeNull();
  });
});

describe('a target', () => {
  it.each(TARGETS.map(({ name }) => name))('%s makes the same input of the same seed', name => {
    const target = findTarget(name);
    const [one, again, other] = [1, 1, 2].map(index => target.generate(Random.ofCase(name, 7, index)));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it.each(TARGETS.map(({ name }) => name))('%s holds for some hundred cases', async name => {
    const until = performance.now() + 1000;
    for (let index = 0; index < times(300) && (index < 20 || performance.now() < until); index += 1) {
      expect(await faultIn(name, findTarget(name).generate(Random.ofCase(name, 3, index)))).toBeNull();
    }
  });

  it.each(TARGETS)(
    '$name makes inputs that each of its readers takes',
    async ({ name, accepts, ...target }) => {
      takeAccepted();
      const missing = new Set(accepts);
      for (let index = 0; index < 3000 && missing.size > 0; index += 1) {
        await faultIn(name, target.generate(Random.ofCase(name, 5, index)));
        for (const reader of takeAccepted()) missing.delete(reader);
      }
      expect([...missing]).toEqual([]);
    },
  );

  it('is about files that there are', () => {
    const named = TARGETS.flatMap(({ parsers }) => parsers);
    expect(named.filter(path => !existsSync(join(ROOT, 'src', path)))).toEqual([]);
  });

  it('has a row in the README of the folder', () => {
    const readme = readFileSync(join(ROOT, 'fuzz/README.md'), 'utf8');
    const rows = TARGETS.map(({ name, maxMs, holds }) => `| \`${name}\` | ${maxMs} ms | ${holds} |`);
    expect(rows.filter(row => !readme.includes(row))).toEqual([]);
  });
});

it('calls all but our errors a fault', () => {
  const ours = new DeadweightError('usage', { message: 'It is wrong.', remedy: 'Write it right.' });
  expect(faultOf(ours)).toBeNull();
  expect(faultOf(new Violation('sums'))).toBe('does not hold: sums');
  expect(faultOf(new TypeError('x of 17'))).toMatch(/^throws TypeError: x of N/);
});

it('makes inputs small that keep their fault', async () => {
  const input = Buffer.from('some text with a # in it and more behind it');
  const least = await minimise(input, async smaller => smaller.includes(0x23));
  expect(Buffer.from(least).toString()).toBe('#');
});
