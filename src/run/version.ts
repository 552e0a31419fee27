/** The version of package.json; script/generate.ts keeps them the same. */
export const VERSION = '0.1.0';

/** Bundling puts a hash of the bundle in its place. */
const CODE = '@code-of-the-bundle@';

/** Names the code of this bundle; null where the code runs as it is in the source. */
export const CODE_ID: string | null = CODE.startsWith('@') ? null : CODE;
