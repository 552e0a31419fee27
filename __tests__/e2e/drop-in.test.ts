import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunFolderName } from '../../src/base/run-folder-name.ts';
import { engineEnv, linesOf, realBuild } from '../build/real-build.ts';
import { ActionsServices } from '../support/actions-services/actions-services.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { type RemoteBuilder, remoteBuilder } from '../support/e2e/remote-builder.ts';
import { pullRequestEvent, runPost, runStep } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';

/** As docker/build-push-action attests by default in a public repository. */
const options = {
  attestation: { builderId: 'https://ci.example/1', byDefault: true, privateRepository: false },
};
const SECRETS = ['line1\nline2\n', '  a,b="c" \t', 'x\r\ny\r\n\n'];
const REGISTRY = process.env['DEADWEIGHT_REGISTRY'];
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
      `FROM ${SMALL_BASE} AS maker`,
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

  it.skipIf(host === undefined || name === 'overlay2' || REGISTRY === undefined)(
    'attests what a scanner found, and weighs the image alone',
    async () => {
      const scanner = `${REGISTRY}/deadweight-e2e-scanner:${fresh()}`;
      await realBuild(env, {
        files: { Dockerfile: SCANNER },
        inputs: { builder, push: true, tags: [scanner] },
        options: { attestation: null },
      });
      const tag = `${REGISTRY}/deadweight-e2e-scanned:${fresh()}`;
      const result = await realBuild(env, {
        files: { Dockerfile: `FROM ${SMALL_BASE}\nRUN head -c 300000 /dev/urandom > /x\n` },
        inputs: { builder, push: true, tags: [tag], sbom: `generator=${scanner}` },
        options,
      });
      expect(linesOf(result)).toEqual(['1-1 base', '2-2 own']);
      expect(result.notices).toEqual([]);
      expect(await predicatesOf(tag)).toEqual([
        expect.stringMatching(/^https:\/\/slsa\.dev\/provenance\//),
        'https://spdx.dev/Document',
      ]);
    },
  );
});

/** Speaks BuildKit's protocol of scanners: https://github.com/moby/buildkit/blob/master/docs/attestations/sbom-protocol.md */
const SCANNER = `FROM ${SMALL_BASE}
COPY --chmod=755 <<'EOF' /scan
#!/bin/sh
exec > "$BUILDKIT_SCAN_DESTINATION/sbom.spdx.json"
echo '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","predicate":{}}'
EOF
ENTRYPOINT ["/scan"]
`;

/** What the attestations of an image in the registry are about. */
async function predicatesOf(tag: string): Promise<readonly string[]> {
  const [, repository = '', version = ''] = /\/([^:]+):(.*)$/.exec(tag) ?? [];
  const read = async (reference: string): Promise<string> => {
    const accept = ['index', 'manifest'].map(kind => `application/vnd.oci.image.${kind}.v1+json`).join();
    const url = `http://${REGISTRY}/v2/${repository}/manifests/${reference}`;
    return (await fetch(url, { headers: { accept } })).text();
  };
  const index = await read(version);
  const [digest = ''] = /sha256:\w+(?=","size":\d+,"annotations")/.exec(index.replace(/\s/g, '')) ?? [];
  return [...(await read(digest)).matchAll(/"in-toto.io\/predicate-type": ?"([^"]+)"/g)]
    .map(([, type = '']) => type)
    .sort();
}

describe.skipIf(STORES[1][1] === undefined)('a step, as one of docker/build-push-action', () => {
  const env = dockerEnv(STORES[1][1]);

  async function step(
    dockerfile: string,
    inputs: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>> = {},
  ) {
    const { origin, ...commits } = await pullRequest({ Dockerfile: dockerfile }, { 'a.txt': fresh() });
    const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: commits.head }] });
    const workspace = await checkout(origin, 'refs/pull/7/merge');
    const event = pullRequestEvent(commits);
    const given = { baseline: 'none', comment: 'never', ...inputs };
    const ended = await runStep({ workspace, server, event, inputs: given, env: { ...env, ...variables } });
    await server.close();
    return ended;
  }

  it('gives all metadata, tells what builds and what was built, and annotates checks', async () => {
    const dockerfile = `FROM ${SMALL_BASE} as made\nARG WORD\nENV SEED=${fresh()}\nRUN echo "$WORD" | wc -c > /n\n`;
    const { code, outputs, stdout } = await step(dockerfile, { 'build-args': 'WORD=canary-value' });
    expect(code, stdout).toBe(0);
    const metadata: unknown = JSON.parse(outputs['metadata'] ?? '');
    expect(metadata).toMatchObject({
      'buildx.build.provenance': { invocation: { parameters: { frontend: 'dockerfile.v0' } } },
      'buildx.build.ref': expect.stringMatching(/^default\/default\/\w+$/),
      'buildx.build.warnings': [{ level: 1 }],
      'containerimage.digest': outputs['digest'],
    });
    expect(outputs['digest']).toMatch(/^sha256:/);
    expect(outputs['metadata']).not.toContain('canary-value');
    for (const group of [
      'Proxy configuration',
      'Buildx version',
      'Builder info',
      'ImageID',
      'Digest',
      'Metadata',
      'Reference',
    ]) {
      expect(stdout).toContain(`::group::${group}\n`);
    }
    expect(stdout).toMatch(/::warning title=BuildKit%3A FromAsCasing,file=Dockerfile,line=1/);
    expect(stdout).not.toContain('canary-value');
  });

  it('obeys the variables of that action', async () => {
    const dockerfile = `FROM ${SMALL_BASE} as made\nARG WORD\nRUN echo "$WORD" > /dev/null\n`;
    const variables = { DOCKER_BUILD_CHECKS_ANNOTATIONS: 'false', BUILDX_METADATA_PROVENANCE: 'max' };
    const ended = await step(dockerfile, { 'build-args': 'WORD=canary-value' }, variables);
    expect(ended.code, ended.stdout).toBe(0);
    expect(ended.stdout).not.toMatch(/^::warning/m);
    expect(ended.stdout).not.toContain('canary-value');
    expect(ended.outputs['metadata']).toContain('"llbDefinition"');
  });

  it('fails a check that warns, with its first line, and passes one that does not', async () => {
    const failed = await step(`FROM ${SMALL_BASE} as made\n`, { call: 'check' });
    expect(failed).toMatchObject({ code: 1, outputs: {} });
    expect(failed.stdout).toMatch(/::error::The call check of BuildKit failed: Check complete, 1 warning/);
    expect(failed.stdout).toContain('FromAsCasing');
    const passed = await step(`FROM ${SMALL_BASE}\n`, { call: 'check' });
    expect(passed).toMatchObject({ code: 0, outputs: {} });
    expect(passed.stdout).toContain('Check complete, no warnings found.');
  });

  it.each([
    ['a build', '', 0, '✅ completed'],
    ['a build that fails', 'RUN exit 7\n', 1, '❌ failed'],
  ])('leaves the record of %s, and nothing else, when the job is over', async (_what, last, code, status) => {
    const services = await ActionsServices.start();
    const home = await folderOf();
    const { origin, ...commits } = await pullRequest(
      { Dockerfile: `FROM ${SMALL_BASE}\nARG WORD\nENV SEED=${fresh()}\n${last}` },
      { 'a.txt': fresh() },
    );
    const server = await startGitHubServer({ pullRequests: [{ number: 7, headSha: commits.head }] });
    const grant = services.runnerEnv({ scopes: [], runBackendId: 'run-1', jobBackendId: 'job-1' });
    const given = {
      workspace: await checkout(origin, 'refs/pull/7/merge'),
      server,
      event: pullRequestEvent(commits),
      inputs: {
        baseline: 'none',
        comment: 'never',
        'build-args': 'WORD=canary-value',
        secrets: 'KEY=canary-key',
      },
      env: { ...env, ...grant, GITHUB_API_URL: server.url, DOCKER_BUILD_RECORD_RETENTION_DAYS: '3' },
    };
    const ended = await runStep(given, home);
    expect(ended.code, ended.stdout).toBe(code);
    const before = await readdir(ended.temporary);
    expect(before.filter(isRunFolderName)).toHaveLength(1);
    const post = await runPost(given, home);
    await Promise.all([server.close(), services.stop()]);
    expect(post, post.stdout).toMatchObject({ code: 0 });
    expect(post.stdout).not.toContain('::warning');
    // Nor are there the scans that its steps shared.
    const kept = before.filter(name => !isRunFolderName(name) && name !== 'deadweight-scans');
    expect(await readdir(ended.temporary)).toEqual(kept);
    expect(post.summary).toContain(status);
    expect(post.summary).toMatch(
      /\[octo&#126;app&#126;[0-9A-Z]{6}\.dockerbuild\]\(\.\/4711\/artifacts\/\d+\)/,
    );
    expect(post.summary).toContain('build-args: ["WORD"]\nsecrets: ["KEY"]\n');
    expect(post.summary).not.toMatch(/canary-/);
    const created = services.log.find(({ path }) => path.endsWith('/CreateArtifact'));
    expect(created?.body).toMatch(/"name":"octo~app~[0-9A-Z]{6}\.dockerbuild"/);
  });
});
