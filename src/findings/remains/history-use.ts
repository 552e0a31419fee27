import { mountsOf } from '../../dockerfile/mount.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { isMentioned, otherInstructions } from '../recipe/dockerfile-mention.ts';
import type { Subject } from '../subject.ts';
import type { ContextCopy } from './context-copy.ts';

const GIT = /(?:^|\/)bin\/git$/;
/** Tools that read a repository by themselves, without git: JGit in plugins of builds, gix in build scripts. */
const READERS = /\b(?:git|hg|svn|mvnw?|gradlew?|sbt|cargo|setuptools[_-]scm)\b/;

/** Whether anything that the build does may need the history that a copy brings: a version told by `git describe`. */
export function mayUseHistory(subject: Subject, { instruction }: ContextCopy): boolean {
  const { recipe, analysis } = subject;
  if (recipe === null) return true;
  const others = otherInstructions(recipe, instruction).filter(({ keyword }) => keyword !== 'LABEL');
  return (
    isMentioned(others, [READERS]) ||
    others.some(({ keyword, flags, body }) => {
      const isFrom = flags.some(({ name }) => name === 'from');
      if (keyword === 'COPY' || keyword === 'ADD')
        return !isFrom && (body.startsWith('[') || cleanPath(body.split(/\s/)[0] ?? '') === '');
      return mountsOf(flags).some(({ type, from }) => type === 'bind' && from === null);
    }) ||
    analysis.visibleFiles.some(({ path }) => GIT.test(path))
  );
}
