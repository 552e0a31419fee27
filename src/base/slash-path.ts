/* Paths with slashes, as images, Dockerfiles and their scripts write them, on whatever machine. */

/** The last part of a path: the file's own name. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The directory that a clean path is in; empty for what is in the root. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** Whether the clean path is the directory, or in it; the root holds all. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`);
}

/** A clean path and the directories that it is in, from itself up; the root is not among them. */
export function* pathAndParents(path: string): Generator<string> {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end);
}
