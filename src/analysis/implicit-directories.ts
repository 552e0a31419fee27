import { DeadweightError } from '../base/errors.ts';

/**
 * Directories that no entry of a tar names, in one image. Real images have thousands; a hostile tar makes ten thousand
 * of them with one long path, and what they cost in memory is far more than the path did.
 */
const LIMIT = 1_000_000;

/** Counts the directories that exist only because something is below them. */
export class ImplicitDirectories {
  #count = 0;

  /** @throws DeadweightError `limit-exceeded` */
  add(): void {
    this.#count += 1;
    if (this.#count <= LIMIT) return;
    throw new DeadweightError('limit-exceeded', {
      message: `The layers' paths imply more than ${LIMIT.toLocaleString('en')} directories that no entry names.`,
      remedy: 'Check where this image comes from: no build tool writes such paths.',
    });
  }
}
