import { code, phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { bringsToolchain } from '../packages/building.ts';
import { defineRule } from '../rule.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** `make install` leaves some hundred kilobytes of them beside many a shared library. */
const MIN_BYTES = 1_000_000;

const STATIC_LIBRARY = /\.l?a$/;

/**
 * Libraries to link with that something was built beside: nothing runs from them. Those of packages are the packages'
 * business, and an image that brings a compiler of its own links with them.
 */
export const staticLibraries = defineRule({
  id: 'static-libraries',
  family: 'packages',
  order: 50,
  severity: 'warning',
  args: leftoverArgs,
  finds: 'Static libraries that a build left',
  why: 'They are for linking: nothing reads them when a program runs. Those that packages bring are not counted.',
  usual: 'From 1 MB, below which nothing is said: as large as the code that was compiled, or larger.',
  remedy:
    'Delete the `.a` files in the RUN that builds them (or configure with `--disable-static`), or build in a stage of its own.',
  whenToIgnore: 'Where programs are linked in the image later.',
  byHand: 'only who builds the library can say whether something is linked with it later',
  find: context => {
    const { ownFiles, analysis } = context;
    const files = ownFiles.filter(({ path, otherNames = [] }) => {
      if (![path, ...otherNames].every(name => STATIC_LIBRARY.test(name))) return false;
      return analysis.packages.ownerOf(path) === null;
    });
    if (files.length === 0 || bringsToolchain(context)) return [];
    return leftoverDefects(context, files, { minBytes: MIN_BYTES });
  },
  what: finding => phrase`${leftoverFiles('static libraries', finding)} stays in the image`,
  fix: () =>
    phrase`delete them in the instruction that makes them, or configure with ${code('--disable-static')}`,
});
