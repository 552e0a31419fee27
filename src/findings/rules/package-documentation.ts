import { code, phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers, noticeableBytes } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

const MANUALS = /(?:^|\/)man\//;

/** Manuals and documents that came with packages. Where `man` is installed, manuals are wanted. */
export const packageDocumentation = defineRule({
  id: 'package-documentation',
  family: 'leftovers',
  order: 70,
  severity: 'info',
  args: leftoverArgs,
  finds: 'Manuals and documentation, where they are a large part of the image',
  why: 'Hardly anybody reads a manual inside a container.',
  usual:
    'At least 5 MB and a tenth of what the Dockerfile adds: below that nothing is said. Of 690 MB of compilers and libraries on Debian 12 it was 37 MB (measured).',
  remedy:
    'Tell the package manager to leave it out before it installs: `path-exclude` for dpkg, `tsflags=nodocs` for dnf, `--no-document` for gem.',
  whenToIgnore:
    'Where people work in the image and read manuals, or a licence requires its text (`/usr/share/doc/*/copyright`).',
  byHand: 'the package manager has to be told before it installs, in a file of its own',
  find: context => {
    const files = findLeftovers(context, 'documentation');
    if (files.length === 0) return [];
    const hasReader = context.ownFiles.some(({ path }) => path === 'usr/bin/man');
    const unread = hasReader ? files.filter(({ path }) => !MANUALS.test(path)) : files;
    return leftoverDefects(context, unread, { minBytes: noticeableBytes(context) });
  },
  what: finding => phrase`${leftoverFiles('documentation', finding)} came with packages`,
  fix: () =>
    phrase`leave it out: ${code('path-exclude')} of dpkg, ${code('tsflags=nodocs')} of dnf, ${code('gem install --no-document')}, or a slim base image`,
});
