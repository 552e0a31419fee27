import { code, type Part } from '../../base/phrase.ts';
import { brief } from '../../base/untrusted-text.ts';
import type { ReportPackageDelta } from '../report.ts';

const LONGEST_NAME = 40;
const LONGEST_VERSION = 24;

/** `vim 2:9.0.1378-2`, `libc6 2.36-9+deb12u9 → 2.36-9+deb12u10`. */
export function packageVersions({ name, before, after }: ReportPackageDelta): Part {
  const versions = [before, after === before ? null : after].filter(version => version !== null);
  const told = versions.map(version => brief(version, LONGEST_VERSION)).join(' → ');
  return code(`${brief(name, LONGEST_NAME)} ${told}`, 100);
}
