import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Exec } from '../../../src/base/exec.ts';
import { parsePlatform } from '../../../src/base/platform.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { OpenOptions } from '../../../src/image/sources/open-options.ts';
import { type FakeRegistryOptions, fakeRegistry } from '../../support/conformance/fake-registry.ts';
import { openOptions, withDirectory } from '../../support/conformance/medium.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';

const USER = { name: 'me', password: 'hunter2' };

const made = (seed = 1, architecture = 'amd64') =>
  fabricateImage({
    tags: [`app:${architecture}`],
    platform: { os: 'linux', architecture },
    steps: [
      { createdBy: 'a', layer: { a: file(5000, { seed }) } },
      { createdBy: 'b', layer: { b: file(50_000, { seed }) } },
    ],
  });

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

async function withRegistry(
  options: FakeRegistryOptions,
  body: (host: string, images: readonly FabricatedImage[], requests: readonly string[]) => Promise<void>,
) {
  const images = [await made(), await made(2, 'arm64')];
  const registry = await fakeRegistry(images, options);
  try {
    await body(registry.host, images, registry.requests);
  } finally {
    await registry.close();
  }
}

/** Opens and scans, and closes whatever happens. */
async function scanned(reference: string, options: Partial<OpenOptions> = {}) {
  const image = await openImage(reference, openOptions(options));
  try {
    return { image, scans: await image.scan({}) };
  } finally {
    await image.close();
  }
}

async function withConfig(config: unknown, body: (env: Record<string, string>) => Promise<void>) {
  await withDirectory(async directory => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    await body({ DOCKER_CONFIG: directory });
  });
}

const stored = (host: string) => ({
  auths: { [host]: { auth: Buffer.from('me:hunter2').toString('base64') } },
});

describe('who asks', () => {
  it.each([
    ['a token', {}],
    ['a password', { basic: true }],
  ])('is told by what docker login stored, for %s', async (_what, more) => {
    await withRegistry({ user: USER, ...more }, async (host, images) => {
      await withConfig(stored(host), async env => {
        const { scans } = await scanned(`docker://${host}/app:amd64`, { env });
        expect(scans.map(scan => scan?.diffId)).toEqual(images[0]?.layers.map(layer => layer.diffId));
      });
    });
  });

  it('is asked of a credential helper, which may know a password or an identity token', async () => {
    await withRegistry({ user: USER }, async host => {
      for (const [config, username] of [
        [{ credsStore: 'desktop' }, 'me'],
        [{ credHelpers: { [host]: 'desktop' }, credsStore: 'other' }, '<token>'],
      ] as const) {
        await withConfig(config, async env => {
          const asked: string[] = [];
          const exec: Exec = {
            run: async (program, args, options) => {
              asked.push([program, ...args, Buffer.from(options?.input ?? []).toString()].join(' '));
              const stdout = JSON.stringify({ ServerURL: host, Username: username, Secret: 'hunter2' });
              return { exitCode: 0, stdout, stderr: '' };
            },
          };
          expect((await scanned(`docker://${host}/app:amd64`, { env, exec })).scans).toHaveLength(2);
          expect(asked).toEqual([`docker-credential-desktop get ${host}`]);
        });
      }
    });
  });

  it('is nobody when a helper fails, and is told to log in when that is not enough', async () => {
    await withRegistry({ user: USER }, async host => {
      await withConfig({ credsStore: 'missing' }, async env => {
        const warnings: string[] = [];
        const log = { ...openOptions().log, warn: (message: string) => warnings.push(message) };
        const open = openImage(`docker://${host}/app:amd64`, openOptions({ env, log }));
        await expect(open).rejects.toThrowError(failure('permission-denied', /lets nobody read/));
        await expect(open).rejects.toMatchObject({ remedy: expect.stringContaining(`docker login ${host}`) });
        expect(warnings).toEqual([expect.stringContaining('docker-credential-missing')]);
      });
    });
  });

  it('never runs a helper that is a path', async () => {
    await withRegistry({ user: USER }, async host => {
      await withConfig({ credHelpers: { [host]: '../../evil' } }, async env => {
        let ran = false;
        const run = async () => {
          ran = true;
          return { exitCode: 0, stdout: '{}', stderr: '' };
        };
        const exec: Exec = { run };
        await expect(scanned(`docker://${host}/app:amd64`, { env, exec })).rejects.toThrowError();
        expect(ran).toBe(false);
      });
    });
  });
});

describe('a registry', () => {
  it('sends blobs from elsewhere, which gets no credentials', async () => {
    await withRegistry({ user: USER, redirectBlobs: true }, async host => {
      await withConfig(stored(host), async env => {
        expect((await scanned(`docker://${host}/app:amd64`, { env })).scans).toHaveLength(2);
      });
    });
  });

  it('is asked for the layers that are wanted, and no others', async () => {
    await withRegistry({}, async (host, [made], requests) => {
      const image = await openImage(`docker://${host}/app:amd64`, openOptions());
      const before = requests.length;
      await image.scan({ layers: new Set([1]) });
      expect(requests.slice(before)).toEqual([`GET /v2/app/blobs/${made?.layers[1]?.digest}`]);
      await image.close();
    });
  });

  it('has platforms, and images by digest', async () => {
    await withRegistry({ platforms: true }, async (host, images) => {
      const idOf = async (ref: string, platform?: string) => {
        const more = platform === undefined ? {} : { platform: parsePlatform(platform) };
        const image = await openImage(`docker://${host}/app${ref}`, openOptions(more));
        await image.close();
        return image.imageId;
      };
      expect(await idOf(':platforms')).toBe(images[0]?.config.digest);
      expect(await idOf(':platforms', 'linux/arm64')).toBe(images[1]?.config.digest);
      expect(await idOf(`@${images[1]?.manifest.digest}`)).toBe(images[1]?.config.digest);
      await expect(idOf(':platforms', 'linux/386')).rejects.toThrowError(
        failure('platform-unknown', /it has linux\/amd64, linux\/arm64\.$/),
      );
      await expect(idOf(':amd64', 'linux/arm64')).rejects.toThrowError(
        failure('platform-unknown', /it has linux\/amd64/),
      );
    });
  });

  it('is asked again when it is busy', async () => {
    await withRegistry({ failures: [429, 503] }, async host => {
      expect((await scanned(`docker://${host}/app:amd64`)).scans).toHaveLength(2);
    });
  });

  it.each([
    [429, 'registry-unreachable', /refuses more requests/],
    [403, 'permission-denied', /does not give out/],
    [500, 'registry-unreachable', /answered 500/],
  ])('that keeps answering %i is reported', async (status, code, message) => {
    await withRegistry({ failures: new Array(20).fill(status) }, async host => {
      await expect(scanned(`docker://${host}/app:amd64`)).rejects.toThrowError(failure(code, message));
    });
  });

  it('does not have an image, or is not there', async () => {
    await withRegistry({}, async host => {
      await expect(scanned(`docker://${host}/app:nope`)).rejects.toThrowError(
        failure('image-not-found', /app \(nope\) \(manifest unknown\)/),
      );
    });
    await expect(scanned('docker://127.0.0.1:1/app')).rejects.toThrowError(
      failure('registry-unreachable', /127.0.0.1:1 .*ECONNREFUSED/),
    );
  });

  it('changes a manifest, a config or a layer', async () => {
    const image = await made();
    const [layer] = image.layers;
    if (!layer) throw new TypeError('it has layers');
    for (const [blob, place] of [
      [image.config, /The config/],
      [layer, /Layer 0/],
      [image.manifest, /The manifest/],
    ] as const) {
      const changed = new Map([[blob.digest, Buffer.from(blob.bytes)]]);
      const bytes = changed.get(blob.digest);
      bytes?.writeUInt8(bytes.readUInt8(bytes.length - 8) ^ 1, bytes.length - 8);
      await withRegistry({ changed }, async host => {
        const open = scanned(`docker://${host}/app@${image.manifest.digest}`);
        await expect(open).rejects.toThrowError(place);
        await expect(open).rejects.toMatchObject({
          code: expect.stringMatching(/digest-mismatch|input-corrupt/),
        });
      });
    }
  });
});
