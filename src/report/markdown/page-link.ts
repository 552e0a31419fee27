import { safeUrl } from '../place-url.ts';
import type { Report } from '../report.ts';
import { link } from './markdown-text.ts';

/** A link to the page with all files; null where there is none. */
export function pageLink({ context }: Report, text: string): string | null {
  const url = context.pageUrl ? safeUrl(context.pageUrl) : null;
  return url === null ? null : link(text, url);
}
