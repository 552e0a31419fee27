import type { BlobIdentity, ImageTarget, OutgoingBlob } from '../image/targets/image-target.ts';

/** Where nothing goes: what would be written is made and counted. */
export class MeasuringTarget implements ImageTarget {
  readonly reference: string;
  readonly usualCompression: ImageTarget['usualCompression'];

  /** @param target that would be written to */
  constructor({ reference, usualCompression }: Pick<ImageTarget, 'reference' | 'usualCompression'>) {
    this.reference = reference;
    this.usualCompression = usualCompression;
  }

  async write({ known, open }: OutgoingBlob): Promise<BlobIdentity> {
    if (known !== null) return known;
    const { chunks, identity } = open();
    for await (const _chunk of chunks);
    return await identity();
  }

  async commit(): Promise<void> {
    throw new TypeError('what is only measured is not written');
  }

  async close(): Promise<void> {}
}
