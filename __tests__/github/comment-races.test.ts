import { describe, expect, it } from 'vitest';
import type { GitHubApi } from '../../src/github/api.ts';
import { type CommentResult, publishComment } from '../../src/github/comment.ts';
import { formatMarker, parseMarker } from '../../src/report/marker.ts';
import type { GitHubServer } from '../support/github-server/server.ts';
import { apiOf, BOT, HEAD, NEWER, requestOf, server } from './server-fixture.ts';

const tokens = {
  older: { ...BOT, access: 'write' },
  newer: { ...BOT, access: 'write' },
} as const;

type Run = keyof typeof tokens;

/** Mulberry32: the same schedule for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Arena {
  readonly github: GitHubServer;
  readonly apis: Readonly<Record<Run, GitHubApi>>;
}

/**
 * Two runs whose requests pass one at a time, in the order that `choose` picks. The push that makes the second head
 * happens when `newer` starts, as it does on GitHub: never earlier in its own eyes, at any time in the older one's.
 */
class Race {
  readonly #arena: Arena;
  readonly #pullRequest: number;
  readonly #sameHead: boolean;
  readonly #waiting = new Map<Run, () => void>();
  readonly #running = new Map<Run, Promise<CommentResult>>();
  readonly #results = new Map<Run, CommentResult>();
  #changed: () => void = () => undefined;

  /** @param sameHead no push: both runs weigh the same head, and the one with the higher number is the newer. */
  constructor(arena: Arena, pullRequest: number, sameHead = false) {
    this.#arena = arena;
    this.#pullRequest = pullRequest;
    this.#sameHead = sameHead;
    arena.github.gate = ({ token }) =>
      new Promise(resolve => {
        this.#waiting.set(token === 'older' ? 'older' : 'newer', resolve);
        this.#changed();
      });
  }

  start(run: Run): void {
    const older = run === 'older';
    const headSha = older || this.#sameHead ? HEAD : NEWER;
    this.#arena.github.setHead(this.#pullRequest, older ? HEAD : headSha);
    const body = `${run} text`;
    const request = requestOf({
      pullRequest: this.#pullRequest,
      headSha,
      run: older ? '100-1' : '101-1',
      body,
    });
    const done = publishComment(this.#arena.apis[run], request).then(result => {
      this.#running.delete(run);
      this.#results.set(run, result);
      this.#changed();
      return result;
    });
    this.#running.set(run, done);
  }

  /** @param choose picks among what can happen next; `start` is the push and the start of the newer run. */
  async play(
    choose: (options: readonly (Run | 'start')[]) => Run | 'start',
  ): Promise<Map<Run, CommentResult>> {
    this.start('older');
    let started = false;
    while (!started || this.#running.size > 0) {
      while (this.#waiting.size < this.#running.size) {
        await new Promise<void>(resolve => (this.#changed = resolve));
      }
      const options = [...this.#waiting.keys(), ...(started ? [] : (['start'] as const))].toSorted();
      if (options.length === 0) continue;
      const next = choose(options);
      if (next === 'start') {
        started = true;
        this.start('newer');
      } else {
        const release = this.#waiting.get(next);
        this.#waiting.delete(next);
        const settled = new Promise<void>(resolve => (this.#changed = resolve));
        release?.();
        await settled;
      }
    }
    await Promise.all(this.#running.values());
    this.#arena.github.gate = null;
    return this.#results;
  }
}

const beginnings: readonly (readonly [name: string, runs: readonly string[]])[] = [
  ['no comment', []],
  ['one comment', ['90-1']],
  ['two of one run', ['90-1', '90-1']],
  ['two of two runs', ['90-1', '95-1']],
];

/** Pull requests 1 to `count`, each with the same comments of earlier runs: a race each, without a server each. */
async function arenaOf(runs: readonly string[], count: number): Promise<Arena> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const github = await server({ tokens, pullRequests: numbers.map(number => ({ number })) });
  for (const number of numbers) {
    for (const run of runs) {
      const marker = formatMarker({ key: 'app', head: '9'.repeat(40), base: null, run });
      github.addComment(number, BOT, `${marker}\nbefore`);
    }
  }
  return { github, apis: { older: apiOf(github, 'older'), newer: apiOf(github, 'newer') } };
}

function expectNewest(github: GitHubServer, pullRequest: number, schedule: string): void {
  const shown = github
    .comments(pullRequest)
    .map(({ body }) => `${parseMarker(body)?.run} ${body.split('\n')[1]}`);
  expect(shown, schedule).toEqual(['101-1 newer text']);
}

describe('two runs of one pull request', () => {
  it.each(beginnings)(
    'end with one comment, the newer, in 60 random interleavings of a pull request with %s',
    async (_name, runs) => {
      const seen = new Set<string>();
      const arena = await arenaOf(runs, 60);
      for (let seed = 1; seed <= 60; seed += 1) {
        const next = random(seed * 7919 + runs.length);
        const startAfter = 1 + Math.floor(next() * 4);
        const eagerness = 0.2 + 0.6 * next();
        const schedule: string[] = [];
        await new Race(arena, seed).play(options => {
          const wanted = next() < eagerness ? 'older' : 'newer';
          const start = options.includes('start') && (schedule.length >= startAfter || options.length === 1);
          const among = options.filter(option => option !== 'start');
          const chosen = start ? 'start' : (among.find(option => option === wanted) ?? among[0] ?? 'start');
          schedule.push(chosen);
          return chosen;
        });
        expectNewest(arena.github, seed, schedule.join(' '));
        seen.add(schedule.join(' '));
      }
      expect(seen.size).toBeGreaterThan(30);
    },
  );

  it.each(
    beginnings.flatMap(([name, runs]) => [
      [name, 'after a push', runs, false] as const,
      [name, 'for the same head', runs, true] as const,
    ]),
  )(
    'with %s: whenever the newer run slips in whole, %s, between two requests of the older',
    async (_name, _when, runs, sameHead) => {
      const arena = await arenaOf(runs, 30);
      for (let step = 0; ; step += 1) {
        let taken = 0;
        let slipped = false;
        const results = await new Race(arena, step + 1, sameHead).play(options => {
          const older = options.includes('older');
          if (
            older &&
            (taken < step || (taken >= step && !options.includes('newer') && !options.includes('start')))
          ) {
            taken += 1;
            return 'older';
          }
          slipped ||= older;
          return options.includes('start') ? 'start' : options.includes('newer') ? 'newer' : 'older';
        });
        expectNewest(arena.github, step + 1, `newer after ${step} requests`);
        expect(results.get('newer')?.outcome).not.toBe('failed');
        if (!slipped) break;
      }
    },
  );
});
