import { expect, it } from 'vitest';
import { openableName } from '../../../src/run/weigh/openable-name.ts';

const ID = `sha256:${'0'.repeat(64)}`;

function nameOf(
  reference: string,
  {
    tags = [],
    outputs = [],
    isPushed = false,
    isLocal = true,
  }: Partial<{ tags: string[]; outputs: string[]; isPushed: boolean; isLocal: boolean }> = {},
): string | null {
  return openableName({ inputs: { tags, outputs }, reference, isPushed, isLocal });
}

it('is the tag, or the id in an engine that is there later', () => {
  const inEngine = `docker-daemon:${ID}`;
  expect(nameOf(inEngine, { tags: ['app:1', 'app:latest'], isPushed: true, isLocal: false })).toBe('app:1');
  expect(nameOf(inEngine)).toBe(inEngine);
  expect(nameOf(inEngine, { isLocal: false })).toBeNull();
});

it('is where it was pushed to, or was asked to be written to', () => {
  const layout = `oci:/tmp/layout:${ID}`;
  expect(nameOf(layout, { tags: ['ghcr.io/team/app:1'], isPushed: true })).toBe(
    'docker://ghcr.io/team/app:1',
  );
  expect(nameOf(layout, { outputs: ['type=oci,tar=false,dest=out'] })).toBe(layout);
});

it('is none where it was only made to be weighed', () => {
  const layout = `oci:/tmp/layout:${ID}`;
  expect(nameOf(layout, { tags: ['app:1'] })).toBeNull();
  expect(nameOf(layout, { outputs: ['type=docker,dest=app.tar'] })).toBeNull();
});
