import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, pathCode, phrase } from '../../base/phrase.ts';
import { isTemporary } from '../../compare/known-path.ts';
import { findCacheDirectory } from '../../package-managers/cache-directory.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { findRepeatedArchives } from '../leftovers/repeated-archive.ts';
import { findKeptArchives } from '../leftovers/unpacked-archive.ts';
import { isEnvironmentFile } from '../packages/python-environment.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { contentKey } from '../waste/deleted-files.ts';
import { inPlaces } from '../words/evidence-phrases.ts';

/** Less is not worth a reader's time: licences and translations are alike everywhere. Bytes, of a file and of a finding. */
const MIN_FILE_BYTES = 64 * 1024;
const MIN_BYTES = 1_000_000;

/** The same content at several places of the final filesystem. Hard links are one file, and no copies. */
export const duplicateContent = defineRule({
  id: 'duplicate-content',
  family: 'waste',
  order: 80,
  severity: 'info',
  args: () =>
    leftoverArgs().extend({
      copy: z.string().describe('Path of the largest of the copies'),
      original: z.string().describe('Where the same content is besides'),
    }),
  finds: 'The same content at several paths',
  why: 'Each copy ships its bytes again. A hard link costs nothing.',
  usual:
    'From 1 MB, below which nothing is said: often a library or a model that is copied to a second place.',
  remedy: 'Write it once and link to it (`ln`), or let both users read one path.',
  whenToIgnore: 'Where the copies will differ at run time, or must not be links.',
  byHand: 'only its author knows which of the copies is to stay',
  find: context => {
    const originals = copiesOf(context);
    return leftoverDefects(context, [...originals.keys()], {
      minBytes: MIN_BYTES,
      args: ({ files }) => {
        const largest = files.reduce((best, file) => (file.bytes > best.bytes ? file : best));
        return { copy: largest.path, original: originals.get(largest) ?? '' };
      },
    });
  },
  what: finding => {
    const { copy, original } = finding.args;
    const example =
      original === '' ? [] : phrase`: ${pathCode(copy, 60)} is the same as ${pathCode(original, 60)}`;
    return phrase`${inPlaces(finding)} is a second copy of files that the image has elsewhere${example}`;
  },
  fix: () => phrase`link to the first copy (${code('ln')}), or omit the second`,
});

/** Own files that rules about leftovers tell of. */
function leftOverPaths(context: RuleContext): ReadonlySet<string> {
  const files = [
    ...LEFT_OVER.flatMap(kind => findLeftovers(context, kind)),
    ...findKeptArchives(context),
    ...findRepeatedArchives(context),
  ];
  return new Set(files.map(({ path }) => path));
}

const LEFT_OVER = ['object-files', 'build-cache', 'git-directory', 'package-manager-leftovers'] as const;

/** Copies in own layers, each with the path of the one that stays: the base's, or the lowest layer's. */
function copiesOf(context: RuleContext): ReadonlyMap<VisibleFile, string> {
  const { analysis, ownFrom } = context;
  const contents = analysis.scans.map(({ entries }) => {
    const known = new Map<string, string>();
    for (const entry of entries) {
      const content = entry.size >= MIN_FILE_BYTES ? contentKey(entry) : null;
      if (content !== null) known.set(entry.path, content);
    }
    return known;
  });
  const groups = new Map<string, VisibleFile[]>();
  const leftOver = leftOverPaths(context);
  for (const file of analysis.visibleFiles) {
    // What has no business in the image goes by its own rule: the other is then the only one.
    const content = file.bytes >= MIN_FILE_BYTES ? contents[file.layer]?.get(file.path) : undefined;
    if (content === undefined || isTemporary(file.path) || findCacheDirectory(file.path) !== null) continue;
    if (leftOver.has(file.path)) continue;
    const same = groups.get(content);
    if (same === undefined) groups.set(content, [file]);
    else same.push(file);
  }
  const copies = new Map<VisibleFile, string>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const [original, ...others] = group.toSorted((a, b) => a.layer - b.layer);
    for (const file of others) {
      const owner = file.layer < ownFrom ? null : analysis.packages.ownerOf(file.path);
      // What a distribution packages twice is not the Dockerfile's doing, nor what environments of Python begin with.
      const isPackaged = (owner && isSystemPackage(owner)) || isEnvironmentFile(file.path, owner);
      if (file.layer >= ownFrom && !isPackaged && original) copies.set(file, original.path);
    }
  }
  return copies;
}
