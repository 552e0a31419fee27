import type { WastedPath, WasteFlow } from './page-details.ts';

/** What goes from which layer to which for which reason, of these paths; most bytes first. */
export function wasteFlows(files: readonly WastedPath[]): readonly WasteFlow[] {
  const groups = Map.groupBy(files, ({ from, to, reason }) => `${from} ${to} ${reason}`);
  const flows = [...groups.values()].flatMap(group =>
    group.slice(0, 1).map(({ from, to, reason }) => ({
      from,
      to,
      reason,
      bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
      count: group.length,
    })),
  );
  return flows.sort((a, b) => b.bytes - a.bytes);
}
