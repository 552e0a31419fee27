import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { changeFiles, folderOf } from '../../folder.ts';
import { startGitDaemon } from '../../git/git-daemon.ts';
import { git } from '../../git/repository.ts';
import { fresh, SMALL_BASE } from '../engines.ts';
import { checkoutOfJob, MERGE, type TeamRepository, teamPullRequest, textOf } from './team-repository.ts';

/** Several services in one repository, built from its top; one of them and a package that it shares change. */
export const monorepo: TeamRepository = async () => {
  const dockerfile = [
    `FROM ${SMALL_BASE} AS build`,
    `ENV SEED=${fresh()}`,
    'WORKDIR /repo',
    'COPY package.json pnpm-lock.yaml ./',
    'COPY packages ./packages',
    'COPY services/api ./services/api',
    'RUN mkdir /out && cat packages/shared/src/*.ts services/api/src/*.ts > /out/server.js \\',
    ' && cp -a services/api/bin services/api/current /out/',
    '',
    `FROM ${SMALL_BASE}`,
    'ENV NODE_ENV=production',
    'WORKDIR /srv/api',
    'COPY --from=build --chown=1000:1000 /out ./',
    'COPY services/api/config ./config',
    'USER 1000',
    'CMD ["./bin/start.sh"]',
  ].join('\n');
  const pull = await teamPullRequest(
    [
      {
        'package.json': '{ "private": true, "workspaces": ["packages/*", "services/*"] }\n',
        'pnpm-lock.yaml': textOf(5_000),
        '.gitignore': 'node_modules/\ncoverage/\n*.log\n',
        '.dockerignore':
          '# all services but one\n**/node_modules\n**/test\nservices/*\n!services/api\n*.log\n',
        'packages/shared/src/index.ts': textOf(2_000),
        'packages/shared/test/index.test.ts': textOf(700),
      },
      {
        'services/web/Dockerfile': `FROM ${SMALL_BASE}\nCOPY services/web /srv/web\n`,
        'services/web/src/page.ts': textOf(30_000),
        'services/api/Dockerfile': dockerfile,
        'services/api/src/server.ts': textOf(9_000),
        'services/api/config/production.json': textOf(430),
        'services/api/bin/start.sh': '#!/bin/sh\nexec true\n',
        'services/api/current': { link: 'releases/1' },
      },
    ],
    [
      { 'services/web/src/page.ts': textOf(80_000), 'packages/shared/src/index.ts': textOf(2_000 + 4_096) },
      { 'services/api/src/server.ts': textOf(9_000 + 700), 'services/api/src/health.ts': textOf(250) },
      {
        'services/api/test/fixture.json': textOf(9_000),
        'services/api/config/production.json': textOf(430 - 130),
        'services/api/bin/start.sh': { program: '#!/bin/sh\nexec true\n' },
        'services/api/current': { link: 'releases/2' },
        'pnpm-lock.yaml': textOf(5_600),
      },
    ],
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE });
  await changeFiles(workspace, {
    'node_modules/left-pad/index.js': textOf(200_000),
    'services/api/node_modules/.bin/tsc': { program: textOf(40_000) },
    'services/api/coverage/lcov.info': textOf(20_000),
    'npm-debug.log': textOf(300),
  });
  const inputs = { file: 'services/api/Dockerfile' };
  return { api: { pull, workspace, inputs, delta: 4_096 + 700 + 250 - 130, notices: {} } };
};

/** Dockerfiles in a folder, each with a `.dockerignore` of its own; the pull request gives one of them another name. */
export const dockerFolder: TeamRepository = async () => {
  const seed = fresh();
  const worker = [
    `FROM ${SMALL_BASE}`,
    `ENV SEED=${seed}`,
    'COPY docker/rootfs /',
    'COPY models /srv/models',
    'COPY app /srv/app',
    'ENTRYPOINT ["/entrypoint.sh"]',
    'CMD ["worker"]',
  ].join('\n');
  const api = [
    `FROM ${SMALL_BASE} AS common`,
    `ENV SEED=${seed}`,
    'ARG APP=app',
    'COPY docker/rootfs /',
    'FROM common AS test',
    'RUN false',
    'FROM common AS runtime',
    'COPY $APP /srv/',
  ].join('\n');
  const pull = await teamPullRequest(
    [
      {
        '.gitignore': '/models/\n__pycache__/\n',
        '.dockerignore': '*\n!app\n!docker/rootfs\n**/__pycache__\n',
        'docker/Dockerfile.api': api,
        'docker/Dockerfile.worker': worker,
        'docker/Dockerfile.worker.dockerignore': '.git\n**/__pycache__\napp/tests\n',
        'docker/rootfs/entrypoint.sh': { program: '#!/bin/sh\nexec "$@"\n' },
        'docker/rootfs/etc/app.conf': textOf(900),
      },
      {
        'app/main.py': textOf(3_000),
        'app/worker.py': textOf(4_000),
        'app/tests/test_worker.py': textOf(2_500),
      },
    ],
    [
      async work => {
        await git(work, 'mv', 'docker/Dockerfile.worker', 'docker/worker.Dockerfile');
        await git(
          work,
          'mv',
          'docker/Dockerfile.worker.dockerignore',
          'docker/worker.Dockerfile.dockerignore',
        );
        await changeFiles(work, { 'docker/worker.Dockerfile': worker.replace('"worker"', '"worker", "-v"') });
      },
      { 'app/worker.py': textOf(4_000 + 2_222), 'docker/rootfs/etc/app.conf': textOf(900 + 64) },
      { 'app/tests/test_worker.py': textOf(2_500 + 1_500) },
    ],
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE });
  await changeFiles(workspace, {
    'models/weights.dat': textOf(700_000),
    'app/__pycache__/main.cpython-312.pyc': textOf(8_000),
  });
  return {
    worker: {
      pull,
      workspace,
      inputs: { file: 'docker/worker.Dockerfile' },
      delta: 2_222 + 64,
      notices: { 'uncommitted-files': /^700\.0 kB of the image .*"models\/weights\.dat" 700\.0 kB/ },
    },
    api: {
      pull,
      workspace,
      inputs: { file: 'docker/Dockerfile.api', target: 'runtime', 'build-args': 'APP=app/' },
      delta: 2_222 + 64 + 1_500,
      notices: {},
    },
  };
};

/** The head is in another repository, whose main is not that of upstream. */
export const fork: TeamRepository = async () => {
  const pull = await teamPullRequest(
    [
      {
        Dockerfile: `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nWORKDIR /srv\nCOPY . .\n`,
        '.dockerignore': '.git\n.github\n**/*.md\n!app/NOTICE.md\n',
        'app/main.rb': textOf(6_000),
        'app/NOTICE.md': textOf(100),
        'bin/app': { program: '#!/bin/sh\nexec true\n' },
      },
    ],
    [{ 'app/main.rb': textOf(6_000 + 1_357) }, { 'app/NOTICE.md': textOf(100 + 40), bin2: { link: 'bin' } }],
  );
  const image = { pull, inputs: {}, delta: 1_357 + 40, notices: {}, fork: true };
  const folder = await folderOf();
  await mkdir(join(folder, 'octo'));
  await rename(pull.origin, join(folder, 'octo/app.git'));
  await forkOf(join(folder, 'octo/app.git'), join(folder, 'own/app.git'), { main: pull.head });
  await forkOf(join(folder, 'octo/app.git'), join(folder, 'stale/app.git'), {
    main: await git(pull.work, 'rev-parse', 'v0.1.0^{commit}'),
    feature: pull.head,
  });
  const daemon = await startGitDaemon(folder);
  const headOf = (owner: string, ref: string): Promise<string> =>
    checkoutOfJob({ origin: `${daemon.url}/${owner}/app.git`, ref });
  return {
    'its merge commit': { ...image, workspace: await headOf('octo', MERGE) },
    'its head, which is the main branch of the fork': {
      ...image,
      workspace: await headOf('own', 'refs/heads/main'),
    },
    'its head, in a fork that has an old main branch': {
      ...image,
      workspace: await headOf('stale', 'refs/heads/feature'),
      close: () => daemon.close(),
    },
  };
};

/** A repository of some of the commits of another, under branches of its own. */
async function forkOf(
  upstream: string,
  fork: string,
  branches: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(fork, { recursive: true });
  await git(fork, 'init', '--quiet', '--bare');
  const refs = Object.entries(branches).map(([name, id]) => `${id}:refs/heads/${name}`);
  await git(fork, 'fetch', '--quiet', '--no-tags', upstream, ...refs);
}
