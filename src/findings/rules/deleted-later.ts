import { z } from 'zod';
import type { WasteReason } from '../../analysis/waste-reason.ts';
import { code, type Phrase, phrase } from '../../base/phrase.ts';
import { APT_LISTS, DELETE_APT_LISTS } from '../../package-managers/apt.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import { isClutter } from '../leftovers/context-clutter.ts';
import { isReplacedPackage } from '../leftovers/copied-packages.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { BROUGHT_BY, type Brought, broughtBy } from '../waste/copied-files.ts';
import { findMovedFiles, findPurgedFiles } from '../waste/deleted-files.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import type { WasteGroup } from '../waste/waste-group.ts';
import { TOLD_FROM } from '../waste/worth-telling.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';
import { hiddenLater, wastedFiles, wholeKind } from '../words/waste-words.ts';

const WAYS = ['deleted', 'remade', 'replaced'] as const;
type Way = (typeof WAYS)[number];

/** What becomes of the files. */
const GONE: Readonly<Record<Way, string>> = {
  deleted: 'is deleted',
  remade: 'is lost when its directory is created again',
  replaced: 'is replaced',
};

/** Files that one instruction writes and a later one takes away: both in one would leave no byte. */
export const deletedLater = defineRule({
  id: 'deleted-later',
  family: 'waste',
  order: 10,
  severity: 'warning',
  args: () =>
    wasteArgs().extend({
      ...ignoreFileArg(),
      how: z.enum(WAYS).describe('What hid most of the bytes'),
      broughtBy: z
        .enum(BROUGHT_BY)
        .nullable()
        .default(null)
        .describe(
          'What brought them where it was no RUN: a COPY from the context or another stage, whole or in part (`-part`: something of it stays); ADD from an address, or of an archive that it unpacked',
        ),
      mount: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'The flag with which a RUN can read them without a copy; null where the text does not tell',
        ),
      readAt: z
        .int()
        .nullable()
        .default(null)
        .describe(
          'Of what came with a COPY of which something stays: first line of the RUN that reads it before it goes; null where none names it',
        ),
      neededAt: z
        .int()
        .nullable()
        .default(null)
        .describe(
          'Of apt lists the first line of the last instruction that needs those of an earlier one; null where none does',
        ),
    }),
  finds: 'Files that a later layer deletes',
  why: 'A layer never changes once it is made: a file that is deleted later is hidden, and still ships. Create and clean up in one RUN.',
  usual: `Whatever was deleted. Three RUNs of apt that end with a clean-up keep 19 MB of lists on Debian 12; an archive that a later RUN deletes keeps all of its size. ${TOLD_FROM}`,
  remedy:
    'Delete in the RUN that writes: merge the RUNs, or end the first with the clean-up. Files that are only needed to build can stay in another stage, or be mounted (`RUN --mount=type=bind`). Where the Dockerfile cannot be changed, `deadweight squash` merges the layers of the image that was built; they are pulled as one then, and shared with no other image.',
  whenToIgnore:
    'Where the RUNs are apart on purpose, so that a slow first one stays cached while the second one changes, and the bytes are worth it.',
  find: context => {
    const moved = findMovedFiles(context);
    const purged = findPurgedFiles(context);
    const isTold = [isReplacedPackage(context), isClutter(context)];
    return wasteDefects(context, {
      reasons: ['deleted', 'opaque-directory', 'replaced-by-directory', 'replaced-by-other'],
      isOfRule: file => !(moved.has(file) || purged.has(file) || isTold.some(told => told(file))),
      args: group => ({
        how: wayOf(group),
        ...broughtBy(context, group),
        ignoreFile: context.ownIgnoreFile,
        neededAt: listsNeededAt(context, group),
      }),
    });
  },
  what: finding => phrase`${wastedFiles(finding)} ${GONE[finding.args.how]}${hiddenLater(finding)}`,
  fix: finding =>
    adviceOnCopy(finding.args) ??
    adviceOnLists(finding.args) ??
    wholeKind(finding)?.advice ??
    phrase`delete the files in the instruction that writes them`,
});

function listsNeededAt(context: RuleContext, { files: [largest] }: WasteGroup): number | null {
  const writer = largest === undefined ? null : context.instructionOf(largest.writtenBy);
  const areLists = largest?.path.startsWith(`${APT_LISTS}/`) === true;
  return areLists && writer !== null ? aptListsFix(context, writer).neededAt : null;
}

/** Lists that a later RUN needs cannot go at the end of the one that fetched them. */
function adviceOnLists({ what, neededAt }: { what: string | null; neededAt: number | null }): Phrase | null {
  return what === 'apt-lists' && neededAt !== null
    ? phrase`update and install in one RUN (line ${neededAt} needs them, too): begin it with ${code('apt-get update')}, end it with ${code(DELETE_APT_LISTS)}`
    : null;
}

const BIND = 'RUN --mount=type=bind';

/** A copy cannot delete what it brings: what a later RUN reads and deletes, this RUN can mount. */
function adviceOnCopy({
  broughtBy,
  mount,
  readAt,
  ignoreFile,
}: Brought & { readonly ignoreFile: string | null }): Phrase | null {
  if (readAt !== null) {
    const flag = code(mount === null ? BIND : `RUN ${mount}`, 160);
    return phrase`let line ${readAt}, which reads them, mount them (${flag}), and leave them out of the copy: copy by name what stays`;
  }
  switch (broughtBy) {
    case 'context':
    case 'stage':
      return phrase`let the RUN that reads them mount them (${code(mount === null ? BIND : `RUN ${mount}`, 160)}), and omit the copy`;
    case 'context-part':
      return phrase`exclude them in ${ignoreFileCode({ ignoreFile })}, or, where a RUN reads them first, copy by name what stays and mount them there (${code(BIND)})`;
    case 'stage-part':
      return phrase`copy only what stays, or delete them in the stage that they come from`;
    case 'address':
      return phrase`download them in the RUN that reads and deletes them, or into another stage that this RUN mounts (${code(BIND)})`;
    case 'archive':
      return phrase`unpack it in another stage, and copy what stays`;
    case null:
      return null;
  }
}

const HOW: Readonly<Partial<Record<WasteReason, Way>>> = {
  deleted: 'deleted',
  'opaque-directory': 'remade',
  'replaced-by-directory': 'replaced',
  'replaced-by-other': 'replaced',
};

function wayOf({ files }: WasteGroup): Way {
  const bytes = { deleted: 0, remade: 0, replaced: 0 };
  for (const file of files) bytes[HOW[file.reason] ?? 'deleted'] += file.bytes;
  if (bytes.deleted >= Math.max(bytes.remade, bytes.replaced)) return 'deleted';
  return bytes.remade >= bytes.replaced ? 'remade' : 'replaced';
}
