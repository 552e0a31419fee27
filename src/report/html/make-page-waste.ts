import { formatSize, plural } from '../../base/number-text.ts';
import type { ImageInventory } from '../../inventory/inventory.ts';
import type { Report } from '../report.ts';
import { squashSentence } from '../sentences/squash-sentence.ts';
import { squashCommand } from '../squash-command.ts';
import { WASTE_REASON_WORDS } from '../wasted-paths.ts';
import type { PageWaste, WastedPath } from './page-details.ts';
import { wasteFlows } from './waste-flows.ts';

/** Wasted paths that the page has at most. */
const MAX_WASTED_PATHS = 1000;

/**
 * Which layer wrote the bytes that are wasted, and which hid them.
 * @param inventory of the head; null where only the report is there, which lists the largest paths
 */
export function makePageWaste(report: Report, inventory: ImageInventory | null): PageWaste {
  const { efficiency, wastedFilesTotal, squash } = report;
  const known = inventory === null ? listedWaste(report) : wasteIn(inventory);
  return {
    bytes: efficiency.wastedBytes,
    paths: wastedFilesTotal.paths,
    ...known,
    reasons: WASTE_REASON_WORDS,
    notes: notesOf(report, known.unlistedBytes),
    squash: squash
      ? { sentence: squashSentence(report, squash), command: squashCommand(squash).join(' ') }
      : null,
  };
}

function notesOf({ wastedFilesTotal: { state }, efficiency }: Report, unlistedBytes: number) {
  const hidden = efficiency.shadowedBaseBytes ?? 0;
  return [
    state
      ? `Of it, ${formatSize(state.bytes)} in ${plural(state.paths, 'path')} is what package managers write at every call.`
      : null,
    unlistedBytes > 0
      ? `${formatSize(unlistedBytes)} more is of smaller paths, which the report does not list.`
      : null,
    hidden > 0
      ? `Beside it, own layers hide ${formatSize(hidden)} of the base image: only another base frees them.`
      : null,
  ].filter(note => note !== null);
}

type KnownWaste = Pick<PageWaste, 'flows' | 'files' | 'unlistedBytes'>;

/** Of the largest paths, by the layers of their largest copies. */
function listedWaste({ wastedFiles, efficiency }: Report): KnownWaste {
  const files = wastedFiles.map(({ path, writtenBy, hiddenBy, reason, bytes }) => ({
    path,
    from: writtenBy,
    to: hiddenBy,
    reason,
    bytes,
  }));
  const flows = wasteFlows(files);
  const listed = flows.reduce((sum, { bytes }) => sum + bytes, 0);
  return { flows, files, unlistedBytes: Math.max(0, efficiency.wastedBytes - listed) };
}

function wasteIn(inventory: ImageInventory): KnownWaste {
  const files: WastedPath[] = [];
  for (const { path, layer, hiddenBy, reason, wasted } of inventory.rows()) {
    if (wasted > 0) files.push({ path, from: layer, to: hiddenBy ?? layer, reason, bytes: wasted });
  }
  const flows = wasteFlows(files);
  return {
    flows,
    files: files.sort((a, b) => b.bytes - a.bytes).slice(0, MAX_WASTED_PATHS),
    unlistedBytes: 0,
  };
}
