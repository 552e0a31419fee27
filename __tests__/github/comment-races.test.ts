import { describe, expect, it } from 'vitest';
import type { GitHubApi } from '../../src/github/api.ts';
import { type CommentResult, publishComment } from '../../src/github/comment.ts';
import { formatMarker, parseMarker } from '../../src/report/marker.ts';
import type { GitHubServer } from '../support/github-server/server.ts';
import { RACING, Race, type Run, random, randomly, slippingIn } from './race.ts';
import { apiOf, BOT, HEAD, NEWER, requestOf, server } from './server-fixture.ts';

interface Arena {
  readonly github: GitHubServer;
  readonly apis: Readonly<Record<Run, GitHubApi>>;
}

/**
 * The push that makes the second head happens when `newer` starts, as it does on GitHub: never earlier in its own eyes,
 * at any time in the older one's.
 * @param sameHead no push: both runs weigh the same head, and the one with the higher number is the newer.
 */
function race({ github, apis }: Arena, pullRequest: number, sameHead = false): Race<CommentResult> {
  return new Race(github, run => {
    const older = run === 'older';
    const headSha = older || sameHead ? HEAD : NEWER;
    github.setHead(pullRequest, older ? HEAD : headSha);
    const body = `${run} text`;
    const request = requestOf({ pullRequest, headSha, run: older ? '100-1' : '101-1', body });
    return publishComment(apis[run], request);
  });
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
  const github = await server({ tokens: RACING, pullRequests: numbers.map(number => ({ number })) });
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
        const { choose, schedule } = randomly(seed * 7919 + runs.length, 1 + Math.floor(next() * 4));
        await race(arena, seed).play(choose);
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
        const { choose, slipped } = slippingIn(step);
        const results = await race(arena, step + 1, sameHead).play(choose);
        expectNewest(arena.github, step + 1, `newer after ${step} requests`);
        expect(results.get('newer')?.outcome).not.toBe('failed');
        if (!slipped()) break;
      }
    },
  );
});
