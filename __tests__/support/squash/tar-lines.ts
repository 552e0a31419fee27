import { readTarStream } from '../../../src/tar/tar-parser.ts';
import { chunked } from '../../tar/collect.ts';

/** The entries of a tar in their order: `hardlink b → a`. */
export async function entriesOfTar(tar: Uint8Array): Promise<readonly string[]> {
  const lines: string[] = [];
  await readTarStream(chunked(Buffer.from(tar), [1000]), {
    entry({ kind, path, linkname }) {
      lines.push(`${kind} ${path}${linkname === '' ? '' : ` → ${linkname}`}`);
      return undefined;
    },
  });
  return lines;
}
