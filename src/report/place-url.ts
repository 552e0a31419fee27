import type { SourceLines } from '../base/phrase.ts';
import { trimEndOf } from '../base/trim.ts';
import type { Report } from './report.ts';

/** An http(s) address in characters that no markup reads as its own; null for anything else. */
export function safeUrl(text: string): string | null {
  if (text.length > 2000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password) return null;
  return url.href.replace(/[^A-Za-z0-9\-._~:/?#@!$&+,;=%]/g, percent);
}

/** Where a Dockerfile's lines are shown at the weighed commit; null when the report does not tell. */
export function placeUrl(context: Report['context'], location: SourceLines): string | null {
  const { repositoryUrl, commit } = context;
  if (repositoryUrl === null || commit === null || !/^[0-9a-f]{7,64}$/i.test(commit)) return null;
  const repository = trimEndOf(safeUrl(repositoryUrl) ?? '', '/');
  const path = repositoryPath(location.file);
  if (!repository || path === null || /[?#]/.test(repository)) return null;
  const { startLine, endLine } = location;
  const lines = endLine > startLine ? `L${startLine}-L${endLine}` : `L${startLine}`;
  return `${repository}/blob/${commit}/${path}#${lines}`;
}

/** The file's path inside the repository, percent-encoded; null when it is somewhere else. */
function repositoryPath(file: string): string | null {
  const parts = file.split('/').filter(part => part !== '.');
  if (file.length > 1000 || parts.length === 0 || parts.some(part => part === '' || part === '..'))
    return null;
  return parts
    .map(part => encodeURIComponent(part.toWellFormed()).replace(/[^A-Za-z0-9\-._~%]/g, percent))
    .join('/');
}

function percent(character: string): string {
  return encodeURIComponent(character.toWellFormed()).replace(
    /[!'()*]/g,
    left => `%${left.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
