import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { agreeing, allContents, KeptEngine } from '../../support/conformance/kept-engine.ts';
import { fabricateImage } from '../../support/fabricate/image.ts';
import { file } from '../../support/fabricate/node.ts';

const [one, other] = [1, 2].map(seed => file(700, { seed }));

/** A path that a layer has twice: what is there is the later one. */
it.each([
  { what: 'of the same content', earlier: one, later: one, isRead: true },
  { what: 'of other content of the same size', earlier: one, later: other, isRead: false },
  { what: 'of another size', earlier: one, later: file(900, { seed: 2 }), isRead: false },
  { what: 'without content first', earlier: file(0), later: one, isRead: true },
])('a path twice, $what, is what the API has of it', async ({ earlier, later, isRead }) => {
  const layer = [
    ['etc/a', earlier ?? file(0)],
    ['etc/b', file(50)],
    ['etc/a', later ?? file(0)],
    ['etc/c', file(60)],
  ] as const;
  const image = await fabricateImage({ tags: ['app:1'], steps: [{ createdBy: 'COPY', layer }] });
  const engine = await KeptEngine.start(image, 'graph');
  const { record } = engine.layer(0);
  // As it is where an engine has unpacked it: the record is the newest, and not every file is compared with it.
  await setTimeout(50);
  writeFileSync(record, readFileSync(record));
  const told = await engine.weigh({ verify: true }, { engineStore: 'api' });
  if (typeof told === 'string') throw new TypeError(told);
  expect(await engine.weigh()).toEqual(
    agreeing(
      told,
      told.map(each => each && { ...each, contents: each.contents.map(() => null) }),
    ),
  );
  expect(engine.sent).toBe(1);
  expect(await engine.weigh(allContents(image, told))).toEqual(told);
  expect(engine.sent).toBe(isRead ? 1 : 2);
  expect(await engine.weigh({ verify: true })).toEqual(told);
  await engine.close();
});
