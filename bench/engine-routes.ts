import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundles, bareNode, deadweight, inspect, ofBundles } from './command-line.ts';
import { type Engine, engineOf, STORES, type Store } from './engine.ts';
import { type BenchFile, flatImage, largeImage } from './fixture.ts';
import { type Run, run } from './measure.ts';
import type { Contestant, Route, RowPlan } from './route.ts';

type Layers = readonly (readonly BenchFile[])[];

const LARGE = 'deadweight/bench:large';
const STREAM = "the engine's stream, read into nothing";

/** Images of engines: from their own files, through their APIs, and with scans that are known. */
export function engineRoutes(folder: string, bundles: Bundles): readonly Route[] {
  return STORES.flatMap(store => [
    fromFiles(store, folder, bundles),
    throughApi(store, folder, bundles),
    again(store, folder, bundles, { files: 5_000, mostTimes: 4 }),
    again(store, folder, bundles, { files: 70_000, mostTimes: 10 }),
    oneLayerChanged(store, folder, bundles),
  ]);
}

/** The image is in the engine, or the reason why it is not. */
async function withImage(
  store: Store,
  name: string,
  layers: () => Layers,
  folder: string,
  body: (engine: Engine) => Promise<Readonly<Record<string, Contestant>> | string>,
): Promise<Readonly<Record<string, Contestant>> | string> {
  const engine = engineOf(store);
  if (engine === null) return `there is no engine with the ${store} store`;
  await engine.load(name, layers(), join(folder, 'loaded.tar'));
  return body(engine);
}

function fromFiles(store: Store, folder: string, bundles: Bundles): Route {
  const name = `image of an engine (${store}), 1.3 GB, 62,000 files, from its own files`;
  const files = store === 'overlay2' ? "`find` over the layers' folders" : '`cat` of the blobs';
  const rows: readonly RowPlan[] = [
    { name, floor: STREAM, mostTimes: 0.12 },
    { name: `${name}, held against reading them`, floor: files, mostTimes: null, against: 'files' },
  ];
  return {
    rows,
    prepare: () =>
      withImage(store, LARGE, largeImage, folder, async engine => {
        if (!(await knowsStores(bundles.cli))) return 'this bundle reads engines through their APIs alone';
        const readFiles = await engine.readFiles(LARGE);
        if (readFiles === null) return 'its files may not be read';
        const contest = ofBundles(bundles, inspect(`docker-daemon:${LARGE}`), { env: engine.env });
        return { ...contest, floor: () => engine.drain(LARGE), files: readFiles };
      }),
  };
}

function throughApi(store: Store, folder: string, bundles: Bundles): Route {
  const name = `image of an engine (${store}), 1.3 GB, 62,000 files, through its API`;
  return {
    rows: [{ name, floor: STREAM, mostTimes: 1.1 }],
    prepare: () =>
      withImage(store, LARGE, largeImage, folder, async engine => {
        const options = (await knowsStores(bundles.cli)) ? ['--engine-store', 'api'] : [];
        const args = inspect(`docker-daemon:${LARGE}`, ...options);
        const contest = ofBundles(bundles, args, { env: engine.env });
        return { ...contest, floor: () => engine.drain(LARGE) };
      }),
  };
}

function again(
  store: Store,
  folder: string,
  bundles: Bundles,
  { files, mostTimes }: { readonly files: number; readonly mostTimes: number },
): Route {
  const count = `${files / 1000},000 files`;
  const image = `deadweight/bench:files-${files}`;
  return {
    rows: [
      { name: `image of an engine (${store}), ${count}, all scans known`, floor: '`node -e 0`', mostTimes },
    ],
    rounds: 11,
    prepare: () =>
      withImage(
        store,
        image,
        () => flatImage(files, 5, 3_000),
        folder,
        async engine => {
          const kept = { DEADWEIGHT_CACHE_DIR: await mkdtemp(join(folder, 'scans-')) };
          const env = { ...engine.env, ...kept };
          return { ...ofBundles(bundles, inspect(`docker-daemon:${image}`), { env }), floor: bareNode };
        },
      ),
  };
}

/** The last of its layers is another one than that whose scan is known. */
function oneLayerChanged(store: Store, folder: string, { cli }: Bundles): Route {
  const before = 'deadweight/bench:before';
  const after = 'deadweight/bench:after';
  const layers = flatImage(70_000, 5, 3_000);
  const changed = [...layers.slice(0, -1), [{ path: 'srv/changed', size: 1_000_000 }]];
  return {
    rows: [
      {
        name: `image of an engine (${store}), 70,000 files, one layer of five changed`,
        floor: 'the same with all scans known',
        mostTimes: null,
      },
    ],
    prepare: () =>
      withImage(
        store,
        before,
        () => layers,
        folder,
        async engine => {
          await engine.load(after, changed, join(folder, 'loaded.tar'));
          const known = await mkdtemp(join(folder, 'scans-'));
          const work = join(folder, 'scans-of-a-run');
          const weighWith = (image: string, scans: string): Promise<Run> =>
            deadweight(cli, inspect(`docker-daemon:${image}`), {
              env: { ...engine.env, DEADWEIGHT_CACHE_DIR: scans },
            });
          await weighWith(before, known);
          return {
            async own() {
              await rm(work, { recursive: true, force: true });
              await cp(known, work, { recursive: true });
              return weighWith(after, work);
            },
            floor: () => weighWith(before, known),
          };
        },
      ),
  };
}

const asked = new Map<string, Promise<boolean>>();

/** Whether a bundle has the option that says how images of an engine are read. */
async function knowsStores(cli: string): Promise<boolean> {
  const known =
    asked.get(cli) ??
    run('sh', ['-c', '"$0" "$1" inspect --help | grep -q engine-store', process.execPath, cli]).then(
      () => true,
      () => false,
    );
  asked.set(cli, known);
  return known;
}
