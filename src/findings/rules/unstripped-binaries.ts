import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, phrase } from '../../base/phrase.ts';
import { StrippableFiles } from '../../packages/elf/elf-collector.ts';
import { type InstalledPackage, isSystemPackage } from '../../packages/installed-package.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { isDebugFile } from '../packages/debug-file.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** The symbols of a few small programs are no more than that. */
const MIN_BYTES = 1_000_000;

/**
 * Packages whose programs somebody else built, and meant to be as they are: distributions strip what may be stripped,
 * and shared objects of wheels do not always survive it. gem and npm build theirs when they install.
 */
function isBuiltElsewhere(owner: InstalledPackage): boolean {
  return isSystemPackage(owner) || owner.type === 'pypi';
}

/**
 * Symbols and debug information in programs and shared objects: the part of the files that `strip` takes away. Of an
 * image that is built upon, and of one that is to be debugged, they may be wanted.
 */
export const unstrippedBinaries = defineRule({
  id: 'unstripped-binaries',
  family: 'packages',
  order: 40,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      debugBytes: z
        .int()
        .min(0)
        .describe('Of the bytes, what is debug information; the rest are symbols, which stack traces need'),
    }),
  finds: 'Symbols and debug information in programs',
  why: 'Only a debugger reads them. The finding counts that part of each file alone, and leaves out what packages brought.',
  usual: 'From 1 MB, below which nothing is said: for C, C++ and Rust often more than half of the program.',
  remedy:
    "Link with `-s`, or run `strip` in the RUN that builds (Go: `-ldflags='-s -w'`, Rust: `strip = true` in the profile).",
  whenToIgnore:
    'Where crashes are to be read from the image: stack traces need the symbols. Keeping them apart is an alternative (`objcopy --only-keep-debug`).',
  byHand: 'whether crashes are to be read from the image only its author knows',
  find: context => {
    const strippable = new StrippableFiles(context.analysis.scans);
    const debug = new Map<string, number>();
    const files = ownBuilt(context).flatMap((file): VisibleFile[] => {
      const found = strippable.at(file);
      if (found === null) return [];
      debug.set(file.path, found.debug);
      return [{ ...file, bytes: found.debug + found.symbols }];
    });
    return leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      args: group => ({ debugBytes: group.files.reduce((sum, { path }) => sum + (debug.get(path) ?? 0), 0) }),
    });
  },
  what: finding => {
    const { args, evidence } = finding;
    const share = evidence.bytes > 0 ? args.debugBytes / evidence.bytes : 0;
    const noun = share <= 0.1 ? 'symbols that only debuggers read' : 'debug information and symbols';
    return phrase`${leftoverFiles(share >= 0.9 ? 'debug information' : noun, finding)} stays in the image`;
  },
  fix: () =>
    phrase`strip them in the instruction that makes them: ${code('strip')}, ${code('install -s')}, ${code('cc -s')} or ${code('go build -ldflags="-s -w"')}`,
});

function ownBuilt({ ownFiles, analysis }: RuleContext): readonly VisibleFile[] {
  return ownFiles.filter(({ path }) => {
    if (isDebugFile(path)) return false;
    const owner = analysis.packages.ownerOf(path);
    return owner === null || !isBuiltElsewhere(owner);
  });
}
