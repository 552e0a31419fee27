import { message } from '../../base/phrase.ts';
import { clip } from '../../base/untrusted-text.ts';
import type { Failure } from '../failure.ts';
import type { Space } from './document.ts';
import { escapeText, phraseMarkdown } from './markdown-text.ts';

const NOWHERE = { commit: null, repositoryUrl: null, runUrl: null, baseline: null };
const MAX_FAILURES = 20;

/** The images that have no report, as many as there is room for; null when there are none. */
export function failuresAlert(failures: readonly Failure[], { room, length }: Space): string | null {
  if (failures.length === 0) return null;
  const lines: string[] = [];
  let used = 0;
  for (const { name, reason } of failures.slice(0, MAX_FAILURES)) {
    const why = phraseMarkdown(message(reason, 300), NOWHERE);
    const line = `**${escapeText(clip(name, 120))}** has no report: ${why}`;
    used += length(`> ${line}<br>\n`);
    if (used > room) break;
    lines.push(line);
  }
  const rest = failures.length - lines.length;
  if (rest > 0)
    lines.push(`${lines.length > 0 ? 'And ' : ''}${rest} ${lines.length > 0 ? 'more' : 'images'}.`);
  return `> [!CAUTION]\n${lines.map(line => `> ${line}`).join('<br>\n')}`;
}
