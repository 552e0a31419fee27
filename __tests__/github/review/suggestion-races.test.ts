import { describe, expect, it } from 'vitest';
import { publishSuggestions, type SuggestionResult } from '../../../src/github/review/publish-suggestions.ts';
import type { WantedSuggestion } from '../../../src/github/review/suggestion-plan.ts';
import type { GitHubServer } from '../../support/github-server/server.ts';
import { RACING, Race, randomly, slippingIn } from '../race.ts';
import { apiOf, HEAD, NEWER, server } from '../server-fixture.ts';
import { added, LINES, suggesting, wanted } from './review-fixture.ts';

const OLDEST = '9'.repeat(40);
/** At the newer head line 3 is another; the rest is as it was, a line further down. */
const PUSHED = ['FROM a', '# pushed', 'RUN 2', 'RUN three', ...LINES.slice(3)];

interface Scene {
  readonly name: string;
  /** Whether the newer run follows a push, which comes at any time in the older one's eyes. */
  readonly push: boolean;
  readonly before: readonly WantedSuggestion[];
  readonly older: readonly WantedSuggestion[];
  readonly newer: readonly WantedSuggestion[];
}

/** The same fix as `wanted(line)`, where the push moved it to. */
const moved = (line: number): WantedSuggestion => ({
  ...wanted(line),
  startLine: line + 1,
  endLine: line + 1,
});
const changed = wanted(4, ['RUN better three'], { before: ['RUN three'] });

const SCENES: readonly Scene[] = [
  {
    name: 'two jobs for one head',
    push: false,
    before: [],
    older: [wanted(3), wanted(5)],
    newer: [wanted(3), wanted(5)],
  },
  {
    name: 'two jobs for one head, with an outdated suggestion',
    push: false,
    before: [wanted(5), wanted(9)],
    older: [wanted(3), wanted(5)],
    newer: [wanted(3), wanted(5)],
  },
  {
    name: 'a push that changes a line and moves another',
    push: true,
    before: [],
    older: [wanted(3), wanted(5)],
    newer: [changed, moved(5)],
  },
  {
    name: 'a push where one suggestion stood already',
    push: true,
    before: [wanted(5)],
    older: [wanted(3), wanted(5)],
    newer: [changed, moved(5)],
  },
  {
    name: 'a push that mends all',
    push: true,
    before: [wanted(3)],
    older: [wanted(3)],
    newer: [],
  },
];

async function playedScene(scene: Scene, choose: Parameters<Race<SuggestionResult>['play']>[0]) {
  const pullRequests = [{ number: 7, headSha: OLDEST, files: [added()] }];
  const github = await server({ tokens: RACING, pullRequests });
  const earlier = suggesting(scene.before, { headSha: OLDEST, run: '90-1' });
  await publishSuggestions(apiOf(github, 'older'), earlier);
  const race = new Race(github, run => {
    if (run === 'older') {
      github.setHead(7, HEAD);
      return publishSuggestions(apiOf(github, 'older'), suggesting(scene.older, { run: '100-1' }));
    }
    if (scene.push) github.setHead(7, NEWER, [added(PUSHED)]);
    const headSha = scene.push ? NEWER : HEAD;
    return publishSuggestions(apiOf(github, 'newer'), suggesting(scene.newer, { headSha, run: '101-1' }));
  });
  await race.play(choose);
  return github;
}

/** What stands now, as the newer run wants it: each once, and nothing else. */
async function expectNewer(github: GitHubServer, { newer, push }: Scene, schedule: string): Promise<void> {
  const stands: string[] = [];
  for await (const page of apiOf(github, 'newer').reviews.comments(7)) {
    stands.push(...page.map(({ lines, body }) => `${lines?.start} ${body.split('\n')[1]}`));
  }
  const wanted = newer.map(({ startLine, suggestion }) => `${startLine} ${suggestion.text.split('\n')[0]}`);
  expect(stands.toSorted(), `${schedule}${push ? ' (push)' : ''}`).toEqual(wanted.toSorted());
}

describe.each(SCENES)('$name', scene => {
  it('ends with the newer suggestions, each once, in 25 random interleavings', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 25; seed += 1) {
      const { choose, schedule } = randomly(seed * 104_729, 1 + (seed % 5));
      await expectNewer(await playedScene(scene, choose), scene, schedule.join(' '));
      seen.add(schedule.join(' '));
    }
    expect(seen.size).toBeGreaterThan(8);
  });

  it('ends so whenever the newer run slips in whole between two requests of the older', async () => {
    for (let step = 0; ; step += 1) {
      const { choose, slipped } = slippingIn(step);
      await expectNewer(await playedScene(scene, choose), scene, `newer after ${step} requests`);
      if (!slipped()) break;
    }
  });
});
