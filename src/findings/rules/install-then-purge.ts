import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { findPurgedFiles } from '../waste/deleted-files.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { hiddenLater, wastedFiles } from '../words/waste-words.ts';

/** Packages that one instruction installs and a later one takes away again. */
export const installThenPurge = defineRule({
  id: 'install-then-purge',
  family: 'waste',
  order: 30,
  severity: 'warning',
  args: wasteArgs,
  finds: 'Packages that one RUN installs and a later one purges',
  why: "The purge hides the packages' files. The layer that installed them keeps every byte.",
  usual: `All that was installed: \`build-essential\` and what it brings are 323 MB on a minimal Debian 12, by their declared sizes. ${TOLD_FROM}`,
  remedy: 'Install, use and purge in one RUN, or use a stage of its own.',
  whenToIgnore:
    'Where the RUNs are apart so that a slow installation stays cached, and the bytes are worth it.',
  find: context => {
    const purged = findPurgedFiles(context);
    return wasteDefects(context, { reasons: ['deleted'], isOfRule: file => purged.has(file) });
  },
  what: finding => phrase`${wastedFiles(finding)} belongs to packages that are purged${hiddenLater(finding)}`,
  fix: () => phrase`install, use and purge them in one RUN, or build in another stage`,
});
