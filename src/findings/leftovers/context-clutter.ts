import type { WastedFile } from '../../analysis/image-analysis.ts';
import { isMentioned, nameByItself, otherInstructions } from '../dockerfile/mention.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { type CopiedFile, findCopiedFiles } from './copied-file.ts';
import { type DevelopmentFile, DOCKER_FILE, isOfHistory } from './development-file.ts';

export interface CopiedDevelopmentFile extends CopiedFile {
  readonly development: DevelopmentFile;
}

/** Without what other instructions name, but for histories: these do not belong in an image, whoever uses them. */
export const findClutter = memoize((context: RuleContext): readonly CopiedDevelopmentFile[] => {
  const { dockerfile } = context;
  const named = new Map<string, boolean>();
  return findCopiedFiles(context).flatMap(copied => {
    const { development } = copied;
    if (dockerfile === null || (development?.kind !== 'history' && development?.kind !== 'tooling'))
      return [];
    const { instruction, destination } = copied.copy;
    const isDocker = DOCKER_FILE.test(development.name);
    // Where the text does not tell what is the top of the context, such a file may be from anywhere in it.
    if (isDocker && destination === null) return [];
    const key = `${instruction.startLine} ${isDocker || development.name}`;
    const isNamed =
      named.get(key) ??
      (development.kind === 'tooling' &&
        isMentioned(otherInstructions(dockerfile, instruction), [
          isDocker ? DOCKER_NAME : nameByItself(development.name),
        ]));
    named.set(key, isNamed);
    return isNamed ? [] : [{ ...copied, development }];
  });
});

/** The directory of the history that the file is a part of, as the image has it; null where it is of none. */
export function findHistory({ file: { path }, inside, development }: CopiedDevelopmentFile): string | null {
  const beneath = inside.slice(development.root.length + 1);
  return isOfHistory(development, beneath) ? path.slice(0, path.length - beneath.length) : null;
}

/** For rules about waste: whether the rule about clutter tells of the file. */
export const isClutter = memoize((context: RuleContext) => {
  const told = new Set(findClutter(context).map(({ file }) => `${file.layer} ${file.path}`));
  return ({ writtenBy, path }: WastedFile): boolean => told.has(`${writtenBy} ${path}`);
});

const DOCKER_NAME = /Dockerfile|\bcompose\b|docker-bake/i;
