import { DeadweightError } from '../base/errors.ts';

/** @throws DeadweightError `input-missing` where it was removed */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new DeadweightError('input-missing', {
      message: 'The working directory is gone: it was removed, or cannot be read.',
      remedy: 'Run the command again in a directory that is there.',
      cause,
    });
  }
}
