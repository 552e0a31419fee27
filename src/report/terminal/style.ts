import { styleText } from 'node:util';

/** What a colour means here; every meaning is in the words and signs too. */
export type Tone = 'title' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'place' | 'code' | 'none';

/** Paints escaped text. */
export type Paint = (tone: Tone, text: string) => string;

const FORMATS: Readonly<Record<Exclude<Tone, 'none'>, Parameters<typeof styleText>[0]>> = {
  title: 'bold',
  strong: 'bold',
  dim: 'dim',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  place: 'cyan',
  code: 'magenta',
};

export function painter(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  // Whether there is colour was decided by the caller: no stream and no environment is asked again.
  return (tone, text) =>
    tone === 'none' || text === '' ? text : styleText(FORMATS[tone], text, { validateStream: false });
}
