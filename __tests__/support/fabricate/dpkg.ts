/** Installed packages of Debian by name: the version, and the paths that are theirs. */
export type DpkgPackages = Readonly<Record<string, readonly [version: string, ...paths: string[]]>>;

/** Bytes of a list of files that is not longer than that. */
export const LIST_BYTES = 100;

/** Files of a dpkg database that says what is installed; of the same length whatever it says. */
export function dpkgStatus(packages: DpkgPackages, length = 1000): Readonly<Record<string, string>> {
  const stanzas = Object.entries(packages).map(
    ([name, [version]]) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`,
  );
  return { 'var/lib/dpkg/status': stanzas.join('\n').padEnd(length) };
}

/** Files of a dpkg database that say whose a path is; of the same length whatever they say. */
export function dpkgLists(packages: DpkgPackages): Readonly<Record<string, string>> {
  const lists = Object.entries(packages).map(([name, [, ...paths]]) => [
    `var/lib/dpkg/info/${name}.list`,
    paths
      .map(path => `/${path}\n`)
      .join('')
      .padEnd(LIST_BYTES, '\n'),
  ]);
  return Object.fromEntries(lists);
}
