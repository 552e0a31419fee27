import { baseName, isWithin } from '../../base/slash-path.ts';
import { jsonWords } from '../../dockerfile/shell-word.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import { isPlainText, isUnreadProgram, pathCollector } from '../../packages/named-paths.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findCollectedWords } from './collected-words.ts';
import { findOwnScripts } from './own-scripts.ts';

/** A text of the final filesystem that own layers brought: a program or a configuration. */
interface OwnText {
  readonly path: string;
  /** The absolute paths and quoted names of files in it. */
  readonly words: readonly string[];
}

/** The texts of the final filesystem that own layers brought, and that are no scripts of a shell. */
export const findOwnTexts = memoize((context: RuleContext): readonly OwnText[] =>
  findCollectedWords(context, pathCollector).map(({ path, words }) => ({ path, words: words.split(' ') })),
);

/** Folders that a text may name for any reason. */
const COMMON =
  /^\/(?:tmp|etc|(?:usr|var|lib|opt|home|root|srv|app)(?:\/(?:local|lib|bin|sbin|share|cache|log|tmp|run|spool|src))*)$/;

/** The first text that names one of the paths: itself, what is in it, a folder above it, or its name as a file. */
export function findNamingText(context: RuleContext, paths: readonly string[]): string | null {
  const isGone = (path: string): boolean => paths.some(each => isWithin(path, each));
  const found = findOwnTexts(context).find(
    ({ path, words }) => !isGone(path) && words.some(word => paths.some(each => isNamed(each, word))),
  );
  return found?.path ?? null;
}

function isNamed(path: string, word: string): boolean {
  const base = baseName(path);
  if (base.includes('.') && baseName(word) === base) return true;
  if (!word.startsWith('/')) return false;
  const named = cleanPath(word);
  return isWithin(named, path) || (named !== '' && !COMMON.test(`/${named}`) && isWithin(path, named));
}

/**
 * What the image runs, where that is a file of its own that is no text, or a program of it that is too large to be read:
 * nobody knows what it opens.
 */
export const findUnreadableProgram = memoize((context: RuleContext): string | null => {
  const unread = context.ownFiles.find(isUnreadProgram);
  if (unread !== undefined) return unread.path;
  const main = (context.dockerfile?.shipped ?? []).filter(
    ({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT',
  );
  if (main.length === 0) return null;
  const scripts = new Set(findOwnScripts(context).map(({ path }) => path));
  const words = main.flatMap(({ body }) => jsonWords(body) ?? body.split(/\s+/));
  const names = words.filter(word => /^[\w.+/-]+$/.test(word) && !isPlainText(word));
  const found = context.ownFiles.find(({ path }) => {
    if (scripts.has(path) || isPlainText(path)) return false;
    const owner = context.analysis.packages.ownerOf(path);
    return names.some(name => isProgram(path, name)) && (owner === null || !isSystemPackage(owner));
  });
  return found?.path ?? null;
});

/** By its path, its name in a directory of programs, or what it is called in the working directory. */
function isProgram(path: string, name: string): boolean {
  if (name.startsWith('/')) return cleanPath(name) === path;
  if (name.includes('/')) return `/${path}`.endsWith(`/${cleanPath(name)}`);
  return (
    path.endsWith(`bin/${name}`) || (/\.(?:jar|war|dll|phar|pyz)$/.test(name) && path.endsWith(`/${name}`))
  );
}
