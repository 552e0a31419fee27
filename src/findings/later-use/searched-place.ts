import { isWithin } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import type { RuleContext } from '../rule-context.ts';

/**
 * Who finds files that nobody names: `any` program, as it loads libraries; `others`, those that start programs or read
 * settings of the system; or none.
 */
export type Lookup = 'none' | 'others' | 'any';

/** Programs, their data and settings, also those of a user. */
const SEARCHED =
  /^(?:etc|usr|lib(?:32|64|x32)?|s?bin|var\/lib|(?:root|home\/[^/]+)\/\.(?!cache(?:\/|$))[^/]+)(?:\/|$)/;
/** What people read, or build from. */
const UNSEARCHED = /^usr\/(?:local\/)?(?:src|share\/(?:doc|man|info))(?:\/|$)/;
/** Directories of programs outside of these: a base image may have put them into PATH. */
const PROGRAMS = /(?:^|\/)(?:s?bin|libexec)\/[^/]+$/;
const TEMPORARY = /^(?:var\/)?tmp(?:\/|$)/;
/** What the loader and libc read for every program. */
const LOADED = /\.so(?:\.[\d.]+)?$|^etc\/ld\.so|^usr\/lib\/locale(?:\/|$)/;

/** Who may find something at the paths, of all that the instruction wrote there. */
export function findLookup(
  context: RuleContext,
  writer: DockerfileInstruction,
  paths: readonly string[],
): Lookup {
  const { analysis, dockerfile } = context;
  const settings = (dockerfile?.shipped ?? [])
    .filter(({ keyword }) => keyword === 'ENV' || keyword === 'ARG')
    .flatMap(({ body }) => body.split(/[\s"'=:;,]+/))
    .filter(word => word.startsWith('/'))
    .map(cleanPath)
    .filter(path => path !== '');
  const isSet = (path: string): boolean => settings.some(setting => isWithin(path, setting));
  const isSearched = (path: string): boolean =>
    (SEARCHED.test(path) && !UNSEARCHED.test(path)) || isSet(path);
  let lookup: Lookup = paths.some(isSearched) ? 'others' : 'none';
  for (const [layer, { entries }] of analysis.scans.entries()) {
    if (context.instructionOf(layer) !== writer) continue;
    for (const { path } of entries) {
      if (!paths.some(each => isWithin(path, each))) continue;
      if (isSearched(path) && LOADED.test(path)) return 'any';
      if (PROGRAMS.test(path) && !TEMPORARY.test(path)) lookup = 'others';
    }
  }
  return lookup;
}
