import { z } from 'zod';

export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** `owner/name`, as GitHub allows them. */
export const REPOSITORY = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;

export const commitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'is not a commit');

export function repositoryOf(fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  return { owner, name };
}

/** The first of what is wrong, in one line. */
export function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(issue => `${issue.path.join('.') || 'it'}: ${issue.message}`)
    .join('; ');
}
