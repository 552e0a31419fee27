import { beforeAll, expect, it } from 'vitest';
import type { FakeEngineOptions } from '../../support/conformance/fake-engine.ts';
import { withDirectory } from '../../support/conformance/medium.ts';
import { engineAt } from '../../support/conformance/target-media.ts';
import type { FabricatedImage } from '../../support/fabricate/image.ts';
import { outgoing, writtenImage } from '../../support/registry/outgoing.ts';
import { imageOf } from '../../support/registry/with-registry.ts';

let image: FabricatedImage;
let other: FabricatedImage;
beforeAll(async () => {
  [image, other] = await Promise.all([imageOf([1, 2]), imageOf([3])]);
});

/** What comes of writing an image to an engine that has another one of that name, or none. */
async function failure(
  store: FakeEngineOptions['store'],
  loads: Exclude<FakeEngineOptions['loads'], undefined>,
  present: readonly FabricatedImage[] = [],
): Promise<unknown> {
  let thrown: unknown = null;
  await withDirectory(async directory => {
    const place = await engineAt(present, directory, { store, loads });
    const target = await place.open();
    try {
      for (const { bytes } of [...image.layers, image.config]) await target.write(outgoing(bytes));
      await target.commit([writtenImage(image)], null);
    } catch (error) {
      thrown = error;
    } finally {
      await target.close();
      expect((await place.look()).filter(line => /^app|blob/.test(line))).toEqual(
        present.flatMap(({ tags }) => tags),
      );
      await place.close?.();
    }
  });
  return thrown;
}

it.each(['graph', 'containerd'] as const)('is told what an engine of the %s store says', async store => {
  expect(await failure(store, 'says that its disk is full')).toMatchObject({
    code: 'output-unwritable',
    message: expect.stringMatching(/did not take the image: .*no space left on device/),
    remedy: expect.stringMatching(/docker-archive:PATH/),
  });
});

it.each(['graph', 'containerd'] as const)(
  'is not believed where the image is not there (%s)',
  async store => {
    const lie = 'says that all is well and keeps none';
    expect(await failure(store, lie)).toMatchObject({
      code: 'output-unwritable',
      message: expect.stringMatching(/took the image, and docker\.io\/library\/app:1 is not there/),
    });
    expect(await failure(store, lie, [other])).toMatchObject({
      code: 'output-unwritable',
      message: expect.stringMatching(/is another \(sha256:/),
    });
  },
);

it('is told of an image that it has and cannot unpack', async () => {
  expect(await failure('containerd', 'keeps what it cannot unpack')).toMatchObject({
    code: 'output-unwritable',
    message: expect.stringMatching(/took the image and cannot unpack it: .*link \/a \/b: no such file/),
  });
});

it('may break off', async () => {
  expect(await failure('graph', 'closes at once')).toMatchObject({ code: 'engine-unreachable' });
});
