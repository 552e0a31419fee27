import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { z } from 'zod';

const WrittenPage = z.looseObject({
  head: z.looseObject({ change: z.string().nullable() }),
  layers: z.array(z.looseObject({ size: z.number() })),
  details: z.unknown(),
});

/** What a page that a command wrote says of its image. */
export async function readWrittenPage(path: string): Promise<z.infer<typeof WrittenPage>> {
  const html = await readFile(path, 'utf8');
  const [, data] = /id="data-document"[^>]*>([^<]+)</.exec(html) ?? [];
  if (data === undefined) throw new Error(`${path} has no data`);
  return WrittenPage.parse(JSON.parse(inflateRawSync(Buffer.from(data, 'base64')).toString('utf8')));
}
