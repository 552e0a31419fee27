import type { Progress } from '../../base/effects.ts';

/**
 * Progress that calls an image as its user does: what a build has made is read by its ID, or from a folder of the cache.
 * @param reference by which it is read
 */
export function namedProgress(progress: Progress, reference: string, name: string): Progress {
  const rename = (text: string): string =>
    [reference, reference.replace(/^docker-daemon:/, '')].reduce(
      (renamed, each) => renamed.replace(each, () => name),
      text,
    );
  return {
    show: ({ label, waiting, ...work }, body) =>
      progress.show(
        { ...work, label: rename(label), ...(waiting === undefined ? {} : { waiting: rename(waiting) }) },
        body,
      ),
  };
}
