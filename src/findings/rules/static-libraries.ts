import { leftoverFindings } from '../leftover.ts';
import { bringsToolchain } from '../packages/building.ts';
import type { Rule } from '../rule.ts';

/** `make install` leaves some hundred kilobytes of them beside many a shared library. */
const FLOOR = 1_000_000;

const STATIC_LIBRARY = /\.l?a$/;

/**
 * Libraries to link with that something was built beside: nothing runs from them. Those of packages are the packages'
 * business, and an image that brings a compiler of its own links with them.
 */
export const staticLibraries: Rule = {
  id: 'static-libraries',
  find: subject => {
    const { ownFiles, analysis } = subject;
    const files = ownFiles.filter(({ path, otherNames = [] }) => {
      if (![path, ...otherNames].every(name => STATIC_LIBRARY.test(name))) return false;
      return analysis.packages.ownerOf(path) === null;
    });
    if (files.length === 0 || bringsToolchain(subject)) return [];
    return leftoverFindings(subject, files, { rule: 'static-libraries', severity: 'warning', floor: FLOOR });
  },
};
