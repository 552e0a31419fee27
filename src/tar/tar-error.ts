import { DeadweightError } from '../base/errors.ts';

/** The tar breaks its own format. */
export function corruptTar(message: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `The tar is damaged: ${message}.`,
    remedy: 'Save or download the image again; if it stays so, the tool that wrote it is at fault.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The tar ends before its last entry does. */
export function truncatedTar(where: string): DeadweightError {
  return new DeadweightError('input-truncated', {
    message: `The tar ends inside ${where}.`,
    remedy: 'It was cut short: save or download the image again.',
  });
}

/** The tar is well-formed, and larger in some way than any image that an engine could run. */
export function excessiveTar(message: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `The tar is refused: ${message}.`,
    remedy: 'No engine runs such an image; look at where it comes from before you go on.',
  });
}
