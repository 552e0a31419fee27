import { BASE } from '../__tests__/support/e2e/engines.ts';
import { remoteBuilder } from '../__tests__/support/e2e/remote-builder.ts';
import { changeFiles, folderOf } from '../__tests__/support/folder.ts';
import { type Bundles, bareNode, ofBundles } from './command-line.ts';
import { engineOf, STORES, type Store } from './engine.ts';
import { run } from './measure.ts';
import type { Contestant, Route } from './route.ts';

const TAG = 'deadweight/bench:built';

/** Builds of which nothing has changed, held against docker's own. */
export function buildRoutes(bundles: Bundles): readonly Route[] {
  return [
    ...STORES.map(store => cachedBuild(store, bundles)),
    ...STORES.map(store => coldBuild(store, bundles)),
    cachedPush(bundles),
  ];
}

/** Three thousand small files, and what a build makes of them. */
async function applicationContext(from: string): Promise<string> {
  const folder = await folderOf({ '.dockerignore': '.git\n' });
  await changeFiles(folder, applicationFiles('', from));
  return folder;
}

/** @param prefix of all paths: empty, or a folder with its slash */
export function applicationFiles(prefix: string, from: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {
    [`${prefix}Dockerfile`]: [
      `FROM ${from}`,
      'WORKDIR /srv/app',
      'COPY package.json ./',
      'COPY vendor vendor',
      'COPY src src',
      'USER 1000',
      'CMD ["node", "src/file-0.js"]',
      '',
    ].join('\n'),
    [`${prefix}package.json`]: '{"name":"app","version":"1.0.0"}\n',
  };
  for (let index = 0; index < 3_000; index += 1) {
    const folder = index < 2_500 ? `vendor/part-${index % 50}` : 'src';
    files[`${prefix}${folder}/file-${index}.js`] = `// ${prefix} ${index}\n`.repeat(60);
  }
  return files;
}

function cachedBuild(store: Store, bundles: Bundles): Route {
  return {
    rows: [
      {
        name: `cached build (${store})`,
        floor: '`node -e 0`',
        mostTimes: 12,
        own: 'own',
        less: 'plain',
      },
    ],
    rounds: 9,
    async prepare() {
      const engine = engineOf(store);
      if (engine === null) return `there is no engine with the ${store} store`;
      if (!(await engine.has(BASE))) return `the engine has no ${BASE} (script/engine base)`;
      const cwd = await applicationContext(BASE);
      const env = { ...engine.env, DEADWEIGHT_CACHE_DIR: await folderOf() };
      return { ...builds(bundles, ['--tag', TAG, '.'], { cwd, env }), floor: bareNode };
    },
  };
}

/** A word of the steps that are built anew each time: what they leave in the cache is found by it. */
const COLD = 'deadweight-bench-cold';

/** Four steps, each of which writes 25 MB in 250 files that no layer before has had. */
function coldBuild(store: Store, bundles: Bundles): Route {
  return {
    rows: [
      {
        name: `cold build (${store}), 100 MB in four steps`,
        floor: 'plain buildx',
        mostTimes: 1.05,
        against: 'plain',
      },
    ],
    async prepare() {
      const engine = engineOf(store);
      if (engine === null) return `there is no engine with the ${store} store`;
      if (!(await engine.has(BASE))) return `the engine has no ${BASE} (script/engine base)`;
      const writes = (step: number): string =>
        `RUN : ${COLD}; mkdir -p /srv/${step}; for i in $(seq 250); do head -c 100000 /dev/urandom > /srv/${step}/$i; done`;
      const Dockerfile = [`FROM ${BASE}`, ...[1, 2, 3, 4].map(writes), ''].join('\n');
      const cwd = await folderOf({ Dockerfile });
      const env = { ...engine.env, DEADWEIGHT_CACHE_DIR: await folderOf() };
      const contestants = builds(bundles, ['--no-cache', '--tag', `${TAG}-cold`, '.'], { cwd, env });
      return Object.fromEntries(
        Object.entries(contestants).map(([name, contestant]) => [
          name,
          async () => {
            const ended = await contestant();
            await engine.forget(`${TAG}-cold`, COLD);
            return ended;
          },
        ]),
      );
    },
  };
}

/** The BuildKit of an engine with a graph driver pushes nothing itself. */
function cachedPush(bundles: Bundles): Route {
  return {
    rows: [
      {
        name: 'cached push from a remote builder',
        floor: 'plain buildx',
        mostTimes: 1.5,
        against: 'plain',
      },
    ],
    async prepare() {
      const engine = engineOf('containerd');
      const registry = process.env['DEADWEIGHT_REGISTRY'];
      if (engine === null) return 'there is no engine with the containerd store';
      if (registry === undefined) return 'there is no registry (script/engine registry up)';
      const cwd = await applicationContext('scratch');
      const builder = await remoteBuilder({ ...definedEnv(), ...engine.env });
      const env = { ...builder.env, DEADWEIGHT_CACHE_DIR: await folderOf() };
      const args = ['--builder', 'far', '--push', '--tag', `${registry}/deadweight-bench:1`, '.'];
      return builds(bundles, args, { cwd, env });
    },
  };
}

/** Of Deadweight, and plain. */
function builds(
  bundles: Bundles,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Readonly<Record<string, Contestant>> {
  return {
    ...ofBundles(bundles, ['build', '--quiet', ...args], { cwd, env }),
    plain: () => run('docker', ['buildx', 'build', '--quiet', ...args], { ...process.env, ...env }, cwd),
  };
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
