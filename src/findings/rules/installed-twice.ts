import { z } from 'zod';
import { code, type Phrase, pathCode, phrase } from '../../base/phrase.ts';
import { leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findPackagesOfBase } from '../packages/base-packages.ts';
import { findDoubledRuntimes, LANGUAGES } from '../packages/doubled-runtimes.ts';
import { inParentheses, packageArgs, packageNames } from '../packages/package-names.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';

/** A few small packages of Python are in many places. */
const MIN_BYTES = 5_000_000;

/** What the image already has is installed a second time, at another place. */
export const installedTwice = defineRule({
  id: 'installed-twice',
  family: 'packages',
  order: 70,
  severity: 'warning',
  args: () =>
    packageArgs().extend({
      language: z
        .enum(LANGUAGES)
        .nullable()
        .describe('Which language is there already; null for packages of Python that the base image has'),
      original: z.string().describe('Where it is there already: a program, or the directory of packages'),
      isSameVersion: z.boolean().describe('Whether all packages are there in the same version'),
    }),
  finds: 'A language, or packages of Python, that the image has already',
  why: "`apt-get install python3-pip` in an image of `python` brings Debian's Python as a second one, which `python` and `pip` never run; a virtual environment in an image that has the packages brings them again. Said only where the packages of the language are asked for by name, nothing else needs them, and no path to them is named.",
  usual:
    'From 5 MB, below which nothing is said. 30 MB for Python with pip on Debian 12, and gigabytes for a framework of machine learning that the base image has.',
  remedy:
    'Leave the package out and use what is there; create the environment with `python -m venv --system-site-packages`, or start from a base image without the packages.',
  whenToIgnore:
    "Where the distribution's own programs need their own version, or the environment other versions than the base image.",
  byHand: 'only its author knows which of the two the program is to use',
  find: context => [
    ...findDoubledRuntimes(context).flatMap(({ language, program, files }) =>
      leftoverDefects(context, files, {
        minBytes: MIN_BYTES,
        args: group => ({
          ...packageNames(context, group.files),
          language,
          original: program,
          isSameVersion: false,
        }),
      }),
    ),
    ...environmentDefects(context),
  ],
  what: finding => {
    const { language, original } = finding.args;
    const names = inParentheses(finding.args);
    const made = leftAt(finding, 'installed');
    return language === null
      ? phrase`of Python packages${names}${made} is in the base image already, in ${pathCode(original, 60)}`
      : phrase`of a second ${language}${names}${made} is beside the one that the image has, ${pathCode(original, 60)}`;
  },
  fix: ({ args }) => REMEDIES[args.language === null ? 'environment' : 'language'](args.isSameVersion),
});

const REMEDIES: Readonly<Record<'language' | 'environment', (isSameVersion: boolean) => Phrase>> = {
  language: () => phrase`leave these packages out and use what is there`,
  environment: isSameVersion =>
    isSameVersion
      ? phrase`use them (${code('python -m venv --system-site-packages')}), or start from a base image without them`
      : phrase`start from a base image without them, or settle on its versions`,
};

/** Those of other versions apart, which promise nothing: they may be wanted. */
function environmentDefects(context: RuleContext) {
  const found = findPackagesOfBase(context);
  return [true, false].flatMap(isSameVersion => {
    const packages = found.filter(each => each.isSameVersion === isSameVersion);
    const directories = new Map(
      packages.flatMap(({ files, directory }) => files.map(file => [file, directory] as const)),
    );
    const defects = leftoverDefects(context, [...directories.keys()], {
      minBytes: MIN_BYTES,
      args: group => {
        const original =
          group.files.map(file => directories.get(file)).find(each => each !== undefined) ?? '';
        return { ...packageNames(context, group.files), language: null, original, isSameVersion };
      },
    });
    return isSameVersion
      ? defects
      : defects.map(defect => ({ ...defect, severity: 'info' as const, freed: [] }));
  });
}
