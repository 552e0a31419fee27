import { DeadweightError } from '../../base/errors.ts';
import { GitRepository, type RepositoryContext } from './repository.ts';

/** The directory that a run works in, and git. */
export interface CheckoutContext extends RepositoryContext {
  readonly cwd: string;
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

/** Top of the checked out repository; the working directory where there is none. */
export async function findRepositoryDirectory(context: CheckoutContext): Promise<string> {
  return (await inRepository(context, async ({ directory }) => directory)) ?? context.cwd;
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
