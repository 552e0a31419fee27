import { z } from 'zod';
import { code, enumerate, type Phrase, phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers, noticeableBytes } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** `de` of `usr/share/locale/de/…`, `zh` of `usr/lib/locale/zh_TW.utf8/…`. */
const LANGUAGE = /\/locale\/([a-z]{2,3})(?=[_.@/])/;
/** `LANG=de_DE.UTF-8`. */
const ASKED_FOR = /\b([a-z]{2,3})_[A-Z]{2}\b/g;
/** Of programs: `usr/share/locale/de/LC_MESSAGES/bash.mo`. */
const TRANSLATIONS = 'share/locale/';
const COMPILED = 'usr/lib/locale/';
const SOURCES = 'usr/share/i18n/';
const MAKES_LOCALES = /\b(?:locale-gen|localedef|dpkg-reconfigure)\b/;

/** Translations into languages that the Dockerfile does not name, and what locales are made from. English stays. */
export const unusedLocales = defineRule({
  id: 'unused-locales',
  family: 'leftovers',
  order: 100,
  severity: 'info',
  args: () =>
    leftoverArgs().extend({
      isTranslations: z.boolean().describe('Whether any are of programs, in `share/locale`'),
      isCompiled: z.boolean().describe('Whether any are compiled, in `/usr/lib/locale`'),
      isSource: z.boolean().describe('Whether any are what locales are compiled from, in `/usr/share/i18n`'),
    }),
  finds: 'Translations for languages that the Dockerfile does not set',
  why: 'A container rarely uses more than one language.',
  usual:
    'At least 5 MB and a tenth of what the Dockerfile adds: below that nothing is said. Of 690 MB of compilers and libraries on Debian 12 it was 48 MB (measured).',
  remedy:
    'Tell the package manager which languages to install before it installs (`path-exclude` and `path-include` for dpkg, `glibc-langpack-…` for dnf).',
  whenToIgnore: 'Where users of the program choose their language, and the Dockerfile does not say which.',
  byHand: 'only its author knows who reads which language',
  find: context => {
    const files = findLeftovers(context, 'locales');
    if (files.length === 0) return [];
    const { languages, makesLocales } = wanted(context);
    const unwanted = files.filter(({ path }) => {
      if (path.startsWith(SOURCES)) return !makesLocales;
      const language = LANGUAGE.exec(path)?.[1];
      return language !== undefined && !languages.has(language);
    });
    return leftoverDefects(context, unwanted, {
      minBytes: noticeableBytes(context),
      args: group => ({
        isTranslations: group.files.some(({ path }) => path.includes(TRANSLATIONS)),
        isCompiled: group.files.some(({ path }) => path.startsWith(COMPILED)),
        isSource: group.files.some(({ path }) => path.startsWith(SOURCES)),
      }),
    });
  },
  what: finding =>
    phrase`${leftoverFiles('locales', finding)} is for languages that the Dockerfile does not name`,
  fix: ({ args }) => phrase`install only those that the image needs: ${enumerate(remedies(args))}`,
});

/** What keeps out the ones that were found: what helps in one directory does nothing in another. */
function remedies(found: {
  readonly isTranslations: boolean;
  readonly isCompiled: boolean;
  readonly isSource: boolean;
}): readonly Phrase[] {
  return [
    found.isTranslations
      ? [phrase`${code('path-exclude=/usr/share/locale/*')} of dpkg with a ${code('path-include')} of each`]
      : [],
    found.isCompiled
      ? [
          phrase`${code('localedef')} of each in place of ${code('locales-all')}, a ${code('glibc-langpack')} package of dnf`,
        ]
      : [],
    found.isSource ? [phrase`no ${code('locales')} package once they are made`] : [],
  ].flat();
}

function wanted({ dockerfile }: RuleContext): { languages: ReadonlySet<string>; makesLocales: boolean } {
  const texts = (dockerfile?.shipped ?? []).map(({ text }) => text);
  const languages = texts.flatMap(text =>
    Array.from(text.matchAll(ASKED_FOR), ([, language = '']) => language),
  );
  return {
    languages: new Set(['en', ...languages]),
    makesLocales: texts.some(text => MAKES_LOCALES.test(text)),
  };
}
