import { describe, expect, it } from 'vitest';
import {
  type ImageKey,
  type KeyedImage,
  keyInspectedImage,
  keyBuiltImage as keyOfBuilt,
} from '../../../src/baseline/store/snapshot-key.ts';
import type { BuildInputs } from '../../../src/build/build-inputs.ts';
import { builtImageName } from '../../../src/run/weigh/image-name.ts';
import { buildInputs } from '../../support/option-values.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const layout = { platform: amd64, reference: 'oci:/tmp/x/layout' };
const engine = { platform: amd64, reference: `docker-daemon:sha256:${'a'.repeat(64)}` };

/** Under the name that its reports have. */
function builtImageKey(inputs: BuildInputs, title: string | null, cwd: string, image: KeyedImage): ImageKey {
  return keyOfBuilt(inputs, builtImageName(inputs, title, cwd).key, image);
}

describe('the key of a built image', () => {
  it('is the same wherever the runner has its folders, and for each tag', () => {
    const inputs = buildInputs();
    const key = builtImageKey(inputs, null, '/home/a/app', layout);
    expect(key).toEqual({ platform: 'linux/amd64', target: null, method: 'build oci', image: 'app' });
    expect(builtImageKey(inputs, null, '/b/app', { ...layout, reference: 'oci:/other' })).toEqual(key);
    const tagged = (tag: string) => builtImageKey({ ...inputs, tags: [tag] }, null, '/b/app', layout);
    expect(tagged('ghcr.io/octo/app:pr-7')).toEqual(tagged('ghcr.io/octo/app:main'));
    const armv8 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    expect(builtImageKey(inputs, null, '/b', { ...layout, platform: armv8 }).platform).toBe('linux/arm64');
  });

  it('differs where another image or another measure would be compared', () => {
    const inputs = buildInputs();
    const keys = [
      builtImageKey(inputs, null, '/app', layout),
      builtImageKey(inputs, null, '/app', engine),
      builtImageKey({ ...inputs, target: 'test' }, null, '/app', layout),
      builtImageKey({ ...inputs, file: 'b/Dockerfile' }, null, '/app', layout),
      builtImageKey({ ...inputs, context: 'b' }, null, '/app', layout),
      builtImageKey(inputs, 'titled', '/app', layout),
      builtImageKey({ ...inputs, outputs: ['type=image,compression=zstd'] }, null, '/app', layout),
      builtImageKey(
        { ...inputs, outputs: ['type=image,compression=zstd,compression-level=9'] },
        null,
        '/app',
        layout,
      ),
      keyOfBuilt(inputs, 'app', layout, 'own'),
      keyOfBuilt(inputs, 'app', layout, '3..7'),
      keyInspectedImage('app', null, amd64),
    ];
    expect(new Set(keys.map(key => JSON.stringify(key))).size).toBe(keys.length);
  });
});

describe('the key of an image that was made elsewhere', () => {
  it.each([
    ['app:1', 'docker.io/library/app'],
    ['ghcr.io/octo/app:0123456', 'ghcr.io/octo/app'],
    [`docker://ghcr.io/octo/app@sha256:${'a'.repeat(64)}`, 'ghcr.io/octo/app'],
    ['docker-archive:out/app.tar', 'out/app.tar'],
    [`docker-daemon:sha256:${'a'.repeat(64)}`, 'image'],
    [`containers-storage:[overlay@/x]localhost/app:1@${'a'.repeat(64)}`, 'localhost/app'],
    [`containers-storage:@${'a'.repeat(64)}`, 'image'],
  ])('of %s has no tag and no id: %s', (reference, image) => {
    expect(keyInspectedImage(reference, null, amd64).image).toBe(image);
    expect(keyInspectedImage(reference, 'App', amd64).image).toBe('App');
  });
});
