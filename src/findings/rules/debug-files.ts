import { phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { isDebugFile } from '../packages/debug-file.ts';
import { defineRule } from '../rule.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** .NET writes some tens of kilobytes for each library. */
const MIN_BYTES = 1_000_000;

const DEBUGGER = /(?:^|\/)bin\/(?:gdb|lldb|dotnet-dump|vsdbg)$/;

/**
 * Debug information in files of its own. Those of packages are the packages' business, and an image that brings a
 * debugger wants them.
 */
export const debugFiles = defineRule({
  id: 'debug-files',
  family: 'packages',
  order: 45,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'Debug information in files of its own',
  why: 'Only a debugger reads `.debug`, `.pdb`, `.dwo` and `.dwp` files and `.dSYM` folders. Those of packages are not counted, and nothing is said where the image has a debugger.',
  usual: 'From 1 MB, below which nothing is said: for C, C++ and Rust often more than the program itself.',
  remedy:
    'Keep them where crashes are looked into, and leave them out of what is copied (.NET: `-p:DebugType=none`; `COPY --exclude=*.debug`), or delete them in the RUN that makes them.',
  whenToIgnore:
    'Where crashes are to be read inside the container: .NET names lines in stack traces with the help of its `.pdb` files.',
  byHand: 'whether crashes are to be read from the image only its author knows',
  find: context => {
    const { ownFiles, analysis } = context;
    const files = ownFiles.filter(({ path, otherNames = [] }) => {
      return [path, ...otherNames].every(isDebugFile) && analysis.packages.ownerOf(path) === null;
    });
    if (files.length === 0) return [];
    const hasDebugger = analysis.visibleFiles.values().some(({ path }) => DEBUGGER.test(path));
    return hasDebugger ? [] : leftoverDefects(context, files, { minBytes: MIN_BYTES });
  },
  what: finding => phrase`${leftoverFiles('debug information', finding)} stays in the image`,
  fix: () =>
    phrase`leave these files out of what is copied, or delete them in the instruction that makes them`,
});
