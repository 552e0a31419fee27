import type { InstalledPackage } from '../../packages/installed-package.ts';

/** Every environment of Python brings these of its own accord. */
const OF_ENVIRONMENTS: ReadonlySet<string> = new Set(['pip', 'setuptools', 'wheel']);
/** As Python and virtualenv keep them, to fill environments with. */
const BUNDLED = /(?:^|\/)(?:pip|setuptools|wheel)-[^/]+\.whl$/;

/** Whether it is one of the packages that each environment has, whoever makes it. */
export function isOfEnvironments({ type, name }: Pick<InstalledPackage, 'type' | 'name'>): boolean {
  return type === 'pypi' && OF_ENVIRONMENTS.has(pythonName(name));
}

/** Whether a file came with an environment of Python, or waits to come with one; `owner` is its package. */
export function isEnvironmentFile(path: string, owner: InstalledPackage | null): boolean {
  return BUNDLED.test(path) || (owner !== null && isOfEnvironments(owner));
}

/** @see https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function pythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
