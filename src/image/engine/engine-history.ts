import { withoutBuildArguments } from '../../oci/created-by.ts';
import type { HistoryEntry } from '../image.ts';
import type { HistoryItem } from './engine-wire.ts';

/** Instructions that make no layer, as BuildKit and the classic builder write them into history. */
const METADATA =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|CMD|LABEL|EXPOSE|USER|ENTRYPOINT|VOLUME|STOPSIGNAL|ARG|ONBUILD|HEALTHCHECK|SHELL|MAINTAINER)(?:\s|$)/;

/**
 * History as the config has it, from an engine that does not say which entries made a layer: those with bytes did,
 * and of the others as many as there are layers left, when that is all of them, none of them, or those that are
 * no metadata. Otherwise the entries do not add up to the layers, and who matches them has to say so.
 */
export function historyOf(newestFirst: readonly HistoryItem[], layerCount: number): readonly HistoryEntry[] {
  const items = newestFirst.toReversed();
  const empty = items.filter(item => item.size === 0);
  const left = layerCount - (items.length - empty.length);
  const makesLayer = (item: HistoryItem) =>
    item.size > 0 || left === empty.length || (left > 0 && !METADATA.test(item.createdBy));
  return items.map(item => ({
    createdBy: withoutBuildArguments(item.createdBy),
    emptyLayer: !makesLayer(item),
    created: item.created > 0 ? new Date(item.created * 1000).toISOString() : null,
    comment: item.comment || null,
  }));
}
