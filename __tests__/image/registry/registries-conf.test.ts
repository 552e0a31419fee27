import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { findPlaces } from '../../../src/image/registry/registries-conf.ts';
import { openOptions } from '../../support/conformance/medium.ts';
import { folderOf } from '../../support/folder.ts';
import { strictRegistry } from '../../support/registry/strict-registry.ts';
import { imageOf, USER } from '../../support/registry/with-registry.ts';

const CONF = 'etc/containers/registries.conf';

/** Where `docker.io/team/app` is looked for, or another name: `insecure` in brackets. */
async function places(
  files: Readonly<Record<string, string>>,
  name = 'docker.io/team/app',
  hasDigest = false,
): Promise<readonly string[]> {
  const root = await folderOf(files);
  const slash = name.indexOf('/');
  const image = { registry: name.slice(0, slash), repository: name.slice(slash + 1), hasDigest };
  const found = await findPlaces(image, { env: {}, homeDir: join(root, 'home'), root });
  return found.map(
    ({ registry, repository, isInsecure, isMirror }) =>
      `${registry}/${repository}${isInsecure ? ' (insecure)' : ''}${isMirror ? ' (mirror)' : ''}`,
  );
}

const of = (text: string) => ({ [CONF]: text });
const SELF = ['docker.io/team/app'];

describe('where an image is looked for', () => {
  it.each([
    ['no file', {}, SELF],
    ['names without a registry alone', of('unqualified-search-registries = ["quay.io"]'), SELF],
    ['another registry', of('[[registry]]\nlocation = "quay.io"\ninsecure = true'), SELF],
    ['an old version', of('[registries.search]\nregistries = ["quay.io"]'), SELF],
    [
      'a name that only begins alike',
      of('[[registry]]\nprefix = "docker.io/te"\nlocation = "x.example"'),
      SELF,
    ],
    [
      'insecure',
      of('[[registry]]\nlocation = "docker.io"\ninsecure = true'),
      ['docker.io/team/app (insecure)'],
    ],
    [
      'mirrors',
      of(
        '[[registry]]\nprefix = "docker.io"\n[[registry.mirror]]\nlocation = "one.example/hub"\n[[registry.mirror]]\nlocation = "localhost:5000"\ninsecure = true',
      ),
      ['one.example/hub/team/app (mirror)', 'localhost:5000/team/app (insecure) (mirror)', ...SELF],
    ],
    [
      'the longest prefix, which stands elsewhere',
      of(
        '[[registry]]\nlocation = "docker.io"\ninsecure = true\n[[registry]]\nprefix = "docker.io/team"\nlocation = "own.example/copies"',
      ),
      ['own.example/copies/app'],
    ],
    [
      'a repository',
      of('[[registry]]\nprefix = "docker.io/team/app"\nlocation = "own.example/copy"'),
      ['own.example/copy'],
    ],
    [
      'a file of the folder, which comes later',
      {
        ...of('[[registry]]\nlocation = "docker.io"\ninsecure = true'),
        [`${CONF}.d/10.conf`]: '[[registry]]\nprefix = "docker.io"\nlocation = "ten.example"',
        [`${CONF}.d/README`]: '[[registry',
      },
      ['ten.example/team/app'],
    ],
    [
      "the user's own file instead",
      {
        ...of('[[registry]]\nlocation = "docker.io"\ninsecure = true'),
        'home/.config/containers/registries.conf':
          '[[registry]]\nprefix = "docker.io"\nlocation = "mine.example"',
      },
      ['mine.example/team/app'],
    ],
  ] as const)('with %s', async (_what, files, expected) => {
    expect(await places(files)).toEqual(expected);
  });

  it('may be a pattern of hosts', async () => {
    const conf = of('[[registry]]\nprefix = "*.example.com"\ninsecure = true');
    expect(await places(conf, 'a.b.example.com/app')).toEqual(['a.b.example.com/app (insecure)']);
    expect(await places(conf, 'example.com/app')).toEqual(['example.com/app']);
  });

  it('depends on whether it is named by its digest', async () => {
    const conf = of(
      ['digest-only', 'tag-only', 'all']
        .map(kind => `[[registry.mirror]]\nlocation = "${kind}.example"\npull-from-mirror = "${kind}"`)
        .reduce((text, mirror) => `${text}\n${mirror}`, '[[registry]]\nlocation = "docker.io"'),
    );
    const hosts = async (hasDigest: boolean) =>
      (await places(conf, undefined, hasDigest)).map(place => place.split('/', 1)[0]);
    expect(await hosts(true)).toEqual(['digest-only.example', 'all.example', 'docker.io']);
    expect(await hosts(false)).toEqual(['tag-only.example', 'all.example', 'docker.io']);
  });

  it.each(['mirror.example', '/', 'mirror.example/'])(
    'is refused at %s, which is no repository',
    async location => {
      const conf = of(`[[registry]]\nprefix = "docker.io/team/app"\nlocation = "${location}"`);
      await expect(places(conf)).rejects.toMatchObject({ code: 'config-invalid' });
    },
  );

  it('is nowhere where the registry is blocked', async () => {
    await expect(places(of('[[registry]]\nlocation = "docker.io"\nblocked = true'))).rejects.toMatchObject({
      code: 'permission-denied',
      message: 'The registry docker.io is blocked by registries.conf (docker.io).',
    });
  });

  it.each(['[[registry]]\nlocation = 7', '[[registry]]\nlocation = "x'])(
    'cannot be told by %j',
    async text => {
      await expect(places(of(text))).rejects.toMatchObject({
        code: 'config-invalid',
        message: expect.stringMatching(/registries\.conf is not a configuration of registries/),
      });
    },
  );
});

describe("where docker's engine looks for an image", () => {
  const daemon = {
    'etc/docker/daemon.json': JSON.stringify({
      'registry-mirrors': [
        'https://mirror.example:5000',
        'http://plain.example/',
        'nonsense',
        'https://x.example/path',
      ],
      'insecure-registries': ['registry.example:5000', '10.0.0.0/8', 'http://old.example'],
    }),
  };

  it('is its mirrors, for Docker Hub', async () => {
    expect(await places(daemon)).toEqual([
      'mirror.example:5000/team/app (mirror)',
      'plain.example/team/app (insecure) (mirror)',
      ...SELF,
    ]);
  });

  it.each([
    ['registry.example:5000/app', true],
    ['registry.example/app', false],
    ['10.1.2.3:5000/app', true],
    ['11.1.2.3/app', false],
    ['old.example/app', true],
    ['quay.io/app', false],
  ])('may be insecure: %s is %s', async (name, insecure) => {
    expect(await places(daemon, name)).toEqual([insecure ? `${name} (insecure)` : name]);
  });

  it('is not asked where registries.conf tells it', async () => {
    const conf = { ...daemon, ...of('[[registry]]\nlocation = "docker.io"') };
    expect(await places(conf)).toEqual(SELF);
  });

  it('is itself where the file is broken', async () => {
    expect(await places({ 'etc/docker/daemon.json': '{' })).toEqual(SELF);
  });
});

it('a mirror is asked first, and the registry where it has none of it, or not all', async () => {
  const image = await imageOf([1]);
  const registry = await strictRegistry([image], { scheme: 'basic', user: USER });
  const mirror = await strictRegistry([image]);
  const empty = await strictRegistry([]);
  const auths = {
    [registry.host]: { auth: Buffer.from(`${USER.name}:${USER.password}`).toString('base64') },
  };
  const conf = (host: string) =>
    `[[registry]]\nlocation = "${registry.host}"\n[[registry.mirror]]\nlocation = "${host}"`;
  const open = async (host: string) => {
    const folder = await folderOf({ conf: conf(host), 'config.json': JSON.stringify({ auths }) });
    const env = { CONTAINERS_REGISTRIES_CONF: join(folder, 'conf'), DOCKER_CONFIG: folder };
    const opened = await openImage(`docker://${registry.host}/app:1`, openOptions({ env }));
    await opened.scan({});
    await opened.close();
    return opened.layers.length;
  };
  expect(await open(mirror.host)).toBe(1);
  expect([mirror.blobGets.length, registry.requests.length]).toEqual([2, 0]);
  expect(await open(empty.host)).toBe(1);
  expect(await open('127.0.0.1:1')).toBe(1);
  expect(empty.requests).toEqual(['GET /v2/app/manifests/1']);
  const [layer] = image.layers;
  const gone = {
    on: new RegExp(`blobs/${layer?.digest}`),
    do: (to: ServerResponse) => void to.writeHead(404).end(),
  };
  const partial = await strictRegistry([image], { faults: [gone] });
  const asked = registry.blobGets.length;
  expect(await open(partial.host)).toBe(1);
  expect([...new Set(registry.blobGets.slice(asked))]).toEqual([layer?.digest]);
  for (const each of [registry, mirror, empty, partial]) await each.close();
});
