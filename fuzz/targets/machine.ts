import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildInputs } from '../../__tests__/support/option-values.ts';
import { silentLog } from '../../__tests__/support/silent-log.ts';
import { padded, rawHeader } from '../../__tests__/tar/raw-header.ts';
import { readMetadata } from '../../src/build/build-metadata.ts';
import { planBuild } from '../../src/build/build-plan.ts';
import { cacheScopes } from '../../src/github/cache/cache-service.ts';
import { parseAuthText, readContext } from '../../src/image/engine/docker-config.ts';
import { findCredentials } from '../../src/image/registry/credentials.ts';
import { readDaemonRegistries } from '../../src/image/registry/daemon-json.ts';
import { findPlaces } from '../../src/image/registry/registries-conf.ts';
import { findLayers, ImageStore } from '../../src/image/store/image-store.ts';
import { findStorages } from '../../src/image/store/storage-location.ts';
import { podmanAccess } from '../../src/image/store/store-access.ts';
import { rebuildTar } from '../../src/image/store/tar-split.ts';
import { mutateBytes } from '../mutators/bytes.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import { mutateTextBytes } from '../mutators/text.ts';
import type { Random } from '../random.ts';
import { place, SCRATCH } from '../scratch.ts';
import { accept, outcomeOf, require, settledOutcomeOf, type Target } from '../target.ts';

const ID = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const AUTHS = JSON.stringify({
  currentContext: 'x',
  auths: {
    'ghcr.io': { auth: Buffer.from('user:word').toString('base64') },
    'ghcr.io/acme': { registrytoken: 't' },
  },
  credHelpers: { 'r.example': 'x' },
});
const DAEMON = JSON.stringify({
  'registry-mirrors': ['https://mirror.example/', 'http://m:5000'],
  'insecure-registries': ['10.0.0.0/8', 'fd00::/8', 'r.example:5000'],
});
const CONTEXT = JSON.stringify({ Endpoints: { docker: { Host: 'ssh://u@h', SkipTLSVerify: false } } });
const SCOPES = JSON.stringify([{ Scope: 'refs/heads/main', Permission: 3 }]);
const METADATA = readFileSync(
  join(import.meta.dirname, '../../__tests__/fixtures/build/stages.containerd.metadata.json'),
  'utf8',
);
const REGISTRIES = {
  seeds: [
    '[[registry]]\nprefix = "docker.io/library"\nlocation = "m.example/hub"\n[[registry.mirror]]\nlocation = "m:5000/x"\ninsecure = true\n',
    '[[registry]]\nprefix = "*.example"\nlocation = "r.example"\nblocked = true\nmirror-by-digest-only = true\n',
  ],
  tokens: [
    '[[registry]]\n',
    '[registry]\n',
    '[',
    ']',
    '=',
    '"',
    "'''",
    '{',
    '}',
    '\n',
    '/',
    '*.',
    ':',
    '.',
    '#',
    'true',
    '__proto__',
  ],
};
const STORAGES = {
  seeds: [
    '[storage]\ndriver = "overlay"\ngraphroot = "/a"\nrootless_storage_path = "$HOME/x"\n[storage.options]\nadditionalimagestores = [\n "/b",\n # c\n "/d" ]\n',
  ],
  tokens: [
    '[',
    ']',
    '"',
    "'",
    '=',
    '\n',
    '#',
    '$',
    '$\u007bA}',
    ' ',
    '\t',
    'driver',
    'additionalimagestores = [',
    ',',
  ],
};

/** Of a build that left its metadata below the folder of this process. */
const PLAN = planBuild(
  buildInputs(),
  {
    builder: '',
    driver: 'docker',
    store: 'containerd',
    buildkitVersion: null,
  },
  { work: join(SCRATCH, 'build') },
);

/** Each kind of file, and what reads it; the first line of an input tells which it is. */
const KINDS: Readonly<
  Record<string, { make(random: Random): Buffer; read(content: Buffer): void | Promise<void> }>
> = {
  'config.json': {
    make: random => mutateJsonBytes([AUTHS], random),
    async read(content) {
      const file = outcomeOf(() => parseAuthText(content.toString('utf8'), 'DOCKER_AUTH_CONFIG'));
      if (typeof file === 'string') return;
      const exec = { run: () => Promise.resolve({ exitCode: 1, stdout: '', stderr: '' }) };
      for (const keys of ['docker', 'containers'] as const) {
        const wanted = { registry: 'ghcr.io', repository: 'acme/app' };
        accept(
          'findCredentials',
          await findCredentials(wanted, [{ place: 'x', keys, file }], exec, silentLog),
        );
      }
    },
  },
  'daemon.json': {
    make: random => mutateJsonBytes([DAEMON], random),
    async read(content) {
      place('daemon/etc/docker/daemon.json', content);
      const root = join(SCRATCH, 'daemon');
      accept('readDaemonRegistries', readDaemonRegistries(root).mirrors[0]);
      for (const registry of ['docker.io', '10.1.2.3:5000', '[fd00::1]'])
        await findPlaces({ registry, repository: 'a/b', hasDigest: false }, { env: {}, homeDir: root, root });
    },
  },
  'registries.conf': {
    make: random => mutateTextBytes(REGISTRIES, random),
    async read(content) {
      const path = place('registries/registries.conf', content);
      const environment = { env: { CONTAINERS_REGISTRIES_CONF: path }, homeDir: SCRATCH, root: SCRATCH };
      for (const image of [
        { registry: 'docker.io', repository: 'library/a', hasDigest: false },
        { registry: 'x.example', repository: 'a/b', hasDigest: true },
      ]) {
        await settledOutcomeOf(async () => {
          const places = await findPlaces(image, environment);
          accept('findPlaces', places.length > 1);
          for (const { registry, repository } of places)
            require(registry !== '' && repository !== '', 'an image is looked for nowhere');
        });
      }
    },
  },
  'storage.conf': {
    make: random => mutateTextBytes(STORAGES, random),
    read(content) {
      const env = { CONTAINERS_STORAGE_CONF: place('storage.conf', content) };
      for (const uid of [0, 1000])
        accept('findStorages', findStorages({ env, homeDir: SCRATCH }, uid).length > 1);
    },
  },
  'meta.json': {
    make: random => mutateJsonBytes([CONTEXT], random),
    read(content) {
      // The SHA-256 of `x`.
      place(
        'contexts/meta/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881/meta.json',
        content,
      );
      outcomeOf(() => accept('readContext', readContext(join(SCRATCH, 'contexts'), 'x')));
    },
  },
  'metadata.json': {
    make: random => mutateJsonBytes([METADATA], random),
    async read(content) {
      place('build/metadata.json', content);
      await settledOutcomeOf(async () => {
        const { metadata } = await readMetadata(PLAN, {}, silentLog);
        accept('readMetadata', metadata.digest !== '');
        JSON.parse(metadata.json);
      });
    },
  },
  token: {
    make: random =>
      Buffer.from(
        `x.${Buffer.from(JSON.stringify({ ac: mutateJsonBytes([SCOPES], random).toString() })).toString('base64url')}.y`,
      ),
    read: content => void accept('cacheScopes', cacheScopes(content.toString('utf8'))),
  },
};

const NAMES = Object.keys(KINDS);

const machine: Target = {
  name: 'machine-files',
  parsers: [
    'image/engine/docker-config.ts',
    'image/registry/credentials.ts',
    'image/registry/daemon-json.ts',
    'image/registry/registries-conf.ts',
    'image/store/storage-location.ts',
    'build/build-metadata.ts',
    'github/cache/cache-service.ts',
  ],
  accepts: [
    'findCredentials',
    'readDaemonRegistries',
    'findPlaces',
    'findStorages',
    'readContext',
    'readMetadata',
    'cacheScopes',
  ],
  holds: 'an image has a registry and a repository wherever it is looked for',
  maxMs: 1500,
  generate(random) {
    const name = random.pick(NAMES);
    return Buffer.concat([Buffer.from(`${name}\n`), KINDS[name]?.make(random) ?? Buffer.alloc(0)]);
  },
  async check(input) {
    const end = Math.max(input.indexOf(0x0a), 0);
    await KINDS[input.toString('utf8', 0, end)]?.read(input.subarray(end + 1));
  },
};

const PIECES = [
  JSON.stringify({ type: 2, payload: rawHeader({ name: 'a', size: 3 }).toString('base64'), position: 0 }),
  JSON.stringify({ type: 1, name: 'a', size: 3, payload: 'AAAA', position: 1 }),
  JSON.stringify({ type: 1, name_raw: Buffer.from('d/b').toString('base64'), size: 0 }),
  JSON.stringify({ type: 2, payload: padded('abc').subarray(3).toString('base64'), position: 2 }),
];
const IMAGES = JSON.stringify([
  {
    id: ID,
    digest: `sha256:${ID}`,
    names: ['localhost/app:1'],
    layer: OTHER,
    'big-data-digests': { manifest: `sha256:${ID}` },
  },
]);
const LAYERS = JSON.stringify([
  { id: ID, parent: '', 'diff-size': 5 },
  { id: OTHER, parent: ID, 'diff-size': 9 },
]);

function readImages(content: Buffer): void {
  place('store/overlay-images/images.json', content);
  place('store/overlay-layers/layers.json', Buffer.from(LAYERS));
  outcomeOf(() =>
    accept('images', new ImageStore({ root: join(SCRATCH, 'store'), driver: null }).images()?.[0]),
  );
}

function readLayers(content: Buffer): void {
  place('store/overlay-images/images.json', Buffer.from(IMAGES));
  place('store/overlay-layers/layers.json', content);
  const store = new ImageStore({ root: join(SCRATCH, 'store'), driver: null });
  const chain = outcomeOf(() => findLayers([store], OTHER));
  accept('layers', typeof chain !== 'string');
}

async function readPieces(content: Buffer): Promise<void> {
  place('files/a', Buffer.from('abc'));
  place('outside', Buffer.from('secret'));
  const record = place('record.gz', gzipSync(content, { level: 1 }));
  await settledOutcomeOf(async () => {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of rebuildTar(record, join(SCRATCH, 'files'), podmanAccess)) {
      parts.push(part);
      bytes += part.length;
    }
    accept('rebuildTar', bytes > 1024);
    require(!Buffer.concat(parts).includes('secret'), 'a file outside of the layer is read');
  });
}

const stores: Target = {
  name: 'stores',
  parsers: ['image/store/image-store.ts', 'image/store/store-file.ts', 'image/store/tar-split.ts'],
  accepts: ['images', 'layers', 'rebuildTar'],
  holds: 'no file outside of a layer is read',
  maxMs: 1500,
  generate(random) {
    const kind = random.below(4);
    if (kind === 0) return Buffer.concat([Buffer.from('I'), mutateJsonBytes([IMAGES], random)]);
    if (kind === 1) return Buffer.concat([Buffer.from('L'), mutateJsonBytes([LAYERS], random)]);
    const lines = PIECES.map(piece =>
      random.oneIn(3)
        ? mutateJsonBytes([piece, piece.replace(/"(?:a|ZC9i)"/, '"../outside"')], random)
        : Buffer.from(piece),
    );
    if (random.oneIn(3)) lines.push(random.pick(lines));
    const text = Buffer.from(`${lines.join('\n')}\n`);
    return Buffer.concat([Buffer.from('T'), random.oneIn(6) ? mutateBytes(text, random) : text]);
  },
  async check(input) {
    const content = input.subarray(1);
    if (input[0] === 0x49) readImages(content);
    else if (input[0] === 0x4c) readLayers(content);
    else await readPieces(content);
  },
};

export const MACHINE_TARGETS: readonly Target[] = [machine, stores];
