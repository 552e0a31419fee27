import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { CacheKind } from '../../compare/known-cache.ts';
import type { Tool } from '../recipe/program-use.ts';
import type { Subject } from '../subject.ts';
import type { Remedy } from './cache-remedy.ts';

/** One package manager's cache, and what keeps it out of an image. */
export interface CacheSpec {
  /** Its rule has the same name. */
  readonly kind: CacheKind;
  readonly tool: Tool;
  /** Absent where nothing is known to be safe. */
  readonly remedy?: Remedy;
  /** Whether a later RUN that runs the tool would write again what an earlier one does not leave. */
  readonly isShared: boolean | ((subject: Subject) => boolean);
  /** What tells the tool to keep nothing. */
  readonly option?: string;
  /** What an image runs, in CMD or ENTRYPOINT, that needs the files: then they are no leftover. */
  readonly neededBy?: RegExp;
  /** What it runs that might miss them: then nobody but the user is to take them away. */
  readonly missedBy?: RegExp;
  /** The files that the fix takes away; all of the kind when absent. */
  readonly select?: (files: readonly VisibleFile[], subject: Subject) => readonly VisibleFile[];
}
