import { z } from 'zod';
import { pathCode, phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { findMovedFiles } from '../waste/deleted-files.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { hiddenLater, wastedFiles } from '../words/waste-words.ts';

/** Files that a later instruction moves: the layer below keeps its copy. Told by content, never by name alone. */
export const movedAcrossLayers = defineRule({
  id: 'moved-across-layers',
  family: 'waste',
  order: 20,
  severity: 'warning',
  args: () => wasteArgs().extend({ to: z.string().describe('Where the largest of the files is now') }),
  finds: 'Files that a later RUN moves',
  why: '`mv` in a later RUN writes a second copy, and the first one stays in its layer.',
  usual: `The size of what is moved, a second time. ${TOLD_FROM}`,
  remedy: 'Write it to its place in the first place, or move it in the RUN that writes it.',
  whenToIgnore: 'Where the place depends on what later steps find out.',
  find: context => {
    const moved = findMovedFiles(context);
    return wasteDefects(context, {
      reasons: ['deleted'],
      isOfRule: file => moved.has(file),
      args: ({ files: [largest] }) => ({ to: (largest && moved.get(largest)) ?? '' }),
    });
  },
  what: finding => {
    const { to } = finding.args;
    const place = to === '' ? [] : phrase` to ${pathCode(to, 60)}`;
    return phrase`${wastedFiles(finding)} is moved${hiddenLater(finding)}${place}, and the first copy stays in its layer`;
  },
  fix: () => phrase`write the files to their final place, or move them in the instruction that writes them`,
});
