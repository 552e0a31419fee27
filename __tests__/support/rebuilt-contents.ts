import type { DiffId } from '../../src/base/digest.ts';
import type { RebuiltTar } from '../../src/image/store/rebuilt-tar.ts';
import { IndexedLayer } from '../../src/layer/indexed-layer.ts';
import { scanLayerAt } from '../../src/layer/scan.ts';

/** Looks at the files of a tar, after its headers were read. @returns bytes of all of them */
export async function checkRebuilt(tar: RebuiltTar): Promise<number> {
  const starts: number[] = [];
  const scan = await scanLayerAt(
    tar,
    { diffId: 'sha256:0' as DiffId, verify: false, content: 'none' },
    starts,
  );
  return tar.checkFiles(new IndexedLayer({ scan, starts }).contents());
}
