import type { SourceLines } from './phrase.ts';
import { oneLine } from './untrusted-text.ts';

/**
 * What stops us. A defect in the user's image is a finding, never one of these.
 * The union is closed: tests and exit codes are told by it.
 */
export type ErrorCode =
  // wrong usage or configuration
  | 'usage'
  | 'config-invalid'
  | 'reference-invalid'
  | 'git-ref-unknown'
  | 'dockerfile-missing'
  // the build
  | 'engine-unreachable'
  | 'buildx-missing'
  | 'build-failed'
  | 'prepare-failed'
  | 'push-failed'
  // an input could not be read
  | 'input-missing'
  | 'input-truncated'
  | 'input-corrupt'
  | 'not-an-image'
  | 'image-not-found'
  | 'registry-unreachable'
  | 'blob-missing'
  | 'digest-mismatch'
  | 'platform-unknown'
  | 'snapshot-invalid'
  | 'limit-exceeded'
  | 'disk-full'
  | 'permission-denied'
  | 'program-missing'
  // an output could not be written
  | 'output-unwritable'
  // git and GitHub
  | 'git-failed'
  | 'github-request-failed'
  | 'cancelled';

interface ErrorDetails {
  /** One sentence: what happened. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
  /** Lines that the reader needs to see, for example the last lines of a failed step. */
  readonly excerpt?: readonly string[];
  /** Lines of the user's file that it is about. */
  readonly location?: SourceLines;
}

/** An expected failure: shown in three parts, without a stack trace. */
export class DeadweightError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly excerpt: readonly string[];
  /** Lines of the user's file that it is about; null where it is about none. */
  readonly location: SourceLines | null;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DeadweightError';
    this.code = code;
    this.remedy = details.remedy;
    this.excerpt = details.excerpt ?? [];
    this.location = details.location ?? null;
  }

  /** What happened and what to do, on one line. */
  get sentence(): string {
    return `${this.message} ${this.remedy}`;
  }

  /** What happened, the excerpt, indented, and what to do. */
  get lines(): readonly string[] {
    return [this.message, ...this.excerpt.map(line => `  ${line}`), this.remedy];
  }
}

/** What happened and what to do, of anything thrown: what is not ours has no remedy. */
export function sentenceOf(error: unknown): string {
  if (error instanceof DeadweightError) return error.sentence;
  return `${messageOf(error).replace(/\.$/, '')}.`;
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), or null when it has none. */
export function systemErrorCode(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return null;
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is no directory',
  EEXIST: 'a part of its path is no directory',
  EISDIR: 'it is a directory',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  EPIPE: 'its reader has closed it',
  EFBIG: 'it grew beyond the limit on the size of a file',
  EBADF: 'it is not open for writing',
  ENXIO: 'it is a socket, or a device that is not there',
};

/** Why the system refused a file, to follow "cannot be read:". */
export function systemReason(error: unknown): string {
  const code = systemErrorCode(error);
  return code === null ? messageOf(error) : (SYSTEM_REASONS[code] ?? code);
}

/** Whether the system had no room for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(error) ?? '');
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}
