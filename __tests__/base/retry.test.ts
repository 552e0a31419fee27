import { describe, expect, it } from 'vitest';
import { Retries, type RetryPolicy, retry, retryAfter } from '../../src/base/retry.ts';

describe('Retry-After', () => {
  const now = Date.parse('Fri, 31 Dec 1999 23:59:00 GMT');

  it.each<[string | number | undefined, number | null]>([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 59_000],
    ['Fri, 31 Dec 1999 23:00:00 GMT', 0],
    ['soon', null],
    ['-5 seconds', null],
    ['-5', null],
    ['1e3', null],
    ['9999999999', null],
    ['', null],
    [120, 120_000],
    [undefined, null],
  ])('%s', (header, milliseconds) => {
    expect(retryAfter(header, now)).toBe(milliseconds);
  });
});

const POLICY: RetryPolicy = { maxAttempts: 4, firstWait: 100, maxWait: 1000, maxTotalWait: 1500 };

/** Retries that wait no time and tell how long they would have. */
function waiting(policy: Partial<RetryPolicy> = {}): { readonly retries: Retries; readonly waits: number[] } {
  const waits: number[] = [];
  const retries = new Retries({ ...POLICY, ...policy }, async time => waits.push(time));
  return { retries, waits };
}

const always = { ofError: () => ({ after: null }) };

describe('an operation that fails', () => {
  it('is tried as often as the policy says, with longer waits each time', async () => {
    const { retries, waits } = waiting();
    const attempts: number[] = [];
    const failing = async (attempt: number): Promise<never> => {
      attempts.push(attempt);
      throw new Error(`attempt ${attempt}`);
    };
    await expect(retry(failing, retries, always)).rejects.toThrow('attempt 4');
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(waits).toEqual([100, 200, 400]);
  });

  it('is waited for no longer than the policy doubles to', async () => {
    const { retries, waits } = waiting({ maxAttempts: 5, maxDoubled: 250 });
    const failing = async (): Promise<never> => Promise.reject(new Error('no'));
    await expect(retry(failing, retries, always)).rejects.toThrow('no');
    expect(waits).toEqual([100, 200, 250, 250]);
  });

  it('is not tried again where the error is final', async () => {
    const { retries, waits } = waiting();
    const failing = retry(async () => Promise.reject(new Error('no')), retries, { ofError: () => null });
    await expect(failing).rejects.toThrow('no');
    expect(waits).toEqual([]);
  });

  it('is over when waiting is broken off', async () => {
    const retries = new Retries(POLICY, async () => {
      throw new Error('stopped');
    });
    const failing = retry(async () => Promise.reject(new Error('no')), retries, always);
    await expect(failing).rejects.toThrow('stopped');
  });
});

describe('an answer', () => {
  const again = (after: number | null) => ({ ...always, ofAnswer: () => ({ after }) });

  it('that is not final is the last one when there are no more attempts', async () => {
    const { retries, waits } = waiting();
    expect(await retry(async attempt => attempt, retries, again(null))).toBe(4);
    expect(waits).toEqual([100, 200, 400]);
  });

  it('is waited for as long as was asked, and never less than the policy has it', async () => {
    const { retries, waits } = waiting();
    await retry(async attempt => attempt, retries, again(150));
    expect(waits).toEqual([150, 200, 400]);
  });

  it('is not waited for longer than the policy allows, once or in all', async () => {
    const once = waiting();
    expect(await retry(async attempt => attempt, once.retries, again(1001))).toBe(1);
    expect(once.waits).toEqual([]);
    const inAll = waiting();
    expect(await retry(async attempt => attempt, inAll.retries, again(1000))).toBe(2);
    expect(inAll.waits).toEqual([1000]);
    expect(await retry(async attempt => attempt, inAll.retries, again(400))).toBe(2);
    expect(inAll.waits).toEqual([1000, 400]);
  });

  it('is not waited for once the answers alone have taken all the time', async () => {
    let now = 0;
    const retries = new Retries({ ...POLICY, maxTotalWait: 1000 }, async () => undefined, { now: () => now });
    const slow = async (attempt: number): Promise<number> => {
      now += 600;
      return attempt;
    };
    expect(await retry(slow, retries, again(null))).toBe(2);
  });

  it('is final once the retries have ended', async () => {
    const { retries } = waiting();
    retries.end();
    expect(await retry(async attempt => attempt, retries, again(null))).toBe(1);
  });

  it('that comes back with others is spread by chance', async () => {
    const { retries, waits } = waiting({ jitter: 0.25 });
    await retry(async attempt => attempt, retries, again(null));
    expect(waits[0]).toBeGreaterThanOrEqual(100);
    expect(waits[0]).toBeLessThanOrEqual(125);
  });
});
