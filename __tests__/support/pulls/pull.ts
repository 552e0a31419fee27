/** A file of bytes that no compression shortens, the same every time. */
export interface GeneratedFile {
  readonly size: number;
  readonly seed: string;
}

/** A tar, without compression. */
export interface ArchiveFile {
  readonly tar: Tree;
}

/** The files of a checkout, by their path. */
export type Tree = Readonly<Record<string, string | GeneratedFile | ArchiveFile>>;

/** What a good comment says of a pull request, written before any comment was seen. */
export interface Ideal {
  /** What the image's size changes by, in bytes; null where packages of the mirror or git decide it. */
  readonly delta: number | null;
  /** The heading, and the first line of what changed, in plain text. `…` is a size that the mirror decides. */
  readonly lines: readonly [heading: string, first: string];
  /** What the head of the comment (its first lines with words) must say. */
  readonly mustSay: readonly RegExp[];
  readonly mustNotSay: readonly RegExp[];
}

export interface Pull {
  readonly name: string;
  /** What its author wants, and what a reviewer has to know. */
  readonly story: string;
  readonly base: Tree;
  readonly head: Tree;
  /** Images that FROM names, by tag, as contexts to build: those of `after` once the base is built. */
  readonly images?: {
    readonly before: Readonly<Record<string, Tree>>;
    readonly after?: Readonly<Record<string, Tree>>;
  };
  readonly ideal: Ideal;
}

export function generated(size: number, seed: string): GeneratedFile {
  return { size, seed };
}

/** Lines of a text file: the number of a line is its place here. */
export function text(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** Bytes of all files below a folder; those of archives are not known here. */
export function sizeOf(tree: Tree, folder = ''): number {
  return Object.entries(tree)
    .filter(([path]) => path.startsWith(folder))
    .reduce((sum, [, content]) => {
      if (typeof content === 'string') return sum + Buffer.byteLength(content);
      if ('tar' in content) throw new TypeError('the size of an archive is not known');
      return sum + content.size;
    }, 0);
}

/** Bytes that `seq 1 LAST` prints. */
export function seqSize(last: number): number {
  let size = 0;
  for (let first = 1; first <= last; first *= 10) {
    size += (Math.min(last, first * 10 - 1) - first + 1) * (String(first).length + 1);
  }
  return size;
}

/** A sentence, or a cell of a table, that says of a package or path that this became of it (`added|removed`). */
export function tells(thing: string, fate: string): RegExp {
  const name = `(?<![-\\w./])${thing.replaceAll('.', '\\.')}(?![-\\w])`;
  const fates = `\\b(?:${fate})\\b`;
  return new RegExp(`${name}[^|\\n]*${fates}|${fates}[^|\\n]*${name}`, 'i');
}

/** Installed npm packages below a folder. */
export function npmPackages(
  folder: string,
  packages: readonly (readonly [name: string, version: string, size: number])[],
): Tree {
  return Object.fromEntries(
    packages.flatMap(([name, version, size]) => [
      [`${folder}/${name}/package.json`, text(JSON.stringify({ name, version }, null, 2))],
      [`${folder}/${name}/dist/index.js`, generated(size, `${name} ${version}`)],
    ]),
  );
}

/** Python packages as pip leaves them in a folder: a module, and a dist-info folder that lists the files. */
export function pythonPackages(
  folder: string,
  packages: readonly (readonly [name: string, version: string, size: number])[],
): Tree {
  return Object.fromEntries(
    packages.flatMap(([name, version, size]) => {
      const info = `${name}-${version}.dist-info`;
      return [
        [`${folder}/${name}/__init__.py`, text(`__version__ = "${version}"`)],
        [`${folder}/${name}/_core.so`, generated(size, `${name} ${version}`)],
        [`${folder}/${info}/METADATA`, text('Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`)],
        [`${folder}/${info}/INSTALLER`, text('pip')],
        [
          `${folder}/${info}/RECORD`,
          text(
            `${name}/__init__.py,,`,
            `${name}/_core.so,,${size}`,
            `${info}/METADATA,,`,
            `${info}/INSTALLER,,`,
            `${info}/RECORD,,`,
          ),
        ],
      ];
    }),
  );
}
