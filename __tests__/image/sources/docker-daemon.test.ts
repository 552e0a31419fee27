import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiffId } from '../../../src/base/digest.ts';
import { buildHistory } from '../../../src/image/engine/engine-wire.ts';
import { openImage } from '../../../src/image/open-image.ts';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { noScanStore } from '../../../src/layer/scan-store.ts';
import {
  containerdArchive,
  type FakeEngineOptions,
  fakeEngine,
} from '../../support/conformance/fake-engine.ts';
import { openOptions, withDirectory } from '../../support/conformance/medium.ts';
import { dockerArchive } from '../../support/fabricate/docker-archive.ts';
import { type FabricatedImage, fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';

const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const made = () =>
  fabricateImage({
    tags: ['app:1'],
    steps: [
      { createdBy: 'COPY a', layer: { a: file(5000) } },
      { createdBy: 'COPY b', layer: { b: file(400_000) } },
    ],
  });

/** An engine on a port of loopback. */
async function withEngine(
  options: Partial<FakeEngineOptions>,
  body: (image: FabricatedImage, env: Record<string, string>, requests: readonly string[]) => Promise<void>,
) {
  const image = await made();
  const archive = await (options.store === 'containerd' ? containerdArchive : dockerArchive)([image]);
  const server = await fakeEngine([image], { api: 51, store: 'graph', archive, ...options });
  try {
    await body(image, { DOCKER_HOST: server.host }, server.requests);
  } finally {
    await server.close();
  }
}

describe('an engine that cannot be used', () => {
  it('is named, with who chose it and what to do', async () => {
    const open = (host: string) => openImage('app', openOptions({ env: { DOCKER_HOST: host } }));
    await expect(open('unix:///nonexistent.sock')).rejects.toThrowError(
      failure('engine-unreachable', /unix:\/\/\/nonexistent.sock \(DOCKER_HOST\): there is no such socket/),
    );
    await expect(open('tcp://127.0.0.1:1')).rejects.toThrowError(
      failure('engine-unreachable', /ECONNREFUSED/),
    );
    await expect(open('tcp://127.0.0.1:1')).rejects.toMatchObject({
      remedy: expect.stringMatching(/Start Docker.*docker-archive/),
    });
  });

  it('answers as something else', async () => {
    const server = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const host = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    await expect(openImage('app', openOptions({ env: { DOCKER_HOST: host } }))).rejects.toThrowError(
      failure('engine-unreachable', /not a Docker engine/),
    );
    server.close();
  });

  it('is behind an ssh that fails: says what ssh said', async () => {
    await withDirectory(async directory => {
      const ssh = join(directory, 'ssh');
      await writeFile(ssh, '#!/bin/sh\necho "Permission denied (publickey)." >&2\nexit 255\n');
      await chmod(ssh, 0o755);
      const env = { DOCKER_HOST: 'ssh://me@host', PATH: `${directory}:/usr/bin:/bin` };
      await expect(openImage('app', openOptions({ env }))).rejects.toThrowError(
        failure('engine-unreachable', /ssh:\/\/host.*Permission denied \(publickey\)/),
      );
    });
  });
});

describe('an engine', () => {
  it('says that an image is not there', async () => {
    await withEngine({}, async (_image, env) => {
      const byId = openImage(`docker-daemon:${'1a'.repeat(32)}`, openOptions({ env }));
      await expect(byId).rejects.toMatchObject({
        remedy: expect.stringMatching(/^Pull or build it first, or name an archive/),
      });
      const open = openImage('docker-daemon:nope:2', openOptions({ env }));
      await expect(open).rejects.toThrowError(failure('image-not-found', /has no image nope:2/));
      await expect(open).rejects.toMatchObject({
        remedy:
          'Pull or build it first, read it from its registry (docker://nope:2), or name an archive: docker-archive:PATH, oci-archive:PATH, oci:DIRECTORY.',
      });
    });
  });

  it.each(['graph', 'containerd'] as const)('has only the platforms it has (%s)', async store => {
    await withEngine({ store }, async (_image, env) => {
      const platform = { os: 'linux', architecture: 'riscv64' };
      await expect(openImage('app:1', openOptions({ env, platform }))).rejects.toThrowError(
        failure('platform-unknown', /no linux\/riscv64; it has linux\/amd64/),
      );
    });
  });

  it('is spoken to in the older of both versions, or the one that was asked for', async () => {
    await withEngine({ api: 44 }, async (image, env, requests) => {
      await (await openImage(image.config.digest, openOptions({ env }))).close();
      expect(requests).toContain(`/images/${image.config.digest}/json`);
    });
    await withEngine({ api: 60 }, async (_image, env, requests) => {
      await (await openImage('app:1', openOptions({ env }))).close();
      await (await openImage('app:1', openOptions({ env: { ...env, DOCKER_API_VERSION: '1.40' } }))).close();
      expect(requests).toEqual(
        expect.arrayContaining(['/images/app:1/json?manifests=1', '/images/app:1/json']),
      );
    });
  });

  it('breaks off while it sends', async () => {
    await withEngine({ breakAfter: 200_000 }, async (_image, env) => {
      const image = await openImage('app:1', openOptions({ env }));
      await expect(image.scan({})).rejects.toThrowError(
        failure('input-truncated', /stopped sending the image after \d+ bytes/),
      );
      await image.close();
    });
  });

  it.each([
    ['of its own', (text: string) => ({ errorDetail: { message: text }, error: text })],
    ['of an answer', (text: string) => ({ message: text })],
  ])('says in its last bytes why it sends no more, as an error %s', async (_what, write) => {
    const image = await made();
    const said = `${JSON.stringify(write('failed to copy: blob not found'))}\r\n`;
    const whole = await containerdArchive([image]);
    // Behind the header of a layer, as where its blob is not there.
    const end = whole.indexOf(image.layers[0]?.bytes ?? said);
    const archive = Buffer.concat([whole.subarray(0, end), Buffer.from(said)]);
    await withEngine({ archive }, async (_image, env) => {
      const opened = await openImage('app:1', openOptions({ env }));
      await expect(opened.scan({})).rejects.toThrowError(
        failure('input-truncated', new RegExp(`after ${end} bytes: failed to copy: blob not found\\.`)),
      );
      await opened.close();
    });
  });

  it('is not listened to any longer than it takes', async () => {
    const image = await made();
    const archive = await containerdArchive([image]);
    // The archive is in the order of digests: the layer that comes first is all that arrives.
    const positions = image.layers.map(layer => archive.indexOf(layer.bytes));
    const first = positions.indexOf(Math.min(...positions));
    const end = (positions[first] ?? 0) + (image.layers[first]?.bytes.length ?? 0);
    const breakAfter = Math.ceil(end / 512) * 512 + 512;
    const complete = await fakeEngine([image], { api: 51, store: 'containerd', archive });
    const opened = await openImage('app:1', openOptions({ env: { DOCKER_HOST: complete.host } }));
    const { port } = new URL(complete.host);
    await complete.close();
    const broken = createServer((_request, response) => {
      response.write(archive.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 50));
    });
    await new Promise<void>(resolve => broken.listen(Number(port), '127.0.0.1', resolve));
    const scans = await opened.scan({ layers: new Set([first]) });
    expect(scans[first]?.diffId).toBe(image.layers[first]?.diffId);
    await opened.close();
    broken.close();
  });

  it('sends another layer than it promised', async () => {
    const other = await fabricateImage({
      tags: ['app:1'],
      steps: [{ createdBy: 'x', layer: { z: file(1) } }],
    });
    await withEngine({ archive: await dockerArchive([other]) }, async (_image, env) => {
      const image = await openImage('app:1', openOptions({ env }));
      await expect(image.scan({})).rejects.toThrowError(failure('blob-missing', /Layer 0 .* not there/));
      await image.close();
    });
  });

  it('is reached through ssh', async () => {
    await withEngine({}, async (made, { DOCKER_HOST = '' }) => {
      await withDirectory(async directory => {
        const { port } = new URL(DOCKER_HOST);
        const script = `const s=require('net').connect(${port},'127.0.0.1');process.stdin.pipe(s);s.pipe(process.stdout)`;
        const ssh = join(directory, 'ssh');
        await writeFile(ssh, `#!/bin/sh\nexec "${process.execPath}" -e "${script}"\n`);
        await chmod(ssh, 0o755);
        const env = { DOCKER_HOST: 'ssh://me@host', PATH: `${directory}:/usr/bin:/bin` };
        const image = await openImage('app:1', openOptions({ env }));
        const scans = await image.scan({});
        expect(scans.map(scan => scan?.diffId)).toEqual(made.layers.map(layer => layer.diffId));
        await image.close();
      });
    });
  });
});

describe("an engine's history", () => {
  const item = (createdBy: string, size: number) => ({ createdBy, size, comment: '', created: 0 });
  const emptyLayers = (layerCount: number, ...oldestFirst: ReturnType<typeof item>[]) =>
    buildHistory(oldestFirst.reverse(), layerCount).map(entry => entry.emptyLayer);

  it('tells layers by their bytes', () => {
    expect(emptyLayers(2, item('ADD', 5), item('CMD x', 0), item('RUN', 7))).toEqual([false, true, false]);
  });

  it('takes all entries without bytes for layers when that many are left', () => {
    expect(emptyLayers(3, item('ADD', 5), item('x', 0), item('ENV', 0))).toEqual([false, false, false]);
  });

  it('takes those that are no metadata otherwise', () => {
    const items = [
      item('ADD', 5),
      item('WORKDIR /a', 0),
      item('ENV A=1', 0),
      item('/bin/sh -c #(nop)  CMD ["x"]', 0),
    ];
    expect(emptyLayers(2, ...items)).toEqual([false, false, true, true]);
    expect(emptyLayers(2, item('ENVIRON x', 0), item('RUN', 0), item('USER a', 0))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('an engine that sends another layer than it names', () => {
  const scan = async (options: Partial<FakeEngineOptions>, verify: boolean) => {
    const image = await made();
    const archive = await dockerArchive([image]);
    const at = archive.indexOf(image.layers[1]?.tar.subarray(512, 600) ?? Buffer.alloc(1));
    archive[at] = (archive[at] ?? 0) ^ 1;
    const stored: DiffId[] = [];
    await withEngine({ archive, ...options }, async (_image, env) => {
      const opened = await openImage('app:1', openOptions({ env }));
      const store = { ...noScanStore, put: async ({ diffId }: LayerScan) => void stored.push(diffId) };
      await opened.scan({ verify, store }).finally(() => opened.close());
    });
    return stored.length;
  };
  const refused = failure('digest-mismatch', /Layer 1 .*its digest is sha256:/);

  it('is told by who verifies, and by all where the engine is not known to check', async () => {
    await expect(scan({}, true)).rejects.toThrowError(refused);
    await expect(scan({ server: 'Libpod/5.4.0 (linux)' }, false)).rejects.toThrowError(refused);
    await expect(scan({ server: '' }, false)).rejects.toThrowError(refused);
    // Docker compares each layer with its diffID while it sends it, and breaks off.
    expect(await scan({}, false)).toBe(2);
  });
});
