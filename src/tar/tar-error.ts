import { DeadweightError } from '../base/errors.ts';

/** The tar breaks its own format. */
export function corruptTar(message: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `The tar is damaged: ${message}.`,
    remedy: 'Save or download the image again; if the error lasts, write the image with another tool.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The tar ends before its last entry does. */
export function truncatedTar(where: string): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `The tar ends inside ${where}.`,
    remedy: 'Save or download the image again: it was cut short.',
  });
}

/** The tar is well-formed, and larger in some way than any image that an engine could run. */
export function excessiveTar(message: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The tar is refused: ${message}.`,
    remedy: 'Check where the image comes from before you use it: no engine can run it.',
  });
}
