import { formatSizeLimit } from '../base/number-text.ts';
import { type DroppedImage, MAX_DROPPED, readDropped } from './dropped-image.ts';

/** A file that could not be taken: its name, and why, as the rest of a sentence. */
export interface RefusedFile {
  readonly file: string;
  readonly problem: string;
}

/** Two images at most, the baseline first, and what became of the other files. */
export interface TakenFiles {
  readonly images: readonly DroppedImage[];
  readonly refused: readonly RefusedFile[];
}

/** Takes files to those that are there: of more than two images the last two are compared. */
export async function takeFiles(
  files: readonly File[],
  before: readonly DroppedImage[],
): Promise<TakenFiles> {
  const images = before.length === 1 ? [...before] : [];
  const refused: RefusedFile[] = [];
  for (const file of files.slice(0, MAX_FILES)) {
    const read = await readFile(file);
    if ('problem' in read) refused.push({ file: file.name, problem: read.problem });
    else images.push(read);
  }
  for (const { name } of files.slice(MAX_FILES))
    refused.push({ file: name, problem: 'is one file too many.' });
  return { images: images.slice(-2), refused };
}

/** Files that are read of those that are dropped at once. */
const MAX_FILES = 2;

async function readFile(file: File): Promise<DroppedImage | { readonly problem: string }> {
  if (file.size > MAX_DROPPED) return { problem: `is larger than ${formatSizeLimit(MAX_DROPPED)}.` };
  let text: string;
  try {
    text = await file.text();
  } catch {
    // A folder, or what is gone since it was dropped.
    return { problem: 'cannot be read.' };
  }
  return readDropped(text, file.name);
}

/** Files that were dropped anywhere on the page, until the view that compares them is there. */
export class FileQueue {
  #waiting: readonly File[] = [];
  #taker: ((files: readonly File[]) => void) | null = null;

  add(files: readonly File[]): void {
    if (this.#taker === null) this.#waiting = files;
    else this.#taker(files);
  }

  /** Hands all files to the taker from now on, and those that wait. */
  follow(taker: (files: readonly File[]) => void): void {
    this.#taker = taker;
    if (this.#waiting.length > 0) taker(this.#waiting);
    this.#waiting = [];
  }
}

/** Calls back when files are dropped anywhere on the page, which would open them otherwise. */
export function acceptDrops(accept: (files: readonly File[]) => void): void {
  const root = document.documentElement;
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  root.addEventListener('dragover', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    root.classList.add('dropping');
  });
  root.addEventListener('dragleave', event => {
    if (event.relatedTarget === null) root.classList.remove('dropping');
  });
  root.addEventListener('drop', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    root.classList.remove('dropping');
    accept([...(event.dataTransfer?.files ?? [])]);
  });
}
