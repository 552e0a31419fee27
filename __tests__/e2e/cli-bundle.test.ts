import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/run/version.ts';
import { BUNDLE, deadweight } from '../support/e2e/command-line.ts';
import { BASE, dockerEnv, fresh, STORES } from '../support/e2e/engines.ts';
import { layersOf, reportOf } from '../support/e2e/report-file.ts';
import { branched } from '../support/e2e/repository.ts';

const host = STORES.find(([, found]) => found !== undefined)?.[1];

/** That nothing was lost on the way into dist/: the programs are the same as those of the other tests. */
describe.skipIf(host === undefined)('the bundled command line', () => {
  it('builds, compares and inspects', async () => {
    const tag = `deadweight-e2e-bundle:${fresh()}`;
    const cwd = await branched(
      { Dockerfile: `FROM ${BASE}\nRUN echo ${fresh()} > /x\n` },
      { Dockerfile: `FROM ${BASE}\nRUN echo ${fresh()} > /x\nRUN head -c 70000 /dev/urandom > /y\n` },
    );
    const options = { cwd, env: dockerEnv(host), program: BUNDLE };
    const args = ['build', '-t', tag, '--load', '--against', 'main', '-q', '--json', '-'];
    const built = await deadweight(args, options);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    const report = await reportOf(built.stdout);
    expect(report.comparison?.delta).toMatchObject({ size: 70_000, layerCount: 1 });
    expect(layersOf(report).at(-1)).toBe('own Dockerfile:3 RUN head');
    const inspected = await deadweight(['inspect', tag, '--no-color'], options);
    expect(inspected.code).toBe(0);
    expect(inspected.stdout).toContain('RUN head -c 70000');
  });

  it('is of this version, and refuses as the sources do', async () => {
    const options = { cwd: join(import.meta.dirname, '..'), program: BUNDLE };
    expect(await deadweight(['--version'], options)).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
    const refused = await deadweight(['inspect', 'docker-archive:nope.tar'], options);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/nope\.tar[^\n]*\.\n[A-Z][^\n]*\.\n$/);
  });
});
