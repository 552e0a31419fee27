/** Instructions that make no layer: they say how the image is run, named and built upon. */
export const SETTING_KEYWORDS = [
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
] as const;

export type SettingKeyword = (typeof SETTING_KEYWORDS)[number];

const KEYWORDS: ReadonlySet<string> = new Set(SETTING_KEYWORDS);

export function isSetting(keyword: string): keyword is SettingKeyword {
  return KEYWORDS.has(keyword);
}

/** Settings that a comparison lists. */
export const MAX_SETTINGS = 50;
