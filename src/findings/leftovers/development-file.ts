import { PACKAGE_DIRECTORIES } from '../../package-managers/dependency-directory.ts';

/** What a directory that people work in has, and an image does not need. */
export interface DevelopmentFile {
  /** `tooling`: of editors, of CI and of test tools, and what Docker reads. */
  readonly kind: 'history' | 'tooling' | 'env-file' | 'tests';
  /** Where it begins: `app/.git` of `app/.git/objects/…`. */
  readonly root: string;
  /** The pattern that it is one of: `.git`, `*.swp`. */
  readonly name: string;
}

const DIRECTORIES: ReadonlyMap<string, DevelopmentFile['kind']> = new Map<string, DevelopmentFile['kind']>([
  ...['.git', '.svn', '.hg', '.bzr'].map(name => [name, 'history'] as const),
  ...['.idea', '.vscode', '.vs', '.github', '.gitlab', '.circleci'].map(name => [name, 'tooling'] as const),
  ...['.nyc_output', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.tox', '.nox', 'htmlcov'].map(
    name => [name, 'tooling'] as const,
  ),
  ...['__pycache__', '.vagrant'].map(name => [name, 'tooling'] as const),
  ...['test', 'tests', '__tests__', 'testdata', 'e2e', 'cypress'].map(name => [name, 'tests'] as const),
]);

const FILES: ReadonlySet<string> = new Set([
  ...['.DS_Store', 'Thumbs.db', '.travis.yml', '.gitlab-ci.yml', '.dockerignore', 'Jenkinsfile'],
]);
const ENDINGS = ['.swp', '.swo', '~'] as const;
/** What Docker reads: at the top of the context only, as elsewhere it may be what the image is about. */
export const DOCKER_FILE =
  /^(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.Dockerfile|(?:docker-)?compose(?:[.-]\w+)*\.ya?ml|docker-bake\.(?:hcl|json))$/;
const ENV_FILE = /^\.env(?:rc|\.(?!(?:example|sample|template|dist|defaults?|schema)$)[\w-]+)?$/;

/** Where each system keeps what was committed, beneath its directory: all else there tells of no past. */
const HISTORIES: ReadonlyMap<string, RegExp> = new Map([
  ['.git', /(?:^|\/)objects\/(?!info\/)/],
  ['.hg', /^store\//],
  ['.svn', /^(?:pristine\/|wc\.db)/],
  ['.bzr', /^repository\//],
]);

/** Whether a file beneath the directory of a version control system holds what was committed. */
export function isOfHistory({ kind, name }: DevelopmentFile, beneath: string): boolean {
  return kind === 'history' && HISTORIES.get(name)?.test(beneath) === true;
}

/** What a file is by its path beneath the copied directory; null where it may well be needed. */
export function findDevelopmentFile(path: string): DevelopmentFile | null {
  let start = 0;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
    const name = path.slice(start, slash);
    // Other people's packages may have anything in them, and what is in them is not ours to judge.
    if (PACKAGE_DIRECTORIES.has(name)) return null;
    const kind = DIRECTORIES.get(name);
    if (kind !== undefined) return { kind, root: path.slice(0, slash), name };
    start = slash + 1;
  }
  const name = path.slice(start);
  if (ENV_FILE.test(name)) return { kind: 'env-file', root: path, name };
  if (FILES.has(name) || (start === 0 && DOCKER_FILE.test(name)))
    return { kind: 'tooling', root: path, name };
  const ending = ENDINGS.find(each => name.endsWith(each) && name.length > each.length);
  return ending === undefined ? null : { kind: 'tooling', root: path, name: `*${ending}` };
}
