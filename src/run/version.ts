/** The version of package.json; script/generate.ts keeps them the same. */
export const VERSION = '0.1.0';
