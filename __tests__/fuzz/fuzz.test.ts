import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { minimise } from '../../fuzz/minimise.ts';
import { Random } from '../../fuzz/random.ts';
import { Supervisor } from '../../fuzz/supervisor.ts';
import { faultOf, Violation } from '../../fuzz/target.ts';
import { findTarget, TARGETS } from '../../fuzz/targets.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { times } from '../support/long.ts';

const ROOT = join(import.meta.dirname, '../..');
const CASES = join(ROOT, '__tests__/fixtures/fuzz');

/** One for all targets: it takes seconds to load them. A case that hangs ends its thread alone. */
const supervisor = new Supervisor();
afterAll(() => supervisor.close());

/** Cases of a target that are tried before anything is missing. */
const ENOUGH = 3000;
const SEED = 3;

describe('what fuzzing found', () => {
  const cases = readdirSync(CASES).flatMap(target =>
    readdirSync(join(CASES, target)).map((name): readonly [string, string] => [target, name]),
  );

  it.each(cases)('%s %s is mended', async (target, name) => {
    expect(await supervisor.try(findTarget(target), readFileSync(join(CASES, target, name)))).toBeNull();
  });
});

describe('a target', () => {
  it.each(TARGETS.map(({ name }) => name))('%s makes the same input of the same seed', name => {
    const target = findTarget(name);
    const [one, again, other] = [1, 1, 2].map(index => target.generate(Random.ofCase(name, 7, index)));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it.each(TARGETS)('$name holds for some hundred cases, and each of its readers takes one', async target => {
    const started = Date.now();
    const missing = new Set(target.accepts);
    let next = 0;
    const tryUpTo = async (to: number, until: number): Promise<void> => {
      const outcome = await supervisor.run(target, { seed: SEED, from: next, to, until });
      next = outcome.next;
      for (const reader of outcome.accepted) missing.delete(reader);
      const faults = outcome.faults.map(({ index, fault }) => `case ${index} of seed ${SEED}: ${fault}`);
      expect(faults).toEqual([]);
    };
    // Time for them on a busy machine, and for one case that hangs.
    await tryUpTo(20, started + 10_000);
    await tryUpTo(times(200, 6000), started + 350);
    while (missing.size > 0 && next < ENOUGH) await tryUpTo(next + 100, Number.POSITIVE_INFINITY);
    expect([...missing]).toEqual([]);
  });

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

it('calls a case that does not end by its number', async () => {
  const watching = new Supervisor(new URL('./endless-worker.ts', import.meta.url));
  const cases = { seed: SEED, from: 5, to: 8, until: Number.POSITIVE_INFINITY };
  const { faults, next } = await watching.run({ name: 'endless', maxMs: 1 }, cases);
  await watching.close();
  expect(faults).toMatchObject([{ index: 7, fault: 'takes too long' }]);
  expect(next).toBe(8);
});

it('makes inputs small that keep their fault', async () => {
  const input = Buffer.from('some text with a # in it and more behind it');
  const least = await minimise(input, async smaller => smaller.includes(0x23));
  expect(Buffer.from(least).toString()).toBe('#');
});
