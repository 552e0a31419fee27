import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { leftoverFindings } from '../leftover.ts';
import { remainsOf } from '../remains/remains.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/**
 * pip and apt compile what they install, and Python starts faster by it: whoever installs Python and mercurial on
 * Debian 12 has 23 MB of it and does nothing wrong. It is told, without a saving, where there is far more. Bytes.
 */
const LOADED_FLOOR = 50_000_000;
/** What is never loaded is of no use to anybody. */
const ORPHAN_FLOOR = 500_000;

export type PythonBytecodeArgs = {
  /** Whether Python never loads it, for want of the source beside it (PEP 3147). */
  readonly isOrphaned: boolean;
};

/** Compiled modules in `__pycache__`. */
export const pythonBytecode: Rule = {
  id: 'python-bytecode',
  find: subject => {
    const files = remainsOf(subject, 'python-bytecode').filter(({ path }) => CACHED.test(path));
    if (files.length === 0) return [];
    const isOrphan = orphanTest(subject);
    const orphans = files.filter(({ path }) => isOrphan(path));
    const loaded = files.filter(({ path }) => !isOrphan(path));
    return [
      ...bytecodeFindings(subject, orphans, true, ORPHAN_FLOOR),
      ...bytecodeFindings(subject, loaded, false, LOADED_FLOOR).map(withoutSaving),
    ];
  },
};

const CACHED = /(?:^|\/)__pycache__\/[^/]+\.pyc$/;

function orphanTest({ analysis }: Subject): (path: string) => boolean {
  const sources = new Set<string>();
  for (const { path, otherNames } of analysis.visibleFiles) {
    for (const name of [path, ...(otherNames ?? [])]) if (name.endsWith('.py')) sources.add(name);
  }
  const links = new Set(
    analysis.scans.flatMap(({ entries }) =>
      entries.filter(({ kind, path }) => kind === 'symlink' && path.endsWith('.py')).map(({ path }) => path),
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

function bytecodeFindings(
  subject: Subject,
  files: readonly VisibleFile[],
  isOrphaned: boolean,
  floor: number,
): readonly ClaimedFinding[] {
  return leftoverFindings(subject, files, {
    ...{ rule: 'python-bytecode', severity: 'info', floor },
    args: (): PythonBytecodeArgs => ({ isOrphaned }),
  });
}

function withoutSaving({ finding }: ClaimedFinding): ClaimedFinding {
  return { finding: { ...finding, saving: null }, claims: [] };
}
