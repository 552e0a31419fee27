import { ActionsServices } from '../__tests__/support/actions-services/actions-services.ts';
import { pullRequestScopes } from '../__tests__/support/actions-services/runtime-token.ts';
import { cacheEnv } from '../__tests__/support/e2e/cached-job.ts';
import { BASE } from '../__tests__/support/e2e/engines.ts';
import { pullRequestEvent, type Step, stepProcess } from '../__tests__/support/e2e/runner.ts';
import { folderOf } from '../__tests__/support/folder.ts';
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
      const services = await ActionsServices.start();
      const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left }];
      const server = await startGitHubServer({ pullRequests });
      const job = { ...cacheEnv(services, server, pullRequestScopes(7)), ...engine.env };
      const step = (image: string): Promise<Run> => actionStep({ remote, workspace, server, job, image });
      return {
        own: () => runAll(IMAGES.map(image => () => step(image))),
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

/** The step of one image, on a runner that has nothing but the engine's cache and the Actions cache. */
async function actionStep({
  remote,
  workspace,
  server,
  job,
  image,
}: Pick<Step, 'workspace' | 'server'> & {
  readonly remote: PullRequestRemote;
  readonly job: Readonly<Record<string, string>>;
  readonly image: string;
}): Promise<Run> {
  const { DOCKER_CONFIG = '' } = process.env;
  const step: Step = {
    workspace,
    server,
    event: pullRequestEvent(remote),
    inputs: { context: image, tags: tagOf(image), title: image },
    env: { ...job, DOCKER_CONFIG },
  };
  const { program, env, cwd } = await stepProcess(step, await folderOf());
  return run(process.execPath, [program], env, cwd);
}
