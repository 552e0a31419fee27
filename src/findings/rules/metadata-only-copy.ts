import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { copiesOfBase, hiddenLater, wastedFiles } from '../words/waste-words.ts';

/** Files that a later instruction copies whole to change only their mode, owner or times: chown, chmod, touch. */
export const metadataOnlyCopy = defineRule({
  id: 'metadata-only-copy',
  family: 'waste',
  order: 50,
  severity: 'warning',
  args: () =>
    wasteArgs().extend({
      copiedFromBase: z
        .boolean()
        .describe("Whether the files are the base image's: then their copies in own layers could be saved"),
    }),
  finds: 'Files that are copied only to change mode, owner or times',
  why: '`chown`, `chmod` and `touch` in a RUN copy each file that they change into a new layer, whole.',
  usual: `The size of all files that \`chown\`, \`chmod\` or \`touch\` changes: with \`chown -R\` often the whole application, a second time. ${TOLD_FROM}`,
  remedy:
    'Give owner and mode while copying: `COPY --chown=… --chmod=…`; or change them in the RUN that writes the files.',
  whenToIgnore: 'Where the owner is only known after the files are copied, and they are small.',
  find: context =>
    wasteDefects(context, {
      reasons: ['metadata-only'],
      withBaseCopies: true,
      args: ({ isFromBase }) => ({ copiedFromBase: isFromBase }),
    }),
  what: finding => {
    const files = finding.args.copiedFromBase ? copiesOfBase(finding) : wastedFiles(finding);
    return phrase`${files} is stored again${hiddenLater(finding)} to change only mode, owner or times`;
  },
  fix: ({ args }) =>
    args.copiedFromBase
      ? phrase`leave the files as the base image has them`
      : phrase`set them where the files are written: ${code('COPY --chown')}, ${code('--chmod')}, or in the same RUN`,
});
