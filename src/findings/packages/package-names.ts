import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, enumerate, type Phrase, phrase } from '../../base/phrase.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { leftoverArgs } from '../leftovers/leftover-defect.ts';
import type { RuleContext } from '../rule-context.ts';

/** Names that a finding has, and those of them that its sentence shows. */
const MAX_NAMES = 5;
const MAX_SHOWN_NAMES = 3;

/** What a finding's words need to name the packages that its files are of. */
type PackageNames = {
  readonly packages: string;
  readonly packageCount: number;
};

/** Arguments that every finding about packages has. */
export function packageArgs() {
  return leftoverArgs().extend({
    packages: z
      .string()
      .describe(
        'By name, at most five: those that were asked for before those that came along, the largest first: `gcc-12, cpp-12`',
      ),
    packageCount: z.int().min(0).describe('Packages in all'),
  });
}

/** The packages that files are of. */
export function packageNames({ analysis }: RuleContext, files: readonly VisibleFile[]): PackageNames {
  const bytes = new Map<InstalledPackage, number>();
  for (const file of files) {
    const owner = analysis.packages.ownerOf(file.path);
    if (owner !== null) bytes.set(owner, (bytes.get(owner) ?? 0) + file.bytes);
  }
  const isAsked = ({ relations }: InstalledPackage): boolean => relations?.isAutomatic === false;
  const largest = [...bytes].sort(
    ([a, x], [b, y]) => Number(isAsked(b)) - Number(isAsked(a)) || y - x || (a.name < b.name ? -1 : 1),
  );
  const names = largest.slice(0, MAX_NAMES).map(([{ name }]) => name);
  return { packages: names.join(', '), packageCount: bytes.size };
}

/** ` (gcc-12, cpp-12 and 14 more)`. The names are those of the image. */
export function inParentheses({ packages, packageCount }: PackageNames): Phrase {
  if (packages === '') return [];
  const shown = packages.split(', ', MAX_SHOWN_NAMES).map(name => [code(name, 40)]);
  const more = packageCount - shown.length;
  return phrase` (${enumerate(more > 0 ? [...shown, phrase`${more} more`] : shown)})`;
}
