import { dirname, isAbsolute, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askEngine } from '../support/e2e/engine-api.ts';
import { BASE, STORES } from '../support/e2e/engines.ts';
import { byRecorder, byStrace, HAS_STRACE, type Trace } from '../support/e2e/traced.ts';

/** What may be read below the root of an engine. */
const READ = [
  /^image\/overlay2\/layerdb\/sha256\/[0-9a-f]{64}\/(?:cache-id|diff|size|tar-split\.json\.gz)$/,
  /^overlay2\/[0-9a-z]{20,128}\/diff\/./,
  /^containerd\/daemon\/io\.containerd\.content\.v1\.content\/blobs\/sha256\/[0-9a-f]{64}$/,
];

const isBelow = (folder: string, path: string) => !relative(folder, path).startsWith('..');

/** Where engines of machines have their files, and those that tests bring up. */
function ofEngines(root: string, paths: readonly string[]): readonly string[] {
  const folders = ['/var/lib', '/run', '/var/run', dirname(dirname(root))];
  return paths.filter(path => isAbsolute(path) && folders.some(folder => isBelow(folder, path)));
}

describe.each([
  ['by what Node is asked', byRecorder, true],
  ['by what the system is asked', byStrace, HAS_STRACE],
] as const)('weighing from the files of a real engine, traced %s,', (_how, run, isThere) => {
  describe.skipIf(!isThere).each(STORES)('%s,', (store, host = '') => {
    const traced = async (more: readonly string[]): Promise<Trace & { readonly root: string }> => {
      const { DockerRootDir: root }: { DockerRootDir: string } = JSON.parse(
        await askEngine(host, 'GET', '/info'),
      );
      const trace = await run(['inspect', `docker-daemon:${BASE}`, '--debug', ...more], {
        DOCKER_HOST: host,
      });
      return { ...trace, root };
    };

    it.skipIf(host === '').each([
      ['by its headers', []],
      ['whole', ['--verify']],
    ])('%s, opens nothing of any engine but what it needs, and changes nothing', async (_what, more) => {
      const { root, opened, changed, programs, stderr } = await traced(more);
      expect(stderr).toContain(`in ${root} are read where they lie`);
      expect(stderr).not.toContain('Layers are not read from');
      const read = ofEngines(root, opened).map(path => relative(root, path));
      expect(read.filter(path => !READ.some(each => each.test(path)))).toEqual([]);
      // What is noted is what is done: records and files, or blobs.
      const kinds = READ.map(each => read.some(path => each.test(path)));
      expect(kinds).toEqual(store === 'overlay2' ? [true, true, false] : [false, false, true]);
      expect(
        ofEngines(
          root,
          changed.map(line => line.slice(line.indexOf(' ') + 1)),
        ),
      ).toEqual([]);
      expect(programs).toEqual([]);
    });

    it.skipIf(host === '')('opens nothing of it where only its API is to be asked', async () => {
      const { root, opened, programs } = await traced(['--engine-store', 'api']);
      expect([ofEngines(root, opened), programs]).toEqual([[], []]);
    });
  });
});
