import { afterEach, describe, expect, it, vi } from 'vitest';
import { Retries } from '../../../src/base/retry.ts';
import {
  type BranchUpdate,
  CONFLICT_POLICY,
  readBranchFiles,
  updateBranchFiles,
} from '../../../src/github/history/branch-files.ts';
import { GitHubRequestError } from '../../../src/github/request-error.ts';
import { refusal, secondaryRateLimit } from '../../support/github-server/answers.ts';
import type { GitHubServer } from '../../support/github-server/server.ts';
import { times } from '../../support/long.ts';
import { apiOf, BOT, fakeTime, server } from '../server-fixture.ts';
import { VirtualTime } from './virtual-time.ts';

const BRANCH = 'deadweight-history';
const WANTED = { branch: BRANCH, names: ['a.txt'], maxBytes: 1000 };

afterEach(() => void vi.restoreAllMocks());

/** So many requests that write in a minute, of all runs together. */
class WriteLimit {
  refused = 0;
  readonly #clock: { now(): number };
  readonly #max: number;
  #times: number[] = [];

  constructor(clock: { now(): number }, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** Counts a request, unless it is refused. */
  isMet(): boolean {
    const now = this.#clock.now();
    this.#times = this.#times.filter(time => time > now - 60_000);
    const isMet = this.#times.length >= this.#max;
    if (isMet) this.refused += 1;
    else this.#times.push(now);
    return isMet;
  }
}

/** Adds a line to a file. @returns how often it was asked for the change */
function adding(line: string, name = 'a.txt'): BranchUpdate<number> {
  let asked = 0;
  return {
    ...{ ...WANTED, names: [name], maxBytes: 100_000 },
    message: `Add ${line}`,
    change: files => {
      asked += 1;
      return { entries: [{ path: name, content: `${files.get(name)?.text ?? ''}${line}\n` }], result: asked };
    },
  };
}

function update(github: GitHubServer, line: string, token?: string) {
  const time = fakeTime();
  return updateBranchFiles(
    apiOf(github, token, time).git,
    adding(line),
    new Retries(CONFLICT_POLICY, time.sleep, time.clock),
  );
}

function textOf(github: GitHubServer, name = 'a.txt'): string | undefined {
  return github.git.files(BRANCH).get(name);
}

async function refusedBy(done: Promise<unknown>): Promise<GitHubRequestError> {
  const error: unknown = await done.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof GitHubRequestError ? error : expect.fail(String(error));
}

describe('files of a branch', () => {
  it('make the branch where it is missing, by a commit without parents', async () => {
    const github = await server();
    expect(await update(github, 'one')).toBe(1);
    expect(textOf(github)).toBe('one\n');
    expect(github.git.commits.get(github.git.branches.get(BRANCH) ?? '')?.parents).toEqual([]);
  });

  it('are changed in one commit, and the others stay', async () => {
    const github = await server();
    github.git.push(BRANCH, [
      { path: 'a.txt', content: 'zero\n' },
      { path: 'b.txt', content: 'other' },
    ]);
    const before = github.git.branches.get(BRANCH);
    await update(github, 'one');
    expect(textOf(github)).toBe('zero\none\n');
    expect(textOf(github, 'b.txt')).toBe('other');
    const tip = github.git.commits.get(github.git.branches.get(BRANCH) ?? '');
    expect(tip).toMatchObject({ parents: [before], message: 'Add one' });
  });

  it('are read and changed again where somebody else pushed meanwhile', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: 'a.txt', content: 'zero\n' }]);
    let pushes = 0;
    github.gate = async ({ method }) => {
      if (method !== 'PATCH' || pushes === 3) return;
      pushes += 1;
      github.git.push(BRANCH, [{ path: 'a.txt', content: `other ${pushes}\n` }]);
    };
    expect(await update(github, 'one')).toBe(4);
    expect(textOf(github)).toBe('other 3\none\n');
  });

  it('are not lost where two runs make the branch at once', async () => {
    const github = await server();
    let isFirst = true;
    github.gate = async ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/git/refs') || !isFirst) return;
      isFirst = false;
      github.git.push(BRANCH, [{ path: 'a.txt', content: 'other\n' }]);
    };
    expect(await update(github, 'one')).toBe(2);
    expect(textOf(github)).toBe('other\none\n');
  });

  it('are written once where an answer was lost', async () => {
    const github = await server();
    github.git.push(BRANCH, [{ path: 'a.txt', content: 'zero\n' }]);
    github.inject({ matches: ({ method }) => method === 'PATCH', answer: 'drop', after: true });
    await update(github, 'one');
    expect(textOf(github)).toBe('zero\none\n');
  });

  it.each([
    ['ghs_read', { ...BOT, access: 'read' }, 403],
    ['write', { ...BOT, access: 'write', contents: 'read' }, 403],
    ['none', { ...BOT, access: 'write', contents: 'none' }, 404],
  ] as const)('are not written by the token %s', async (name, grant, status) => {
    const github = await server({ tokens: { [name]: grant } });
    const error = await refusedBy(update(github, 'one', name));
    expect(error.status).toBe(status);
    expect(github.git.branches.size).toBe(0);
  });

  it('of a protected branch are given up soon, of a branch that others move are not', async () => {
    const github = await server();
    github.git.push(BRANCH, []);
    const isMove = ({ method }: { readonly method: string }): boolean => method === 'PATCH';
    const refused = refusal(422, 'Reference cannot be updated');
    github.inject({ matches: isMove, answer: refused, times: 100 });
    expect((await refusedBy(update(github, 'one'))).status).toBe(422);
    expect(github.requests.filter(isMove)).toHaveLength(3);

    const busy = await server();
    busy.git.push(BRANCH, []);
    busy.inject({ matches: isMove, answer: refused, times: 10 });
    busy.gate = async request => {
      if (isMove(request)) busy.git.push(BRANCH, [{ path: 'a.txt', content: 'other\n' }]);
    };
    const done = update(busy, 'one');
    await vi.waitFor(() => expect(busy.requests.filter(isMove).length).toBeGreaterThan(8), 5000);
    busy.gate = null;
    await done;
    expect(textOf(busy)).toBe('other\none\n');
  });

  it('are refused for good where GitHub says what no other attempt can mend', async () => {
    const github = await server();
    github.inject({
      matches: ({ method }) => method === 'POST',
      answer: refusal(422, 'Repository rule violations found'),
    });
    expect((await refusedBy(update(github, 'one'))).status).toBe(422);
    expect(github.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('take one request to read where there is no branch', async () => {
    const github = await server();
    expect(await readBranchFiles(apiOf(github, 'ghs_read').git, WANTED)).toEqual(new Map());
    expect(github.requests).toHaveLength(1);
  });

  it('are not read where they are links, folders, submodules, or too large', async () => {
    const github = await server();
    const { git } = github;
    const link = git.addBlob('/etc/passwd');
    git.push(BRANCH, [
      { path: 'link', mode: '120000', type: 'blob', sha: link },
      { path: 'folder', mode: '040000', type: 'tree', sha: git.addTree([]) },
      { path: 'module', mode: '160000', type: 'commit', sha: 'e'.repeat(40) },
      { path: 'large', content: 'x'.repeat(1001) },
      { path: 'fits', content: 'x'.repeat(1000) },
    ]);
    const names = ['link', 'folder', 'module', 'large', 'fits', 'none'];
    const files = await readBranchFiles(apiOf(github, 'ghs_read').git, { ...WANTED, names });
    expect([...files].map(([name, { text }]) => [name, text?.length ?? null])).toEqual([
      ['fits', 1000],
      ['folder', null],
      ['large', null],
      ['link', null],
      ['module', null],
    ]);
    expect(github.requests).toHaveLength(2);
  });
});

describe('twenty runs at once', () => {
  it('wait as long as GitHub asks them to where it limits what is written', async () => {
    const RUNS = 20;
    const names = Array.from({ length: RUNS }, (_, run) => `run-${run}`);
    const grant = { ...BOT, access: 'write' } as const;
    const github = await server({ tokens: Object.fromEntries(names.map(name => [name, grant])) });
    const time = new VirtualTime(github, RUNS, 1);
    vi.spyOn(Math, 'random').mockImplementation(time.random);
    const limit = new WriteLimit(time.clock, 40);
    github.inject({
      matches: ({ method }) => method !== 'GET' && limit.isMet(),
      answer: secondaryRateLimit(403, 60),
      times: Number.POSITIVE_INFINITY,
    });
    await Promise.all(
      names.map(name =>
        time.run(() => {
          const { git } = apiOf(github, name, { waits: [], ...time });
          return updateBranchFiles(git, adding(name), new Retries(CONFLICT_POLICY, time.sleep, time.clock));
        }),
      ),
    );
    expect(textOf(github)?.trimEnd().split('\n').toSorted()).toEqual(names.toSorted());
    expect(limit.refused).toBeGreaterThan(0);
  }, 60_000);

  it.each(Array.from({ length: times(1, 10) }, (_, seed) => seed + 1))(
    'lose no line of two hundred pushes, seed %i',
    async seed => {
      const RUNS = 20;
      const names = Array.from({ length: RUNS }, (_, run) => `run-${run}`);
      const grant = { ...BOT, access: 'write' } as const;
      const github = await server({ tokens: Object.fromEntries(names.map(name => [name, grant])) });
      const time = new VirtualTime(github, RUNS, seed);
      vi.spyOn(Math, 'random').mockImplementation(time.random);
      const attempts = await Promise.all(
        names.map((name, run) =>
          time.run(async () => {
            const { git } = apiOf(github, name, { waits: [], ...time });
            const counts: number[] = [];
            for (let push = 0; push < 10; push += 1) {
              // Some images have a history of their own, and all of them one commit each.
              const line = adding(`${name} push ${push}`, run % 4 === 0 ? 'b.txt' : 'a.txt');
              const retries = new Retries(CONFLICT_POLICY, time.sleep, time.clock);
              counts.push(await updateBranchFiles(git, line, retries));
            }
            return counts;
          }),
        ),
      );
      const lines = ['a.txt', 'b.txt'].flatMap(name => textOf(github, name)?.trimEnd().split('\n') ?? []);
      const wanted = names.flatMap(name => Array.from({ length: 10 }, (_, push) => `${name} push ${push}`));
      expect(lines.toSorted()).toEqual(wanted.toSorted());
      // They did meet.
      expect(Math.max(...attempts.flat())).toBeGreaterThan(3);
    },
    60_000,
  );
});
