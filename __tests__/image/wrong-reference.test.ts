import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { openImage, parseImageReference } from '../../src/image/open-image.ts';
import { explainMissing, findWrongReference } from '../../src/image/wrong-reference.ts';
import { openOptions } from '../support/conformance/medium.ts';
import { folderOf } from '../support/folder.ts';

describe('a wrong word for an image', () => {
  it.each([
    ['https://hub.docker.com/_/nginx', 'docker://nginx'],
    ['hub.docker.com/r/grafana/grafana', 'docker://grafana/grafana'],
    ['https://hub.docker.com/r/grafana/grafana/tags?page=1', 'docker://grafana/grafana'],
    ['https://hub.docker.com/layers/library/nginx/latest/images/sha256-1', 'docker://REGISTRY/NAME:TAG'],
    ['https://ghcr.io/org/app:1', 'docker://ghcr.io/org/app:1'],
    ['https://ghcr.io/v2/org/app', 'docker://ghcr.io/org/app'],
    ['http://user:secret@localhost:5000/app', 'docker://localhost:5000/app'],
    ['https://github.com/org/app/pkgs/container/App', 'docker://ghcr.io/org/app'],
    ['https://github.com/orgs/org/packages/container/package/a%2Fb', 'docker://ghcr.io/org/a/b'],
    ['https://quay.io/repository/org/app', 'docker://quay.io/org/app'],
    ['https://example.org', 'docker://REGISTRY/NAME:TAG'],
    ['docker-daemon://app:1', 'docker-daemon:app:1'],
    [
      'containers-storage://[overlay@/var/lib/x+/run/x]app:1',
      'containers-storage:[overlay@/var/lib/x+/run/x]app:1',
    ],
    ['podman-storage:[/var/lib/x]app:1', 'containers-storage:[/var/lib/x]app:1'],
    ['containers-storage://[overlay@/x]user:secret@host/app', 'containers-storage:[overlay@/x]host/app'],
    ['docker:/app', 'docker://app'],
    ['docker_archive:app.tar', 'docker-archive:app.tar'],
    ['docker-achive:app.tar', 'docker-archive:app.tar'],
    ['Docker-Daemon:app', 'docker-daemon:app'],
    ['oci-layout:dir', 'oci:dir'],
    ['docker-image://app', 'docker-daemon:app'],
    ['podman:localhost/app:1', 'containers-storage:localhost/app:1'],
    ['registry:ghcr.io/app', 'docker://ghcr.io/app'],
  ])('%s is answered with %s', (text, right) => {
    const error = findWrongReference(text);
    expect(error).toMatchObject({ code: 'reference-invalid', remedy: `Write ${right}.` });
    expect(error?.message).not.toContain('secret');
  });

  it.each(['app', 'app:1', 'podman:v5', 'docker:dind', 'registry:2', 'oci:x', 'docker://app', 'a/b:c', '-'])(
    '%s is none',
    text => {
      expect(findWrongReference(text)).toBeNull();
    },
  );

  it('names the transport that is not read', () => {
    expect(findWrongReference('ostree:app')).toMatchObject({
      remedy: 'Copy it to a directory: skopeo copy ostree:app dir:DIR.',
    });
  });

  it('has upper case', () => {
    for (const [text, right] of [
      ['App:V1', 'app:V1'],
      ['docker://ghcr.io/Org/App:1', 'ghcr.io/org/app:1'],
    ] as const) {
      expect(() => parseImageReference(text)).toThrowError(
        expect.objectContaining({ remedy: expect.stringContaining(`Write ${right}, or`) }),
      );
    }
  });

  it('is a file that no image can be called', async () => {
    expect(parseImageReference('LICENSE')).toMatchObject({ transport: 'path' });
    const path = join(await folderOf({}), 'Dockerfile');
    await writeFile(path, '# syntax=docker/dockerfile:1\n\nFROM scratch\n');
    await expect(openImage(path, openOptions())).rejects.toMatchObject({
      message: `${path} is a Dockerfile, not an image.`,
      remedy: `Run deadweight build -f ${path} to build and weigh it.`,
    });
  });
});

describe('an image that the engine lacks', () => {
  const missing = (code: 'image-not-found' | 'engine-unreachable') =>
    new DeadweightError(code, { message: 'It is not there.', remedy: 'Pull it.' });
  const explain = (
    name: string,
    env = {},
    code: 'image-not-found' | 'engine-unreachable' = 'image-not-found',
  ) => explainMissing(missing(code), name, env);
  it('may be a file that lies here', async () => {
    const folder = await folderOf({ 'd/x': '', file: '' });
    expect(explain(join(folder, 'd'))).toMatchObject({
      remedy: expect.stringContaining('for the directory'),
    });
    expect(explain(join(folder, 'file'))).toMatchObject({ remedy: expect.stringContaining('for the file') });
  });

  it('may be of podman or a registry', () => {
    expect(explain('podman:app')).toMatchObject({
      remedy: expect.stringContaining('containers-storage:app'),
    });
    expect(explain('docker:nginx')).toMatchObject({ remedy: expect.stringContaining('docker://nginx') });
    expect(explain('registry:2')).toMatchObject({ remedy: 'Pull it.' });
    expect(explain('app:1')).toMatchObject({ remedy: 'Pull it.', message: 'It is not there.' });
  });

  it('may be in the engine of podman, whose socket is there', async () => {
    const runtime = await folderOf({ 'podman/podman.sock': '' });
    expect(explain('app:1', { XDG_RUNTIME_DIR: runtime }, 'engine-unreachable')).toMatchObject({
      remedy: expect.stringContaining(`Set DOCKER_HOST=unix://${runtime}/podman/podman.sock`),
    });
    expect(
      explain('app:1', { XDG_RUNTIME_DIR: runtime, DOCKER_HOST: 'x' }, 'engine-unreachable'),
    ).toMatchObject({ remedy: 'Pull it.' });
  });
});
