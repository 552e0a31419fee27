const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether it is the full name of a git object, SHA-1 or SHA-256. */
export function isCommitId(text: string): boolean {
  return COMMIT.test(text);
}

/** The first seven digits, as GitHub shows them. */
export function shortCommit(sha: string): string {
  return sha.slice(0, 7);
}

/** Parents in order, from the raw commit object: unlike history it is complete in a clone of any depth. */
export function readParents(commitObject: string): string[] {
  const header = commitObject.split('\n\n', 1)[0] ?? '';
  return header.split('\n').flatMap(line => {
    const parent = line.startsWith('parent ') ? line.slice('parent '.length).trim() : '';
    return isCommitId(parent) ? [parent] : [];
  });
}

/** Ids of commits and of images, whole or short, that stand by themselves: a short one has digits among its letters. */
const IDS = /(?<![A-Za-z0-9])(?=[a-f]*\d)[0-9a-f]{7,64}(?![A-Za-z0-9])/g;

/** A name or a path that is the same for every commit: `out/app-1a2b3c4.tar` is `out/app-*.tar`. */
export function withoutIds(text: string): string {
  return text.replace(IDS, '*');
}
