import { leftoverFindings } from '../leftover.ts';
import { remainsOf } from '../remains/remains.ts';
import { noticeableBytes } from '../remains/share.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** `de` of `usr/share/locale/de/…`, `zh` of `usr/lib/locale/zh_TW.utf8/…`. */
const LANGUAGE = /\/locale\/([a-z]{2,3})(?=[_.@/])/;
/** `LANG=de_DE.UTF-8`. */
const ASKED_FOR = /\b([a-z]{2,3})_[A-Z]{2}\b/g;
const MAKES_LOCALES = /\b(?:locale-gen|localedef|dpkg-reconfigure)\b/;

/** Translations into languages that the Dockerfile does not name, and what locales are made from. English stays. */
export const unusedLocales: Rule = {
  id: 'unused-locales',
  find: subject => {
    const files = remainsOf(subject, 'locales');
    if (files.length === 0) return [];
    const { languages, makesLocales } = wanted(subject);
    const unwanted = files.filter(({ path }) => {
      if (path.startsWith('usr/share/i18n/')) return !makesLocales;
      const language = LANGUAGE.exec(path)?.[1];
      return language !== undefined && !languages.has(language);
    });
    return leftoverFindings(subject, unwanted, {
      rule: 'unused-locales',
      severity: 'info',
      floor: noticeableBytes(subject),
    });
  },
};

function wanted({ recipe }: Subject): { languages: ReadonlySet<string>; makesLocales: boolean } {
  const texts = (recipe?.shipped ?? []).map(({ text }) => text);
  const languages = texts.flatMap(text =>
    Array.from(text.matchAll(ASKED_FOR), ([, language = '']) => language),
  );
  return {
    languages: new Set(['en', ...languages]),
    makesLocales: texts.some(text => MAKES_LOCALES.test(text)),
  };
}
