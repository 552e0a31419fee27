declare const digestBrand: unique symbol;
declare const diffIdBrand: unique symbol;

/** `sha256:<64 hex>` (or another registered algorithm) of a blob as it is stored: compressed, for a compressed layer. */
export type Digest = string & { readonly [digestBrand]: true };

/** `sha256:<64 hex>` of a layer's uncompressed tar. */
export type DiffId = string & { readonly [diffIdBrand]: true };

const PATTERN = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/** Whether the text is a digest of an algorithm that the OCI image specification registers. */
export function isDigest(text: string): text is Digest {
  return PATTERN.test(text);
}

/** Whether the text is a diffID: the same form as a digest, of other bytes. */
export function isDiffId(text: string): text is DiffId {
  return PATTERN.test(text);
}

/** Digest of bytes in memory. */
export function sha256(bytes: Uint8Array | string): Digest {
  // Loaded here: the help and the version hash nothing.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'));
}

/** A SHA-256 digest. @param hex its 64 hexadecimal digits */
export function digestOfHex(hex: string): Digest {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) throw new TypeError('a sha256 digest has 64 hexadecimal digits');
  return digest;
}

/** The diffID of a layer, which is the digest of its tar. */
export function diffIdOfTar(tar: Digest): DiffId {
  if (!isDiffId(tar)) throw new TypeError('a digest has the form of a diffID');
  return tar;
}

/** `sha256`, `sha384` or `sha512`: the name that node:crypto takes. */
export function digestAlgorithm(digest: Digest | DiffId): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** The hexadecimal part. */
export function digestHex(digest: Digest | DiffId): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** The first 12 hexadecimal digits, as people quote them. */
export function shortDigest(digest: Digest | DiffId | string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}
