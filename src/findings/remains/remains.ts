import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { Subject } from '../subject.ts';
import { type RemainKind, RemainKinds } from './remain-kind.ts';

type Remains = ReadonlyMap<RemainKind, readonly VisibleFile[]>;

const REMAINS = new WeakMap<Subject, Remains>();

/** Of the own files, those that are of a kind by all of their names. All kinds are told in one pass. */
export function remainsOf(subject: Subject, kind: RemainKind): readonly VisibleFile[] {
  let remains = REMAINS.get(subject);
  if (remains === undefined) {
    remains = byKind(subject.ownFiles);
    REMAINS.set(subject, remains);
  }
  return remains.get(kind) ?? [];
}

function byKind(files: readonly VisibleFile[]): Remains {
  const known = new RemainKinds();
  const remains = new Map<RemainKind, VisibleFile[]>();
  for (const file of files) {
    const kind = isTemporary(file.path) ? null : known.kindOf(file.path);
    if (kind === null || file.otherNames?.some(name => isTemporary(name) || known.kindOf(name) !== kind)) {
      continue;
    }
    const sameKind = remains.get(kind);
    if (sameKind === undefined) remains.set(kind, [file]);
    else sameKind.push(file);
  }
  return remains;
}

const TEMPORARY = ['tmp/', 'var/tmp/', 'usr/tmp/', 'root/tmp/'] as const;

/** Whether it is in a folder for temporary files: whatever else it may be, it has no business in an image. */
export function isTemporary(path: string): boolean {
  return TEMPORARY.some(folder => path.startsWith(folder));
}

/** The entry of the folder for temporary files that holds it: `tmp/build` of `tmp/build/a.o`. */
export function temporaryEntry(path: string): string | null {
  const folder = TEMPORARY.find(each => path.startsWith(each));
  if (folder === undefined) return null;
  const slash = path.indexOf('/', folder.length);
  return slash < 0 ? path : path.slice(0, slash);
}
