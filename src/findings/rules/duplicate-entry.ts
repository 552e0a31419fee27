import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { wastedFiles } from '../words/waste-words.ts';

/** Paths that the tar of one layer carries more than once: only the last is ever seen. */
export const duplicateEntry = defineRule({
  id: 'duplicate-entry',
  family: 'waste',
  order: 70,
  severity: 'warning',
  args: wasteArgs,
  finds: 'Paths that one layer holds more than once',
  why: 'The image shows the last entry only. `docker build` makes no such layers; some tools that write layers themselves do.',
  usual: `As many bytes as the earlier copies take. Layers of BuildKit have none. ${TOLD_FROM}`,
  remedy: 'Make the layer with a tool that writes each path once; report it to the tool that made it.',
  whenToIgnore: 'Where the layer comes from a tool that you cannot change.',
  byHand: 'no Dockerfile makes such a layer: the tool that wrote it has to',
  find: context => wasteDefects(context, { reasons: ['duplicate-entry'] }),
  what: finding => phrase`${wastedFiles(finding)} is in one layer more than once`,
  fix: () => phrase`build the layer with a tool that writes each path once`,
});
