import { PACKAGE_MANAGERS } from './package-managers.ts';

/** Names of directories in a project that an installation makes: nobody writes anything in them by hand. */
export const INSTALLED_DIRECTORIES: ReadonlySet<string> = new Set([
  ...PACKAGE_MANAGERS.flatMap(({ projectDirectory }) => projectDirectory ?? []),
  ...['bower_components', '.venv', 'venv'],
]);

/** Names of directories in a project that hold packages: some are installed, and some are a part of its sources. */
const PROJECT_DIRECTORIES: ReadonlySet<string> = new Set([...INSTALLED_DIRECTORIES, 'vendor']);

/** Names of directories that hold packages, in a project or anywhere else. */
export const PACKAGE_DIRECTORIES: ReadonlySet<string> = new Set([
  ...PROJECT_DIRECTORIES,
  ...['site-packages', 'dist-packages'],
]);

/** Names of directories in a project that a build leaves, with what it installed or compiled. */
export const BUILD_DIRECTORIES: ReadonlySet<string> = new Set([...PROJECT_DIRECTORIES, 'target']);
