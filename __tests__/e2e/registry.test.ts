import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { nodeExec } from '../build/node-exec.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { BASE, dockerEnv, fresh, STORES } from '../support/e2e/engines.ts';
import { reportOf } from '../support/e2e/report-file.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { countedRegistry } from '../support/registry/counted-registry.ts';
import { socksProxy } from '../support/registry/fake-proxies.ts';
import { certificate, tlsFront } from '../support/registry/tls-front.ts';

const REGISTRY = process.env['DEADWEIGHT_REGISTRY'] ?? '';
const REPOSITORY = 'deadweight-e2e/pushed';

/** What is of the registry alone: every day with the image of one engine, in the long run with that of either. */
const ON_BOTH = times(0, 1) === 1;

describe.each(STORES)('what docker pushes from %s', (store, host) => {
  const once = it.skipIf(store === 'overlay2' && !ON_BOTH);

  describe.skipIf(host === undefined || REGISTRY === '')('to a real registry', () => {
    const env = dockerEnv(host);
    const [three, four] = [fresh(), fresh()];
    const nameOf = (tag: string) => `${REGISTRY}/${REPOSITORY}:${tag}`;
    const docker = async (...args: readonly string[]) => {
      const { exitCode, stderr } = await nodeExec.run('docker', args, { env });
      if (exitCode !== 0) throw new Error(`docker ${args[0]}: ${stderr.slice(-2000)}`);
    };
    const inspect = async (reference: string, cache = ''): Promise<Report> => {
      const options = { cwd: '/', env: { ...env, DEADWEIGHT_CACHE_DIR: cache } };
      const ended = await deadweight(['inspect', reference, '--json', '-', '-q'], options);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      return reportOf(ended.stdout);
    };

    beforeAll(async () => {
      const lines = [
        `FROM ${BASE}`,
        `RUN echo ${three} > /a && head -c 300000 /dev/urandom > /b`,
        'RUN rm /b',
      ];
      const Dockerfile = [...lines, ''].join('\n');
      const More = [...lines, 'RUN head -c 70000 /dev/urandom > /c', ''].join('\n');
      const context = await folderOf({ Dockerfile, More });
      await docker('build', '-q', '-t', nameOf(three), context);
      await docker('build', '-q', '-t', nameOf(four), '-f', `${context}/More`, context);
      for (const tag of [three, four]) await docker('push', '-q', nameOf(tag));
    });
    afterAll(() => docker('rmi', '-f', nameOf(three), nameOf(four)));

    it('weighs in the registry what it weighs in the engine', async () => {
      const [pushed, local] = [await inspect(`docker://${nameOf(three)}`), await inspect(nameOf(three))];
      const { size, imageId, layerCount, platform } = local.image;
      expect(pushed.image).toMatchObject({ size, imageId, layerCount, platform });
      expect(pushed.efficiency).toEqual(local.efficiency);
      expect(pushed.dive).toEqual(local.dive);
      expect(pushed.wastedFiles).toEqual(local.wastedFiles);
      const facts = ({ layers }: Report) =>
        layers.map(({ diffId, size, createdBy }) => [diffId, size, createdBy]);
      expect(facts(pushed)).toEqual(facts(local));
      expect(pushed.efficiency.wastedBytes).toBeGreaterThanOrEqual(300_000);
    });

    it('has the compressed sizes that the registry stores', async () => {
      const { layers, image } = await inspect(`docker://${nameOf(three)}`);
      const lengths = await Promise.all(
        layers.map(async ({ digest }) => {
          const blob = await fetch(`http://${REGISTRY}/v2/${REPOSITORY}/blobs/${digest}`, { method: 'HEAD' });
          return Number(blob.headers.get('content-length'));
        }),
      );
      expect(layers.map(({ compressedSize }) => compressedSize)).toEqual(lengths);
      expect(image.compressedSize).toBe(lengths.reduce((sum, length) => sum + length, 0));
    });

    it('costs one layer where three are known and one is new', async () => {
      const [cache, counted] = [await folderOf(), await countedRegistry(REGISTRY)];
      await inspect(`docker://${counted.host}/${REPOSITORY}:${three}`, cache);
      expect(counted.blobs).toHaveLength(4);
      const { layers, image } = await inspect(`docker://${counted.host}/${REPOSITORY}:${four}`, cache);
      const last = counted.blobs.slice(4).map(({ digest }) => digest);
      expect(last).toEqual([image.imageId, layers[3]?.digest]);
      await counted.close();
    });

    once('weighs the same behind TLS and a proxy', async () => {
      const front = await tlsFront(REGISTRY);
      const proxy = await socksProxy({ to: front.port, login: 'me:secret' });
      const path = `${REPOSITORY}:${three}`;
      const direct = await inspect(`docker://${nameOf(three)}`);
      try {
        for (const [name, more] of [
          [front.host, {}],
          ['registry.invalid', { HTTPS_PROXY: `socks5://me:secret@127.0.0.1:${proxy.port}` }],
        ] as const) {
          const secured = { ...dockerEnv(host), SSL_CERT_FILE: certificate('ca.crt'), ...more };
          const args = ['inspect', `docker://${name}/${path}`, '--json', '-', '-q'];
          const ended = await deadweight(args, { cwd: '/', env: { ...secured, DEADWEIGHT_CACHE_DIR: '' } });
          expect(ended).toMatchObject({ code: 0, stderr: '' });
          expect((await reportOf(ended.stdout)).layers).toEqual(direct.layers);
        }
        const ended = await deadweight(['inspect', `docker://${front.host}/${path}`], { cwd: '/' });
        expectRefusal(ended, 4, /nobody whom this machine trusts/, /ca\.crt/);
      } finally {
        await proxy.close();
        await front.close();
      }
    });

    once('is compared without an engine', async () => {
      const [base, head] = [three, four].map(tag => `docker://${nameOf(tag)}`);
      const options = { cwd: '/', env: {} };
      const args = ['diff', base ?? '', head ?? '', '--json', '-', '-q'];
      const ended = await deadweight(args, options);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const { comparison } = await reportOf(ended.stdout);
      expect(comparison?.delta).toMatchObject({ size: 70_000, layerCount: 1 });
      expect(comparison?.delta.compressedSize).toBeGreaterThanOrEqual(70_000);
      expect(comparison?.layers.map(({ change }) => change)).toEqual([
        ...['unchanged', 'unchanged', 'unchanged', 'added'],
      ]);
    });

    once('may not be there', async () => {
      const ended = await deadweight(['inspect', `docker://${nameOf('nope')}`], { cwd: '/' });
      expectRefusal(ended, 4, /does not have the image .*nope.*manifest unknown/, /push the image first/);
    });
  });
});
