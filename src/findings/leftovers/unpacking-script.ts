import { baseName } from '../../base/slash-path.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { scriptCollector } from '../../packages/script-words.ts';
import { scriptOf } from '../later-use/later-need.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** A script of the image's own that a RUN runs, and that unpacks archives. */
export interface UnpackingScript {
  readonly path: string;
  /** Place of the RUN among what ships. */
  readonly place: number;
  /** Whether it names the archive, or the folder that it is in and whatever is called so in that. */
  unpacks(path: string): boolean;
}

/** Commands are kept here to be run later, too: what they unpack may be wanted again. */
const COMMANDS = /^(?:usr\/(?:local\/)?)?s?bin\//;
const TAR: ReadonlySet<string> = new Set(['tar', 'bsdtar', 'gtar']);
const EXTRACTS = /^(?:-?[a-wyzA-Z]{0,9}x[a-zA-Z]{0,9}|--extract|--get)$/;

/** Scripts may be gone by the end of the build: those of all own layers count. */
export const unpackingScripts = memoize((context: RuleContext): readonly UnpackingScript[] => {
  const { dockerfile } = context;
  const known = dockerfile === null ? new Map<string, Script>() : unpackers(context);
  if (dockerfile === null || known.size === 0) return [];
  return dockerfile.shipped.flatMap((run, place) =>
    runScript(run).script.commands.flatMap((command): UnpackingScript[] => {
      const file = scriptOf(command);
      const script = file === null ? undefined : known.get(baseName(file));
      if (script === undefined) return [];
      const given = new Set([...script.words, ...command.words.slice(1)]);
      return [{ path: script.path, place, unpacks: path => names(given, path) }];
    }),
  );
});

interface Script {
  readonly path: string;
  readonly words: readonly string[];
}

/** By their names. */
function unpackers({ analysis, ownFrom }: RuleContext): ReadonlyMap<string, Script> {
  const found = new Map<string, Script>();
  for (const scan of analysis.scans.slice(ownFrom)) {
    for (const { path, value } of scan.collected[scriptCollector.id] ?? []) {
      if (typeof value !== 'string' || COMMANDS.test(path)) continue;
      const words = value.split(' ');
      const isTar = words.some(word => TAR.has(word)) && words.some(word => EXTRACTS.test(word));
      if (isTar || words.includes('unzip')) found.set(baseName(path), { path, words });
    }
  }
  return found;
}

function names(words: ReadonlySet<string>, path: string): boolean {
  const slash = path.lastIndexOf('/');
  const [folder, base] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
  return words.values().some(word => {
    if (word.endsWith('/')) return folder !== '' && word.startsWith('/') && cleanPath(word) === folder;
    return baseName(word) === base;
  });
}
