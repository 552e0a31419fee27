import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeadweightError } from '../../base/errors.ts';
import { pathInside } from '../../base/inside-path.ts';
import { GitRepository, type RepositoryContext } from './repository.ts';

/** The directory that a run works in, and git. */
export interface CheckoutContext extends RepositoryContext {
  readonly cwd: string;
}

/** Where the files of a build are checked out. */
export interface CheckoutPlace {
  /** Where git is to be opened: the folder of the build context where a repository holds it, else the working directory. */
  readonly folder: string;
  /** Top of the repository, through no link; null where there is none. */
  readonly top: string | null;
}

/**
 * A context in a submodule is built from the repository that the run works in, whose commits pin the submodule's.
 * @param folder of the build context, as seen from the working directory; null where it is not on this machine
 */
export async function findCheckout(folder: string | null, context: CheckoutContext): Promise<CheckoutPlace> {
  const { cwd } = context;
  if (folder !== null) {
    const inner = resolve(cwd, folder);
    const top = await topOf(inner, context);
    const outer = top && (await outermost(top, context));
    if (outer) return { folder: outer === top ? inner : outer, top: outer };
  }
  return { folder: cwd, top: await topOf(cwd, context) };
}

function topOf(cwd: string, context: CheckoutContext): Promise<string | null> {
  return inRepository({ ...context, cwd }, async ({ directory }) => directory);
}

/** The repository of which another is a submodule, of a submodule perhaps: no farther up than where the run works. */
async function outermost(top: string, context: CheckoutContext): Promise<string> {
  const here = await realpath(context.cwd);
  let found = top;
  while (pathInside(found, here) === null) {
    const outer = await inRepository({ ...context, cwd: found }, repository => repository.superproject());
    if (outer === null) break;
    found = outer;
  }
  return found;
}

/** The commit that is checked out; null where there is no repository. */
export async function findHeadCommit(context: CheckoutContext): Promise<string | null> {
  return inRepository(context, repository => repository.head());
}

/** The commit whose files are exactly those that are checked out: an edited checkout is no commit. */
export async function findCleanHead(context: CheckoutContext): Promise<string | null> {
  return inRepository(context, async repository => {
    const changes = await repository.git.run(['status', '--porcelain', '--untracked-files=no']);
    return changes === '' ? repository.head() : null;
  });
}

/** Whether tracked files are not as the commit has them that is checked out: what is built is of no commit. */
export async function isEdited(context: CheckoutContext): Promise<boolean> {
  return (await findHeadCommit(context)) !== null && (await findCleanHead(context)) === null;
}

async function inRepository<T>(
  context: CheckoutContext,
  body: (repository: GitRepository) => Promise<T>,
): Promise<T | null> {
  try {
    return await body(await GitRepository.open(context, context.cwd));
  } catch (error) {
    if (error instanceof DeadweightError) return null;
    throw error;
  }
}
