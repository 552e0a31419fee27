import type { Rule } from '../rule.ts';
import { movedFiles } from '../waste/moved-files.ts';
import type { WasteArgs } from '../waste/waste-finding.ts';
import { wasteFinding } from '../waste/waste-finding.ts';
import { wasteGroups } from '../waste/waste-group.ts';

export type MovedAcrossLayersArgs = WasteArgs & {
  /** Where the largest of the files is now. */
  readonly to: string;
};

/** Files that a later instruction moves: the layer below keeps its copy. Told by content, never by name alone. */
export const movedAcrossLayers: Rule = {
  id: 'moved-across-layers',
  find: subject => {
    const moved = movedFiles(subject);
    if (moved.size === 0) return [];
    return wasteGroups(subject.analysis, new Set(['deleted']), false, file => moved.has(file)).flatMap(
      group => {
        const [largest] = group.files;
        const to = (largest && moved.get(largest)) ?? '';
        return wasteFinding('moved-across-layers', subject, group, {
          to,
        } satisfies Partial<MovedAcrossLayersArgs>);
      },
    );
  },
};
