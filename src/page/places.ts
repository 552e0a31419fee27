import type { SourceLines } from '../base/phrase.ts';
import type { PageDocument } from '../report/html/page-document.ts';
import type { PageContext } from './view.ts';

/** What a click on a place in a Dockerfile does: the layers of the line are those that the page shows then. */
export function choosePlace({
  document,
  store,
}: Pick<PageContext, 'document' | 'store'>): (location: SourceLines) => void {
  return location => {
    const layers = layersAt(document, location);
    if (layers.length > 0) store.set({ layers });
  };
}

/** Indexes of the layers that are of a line. */
export function layersAt({ layers }: PageDocument, { file, startLine }: SourceLines): readonly number[] {
  return layers
    .filter(
      ({ place }) =>
        place !== null && place.file === file && place.startLine <= startLine && startLine <= place.endLine,
    )
    .map(({ index }) => index);
}
