/** A million lists in each other, in 2 MB. */
export const NESTED_JSON = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;

/** Ten million keys in 60 MB. */
export const WIDE_JSON = `{${'"a":1,'.repeat(10_000_000)}"b":2}`;
