import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE } from '../__tests__/support/e2e/engines.ts';
import { pullRequestEvent, type Step, stepProcess } from '../__tests__/support/e2e/runner.ts';
import { type PullRequestRemote, pullRequest } from '../__tests__/support/git/pull-request.ts';
import { checkout } from '../__tests__/support/git/repository.ts';
import { startGitHubServer } from '../__tests__/support/github-server/server.ts';
import { applicationFiles } from './build-routes.ts';
import { type Engine, engineOf, STORES, type Store } from './engine.ts';
import { type Run, run, runAll } from './measure.ts';
import type { Route } from './route.ts';

const IMAGES = ['api', 'web', 'worker'];

/** A pull request on a repository of three images, of which one changes: what its job takes, with everything cached. */
export function actionRoutes(): readonly Route[] {
  return STORES.map(store => pullRequestRoute(store));
}

function pullRequestRoute(store: Store): Route {
  return {
    rows: [
      {
        name: `pull request on a repository of three images, cached (${store})`,
        floor: 'plain buildx, of the heads alone',
        mostTimes: null,
        against: 'plain',
      },
    ],
    async prepare() {
      const engine = engineOf(store);
      if (engine === null) return `there is no engine with the ${store} store`;
      if (!(await engine.has(BASE))) return `the engine has no ${BASE} (script/engine base)`;
      const files = IMAGES.map(image => applicationFiles(`${image}/`, BASE));
      const remote = await pullRequest(Object.assign({}, ...files), { 'api/src/file-0.js': '// other\n' });
      const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
      const build = (image: string): Promise<Run> =>
        run(
          'docker',
          ['buildx', 'build', '--quiet', '--tag', tagOf(image), image],
          withEngine(engine),
          workspace,
        );
      return {
        own: () => runAll(IMAGES.map(image => () => actionStep(remote, workspace, image, engine))),
        plain: () => runAll(IMAGES.map(image => () => build(image))),
      };
    },
  };
}

function tagOf(image: string): string {
  return `deadweight/bench-${image}:head`;
}

function withEngine({ env }: Engine): NodeJS.ProcessEnv {
  return { ...process.env, ...env };
}

/** The step of one image, on a runner that has nothing but the engine's cache. */
async function actionStep(
  remote: PullRequestRemote,
  workspace: string,
  image: string,
  engine: Engine,
): Promise<Run> {
  const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left }];
  const server = await startGitHubServer({ pullRequests });
  const { DOCKER_CONFIG = '' } = process.env;
  const step: Step = {
    workspace,
    server,
    event: pullRequestEvent(remote),
    inputs: { context: image, tags: tagOf(image), title: image },
    env: { ...engine.env, DOCKER_CONFIG },
  };
  try {
    const { program, env, cwd } = await stepProcess(step, await mkdtemp(join(tmpdir(), 'deadweight-job-')));
    return await run(process.execPath, [program], env, cwd);
  } finally {
    await server.close();
  }
}
