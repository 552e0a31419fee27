import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/**
 * pip and apt compile what they install, and Python starts faster by it: whoever installs Python and mercurial on
 * Debian 12 has 23 MB of it and does nothing wrong. Far more of it is reported, without a saving. Bytes.
 */
const MIN_LOADED_BYTES = 50_000_000;
/** What is never loaded is of no use to anybody. */
const MIN_ORPHANED_BYTES = 500_000;

/** Compiled modules in `__pycache__`. */
export const pythonBytecode = defineRule({
  id: 'python-bytecode',
  family: 'leftovers',
  order: 140,
  severity: 'info',
  args: () =>
    leftoverArgs().extend({
      isOrphaned: z
        .boolean()
        .describe('Whether Python never loads it, because the source beside it is missing (PEP 3147)'),
    }),
  finds: 'Compiled Python whose source is gone, or that is very large',
  why: 'Python never loads a file of `__pycache__` whose source is gone. Other bytecode only makes programs start faster.',
  usual:
    '0.5 MB at least where it is never loaded; 50 MB at least where it is. Python and mercurial on Debian 12 have 23 MB of it, and nothing is said.',
  remedy:
    'Where the source is gone, delete `__pycache__` with it. Else decide between size and start: `pip install --no-compile`, `PYTHONDONTWRITEBYTECODE=1`.',
  whenToIgnore: 'Where programs are to start fast, which is what bytecode is for.',
  byHand: 'how long the program may take to start only its author knows',
  find: context => {
    const files = findLeftovers(context, 'python-bytecode').filter(({ path }) => CACHED.test(path));
    if (files.length === 0) return [];
    const isOrphan = orphanTest(context);
    const orphans = files.filter(({ path }) => isOrphan(path));
    const loaded = files.filter(({ path }) => !isOrphan(path));
    const loadedDefects = leftoverDefects(context, loaded, {
      minBytes: MIN_LOADED_BYTES,
      args: () => ({ isOrphaned: false }),
    });
    return [
      ...leftoverDefects(context, orphans, {
        minBytes: MIN_ORPHANED_BYTES,
        args: () => ({ isOrphaned: true }),
      }),
      ...loadedDefects.map(defect => ({ ...defect, freed: [] })),
    ];
  },
  what: finding => {
    const files = leftoverFiles('Python bytecode', finding);
    return finding.args.isOrphaned
      ? phrase`${files} is never loaded, because its source is gone`
      : phrase`${files} only lets programs start faster`;
  },
  fix: ({ args }) =>
    args.isOrphaned
      ? phrase`delete ${code('__pycache__')} together with the source`
      : phrase`leave it out where a slower start is fine: ${code('pip install --no-compile')}, ${code('PYTHONDONTWRITEBYTECODE=1')}`,
});

const CACHED = /(?:^|\/)__pycache__\/[^/]+\.pyc$/;

function orphanTest({ analysis }: RuleContext): (path: string) => boolean {
  const sources = new Set<string>();
  for (const { path, otherNames } of analysis.visibleFiles) {
    for (const name of [path, ...(otherNames ?? [])]) if (name.endsWith('.py')) sources.add(name);
  }
  const links = new Set(
    analysis.scans.flatMap(({ entries }) =>
      entries
        .values()
        .filter(({ kind }) => kind === 'symlink')
        .map(({ path }) => path)
        .filter(path => path.endsWith('.py'))
        .toArray(),
    ),
  );
  return path => {
    const source = sourceOf(path);
    return source !== null && !sources.has(source) && !links.has(source);
  };
}

/** `a/b.py` of `a/__pycache__/b.cpython-311.pyc`; null of other interpreters' names. */
function sourceOf(path: string): string | null {
  const place = path.lastIndexOf('__pycache__/');
  const tag = path.indexOf('.cpython-', place);
  return tag < 0 ? null : `${path.slice(0, place)}${path.slice(place + '__pycache__/'.length, tag)}.py`;
}
