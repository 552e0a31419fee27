import { leftoverFindings } from '../leftover.ts';
import { remainsOf } from '../remains/remains.ts';
import { noticeableBytes } from '../remains/share.ts';
import type { Rule } from '../rule.ts';

const MANUALS = /(?:^|\/)man\//;

/** Manuals and documents that came with packages. Where `man` is installed, manuals are wanted. */
export const packageDocumentation: Rule = {
  id: 'package-documentation',
  find: subject => {
    const files = remainsOf(subject, 'documentation');
    if (files.length === 0) return [];
    const hasReader = subject.ownFiles.some(({ path }) => path === 'usr/bin/man');
    return leftoverFindings(subject, hasReader ? files.filter(({ path }) => !MANUALS.test(path)) : files, {
      rule: 'package-documentation',
      severity: 'info',
      floor: noticeableBytes(subject),
    });
  },
};
