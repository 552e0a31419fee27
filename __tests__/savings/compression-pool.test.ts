import { describe, expect, it } from 'vitest';
import { CompressionPool } from '../../src/savings/compression-pool.ts';

function job(): {
  readonly start: () => Promise<number>;
  readonly end: (size: number) => void;
  started: boolean;
} {
  const { promise, resolve } = Promise.withResolvers<number>();
  const made = {
    started: false,
    end: resolve,
    start: () => {
      made.started = true;
      return promise;
    },
  };
  return made;
}

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('a pool', () => {
  it('runs four at a time, the others in their order, and has room when none waits', async () => {
    const pool = new CompressionPool();
    const jobs = Array.from({ length: 6 }, job);
    const results = jobs.slice(0, 4).map(each => pool.run(each.start));
    await turn();
    expect(pool.room()).toBeUndefined();
    results.push(...jobs.slice(4).map(each => pool.run(each.start)));
    await turn();
    expect(jobs.map(({ started }) => started)).toEqual([true, true, true, true, false, false]);
    let hasRoom = false;
    void pool.room()?.then(() => {
      hasRoom = true;
    });
    jobs[2]?.end(2);
    await turn();
    expect([jobs[4]?.started, jobs[5]?.started, hasRoom]).toEqual([true, false, false]);
    jobs[0]?.end(0);
    await turn();
    expect([jobs[5]?.started, hasRoom]).toEqual([true, true]);
    for (const [index, each] of jobs.entries()) each.end(index);
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('goes on after one that failed', async () => {
    const pool = new CompressionPool();
    const failing = Array.from({ length: 5 }, () => pool.run(() => Promise.reject(new Error('full'))));
    const results = await Promise.allSettled(failing);
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await pool.run(async () => 7)).toBe(7);
  });
});
