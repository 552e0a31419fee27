import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineEnv, linesOf, realBuild } from '../build/real-build.ts';
import { BASE, fresh, STORES } from '../support/e2e/engines.ts';
import { type RemoteBuilder, remoteBuilder } from '../support/e2e/remote-builder.ts';
import { folderOf } from '../support/folder.ts';

/** As docker/build-push-action attests by default in a public repository. */
const options = {
  attestation: { builderId: 'https://ci.example/1', byDefault: true, privateRepository: false },
};
const SECRETS = ['line1\nline2\n', '  a,b="c" \t', 'x\r\ny\r\n\n'];
const BUILDERS = [...STORES, ['remote', STORES[1][1]]] as const;

describe.each(BUILDERS)('as docker/build-push-action builds, on %s', (name, host) => {
  let env: Record<string, string> = {};
  let remote: RemoteBuilder | null = null;
  const builder = name === 'remote' ? 'far' : '';

  beforeAll(async () => {
    if (host === undefined) return;
    env = engineEnv(host);
    if (name !== 'remote') return;
    remote = await remoteBuilder(env);
    ({ env } = remote);
  });
  afterAll(() => remote?.close());

  async function build(outputs: readonly string[], secrets: readonly string[] = []) {
    const folder = await folderOf();
    const step = (_value: string, at: number): string =>
      `RUN --mount=type=secret,id=S${at} base64 -w0 /run/secrets/S${at} > /made/s${at}`;
    // Little is exported: a whole base image takes seconds.
    const lines = [
      `FROM ${BASE} AS maker`,
      `ENV SEED=${fresh()}`,
      'RUN mkdir /made && echo one > /made/one',
      ...secrets.map(step),
      'FROM scratch',
      'COPY --from=maker /made/ /',
    ];
    const result = await realBuild(env, {
      files: { Dockerfile: `${lines.join('\n')}\n` },
      inputs: {
        builder,
        outputs: outputs.map(output => output.replace('%', folder)),
        secrets: secrets.map((value, at) => `S${at}=${value}`),
      },
      options,
    });
    return { result, folder };
  }

  it.skipIf(host === undefined)(
    'writes files of every kind, and hands secrets over byte for byte',
    async () => {
      const outputs = ['type=local,dest=%/local', '%/bare', 'type=tar,dest=%/image.tar'];
      const { result, folder } = await build(outputs, SECRETS);
      expect(linesOf(result)).toEqual(['8-8 own']);
      for (const path of ['local/one', 'bare/one']) {
        expect(await readFile(join(folder, path), 'utf8')).toBe('one\n');
      }
      expect((await stat(join(folder, 'image.tar'))).size).toBeGreaterThan(0);
      for (const [at, value] of SECRETS.entries()) {
        const text = await readFile(join(folder, `bare/s${at}`), 'latin1');
        expect(Buffer.from(text, 'base64').toString()).toBe(value);
      }
    },
  );

  it.skipIf(host === undefined || name === 'overlay2')('writes images of every kind', async () => {
    const outputs = [
      'type=oci,tar=false,dest=%/layout',
      'type=oci,dest=%/oci.tar',
      'type=local,dest=%/local',
    ];
    const { result, folder } = await build(outputs);
    expect(linesOf(result)).toEqual(['5-5 own']);
    expect(result.metadata.digest).toMatch(/^sha256:/);
    for (const path of ['layout/index.json', 'oci.tar', 'local/one']) {
      expect((await stat(join(folder, path))).size).toBeGreaterThan(0);
    }
  });
});
