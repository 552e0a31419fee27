import { leftoverFindings } from '../leftover.ts';
import { isMentioned, nameByItself, otherInstructions } from '../recipe/dockerfile-mention.ts';
import { DOCKER_FILE } from '../remains/clutter.ts';
import type { ContextCopy } from '../remains/context-copy.ts';
import { copiedFiles, copyingLayer } from '../remains/copied-file.ts';
import { mayUseHistory } from '../remains/history-use.ts';
import { type CopiedClutter, ignoring } from '../remains/ignore-edits.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Less is not worth an entry; of a history any byte is, as it holds what was deleted, too. */
const FLOOR = 100_000;

export type ContextClutterArgs = {
  /** Whether a version control system's directory is among it. */
  readonly hasHistory: boolean;
};

/**
 * What `COPY .` brings that no image needs: histories, folders of editors and CI, caches of test tools, Dockerfiles.
 * READMEs are none, as Python's and Rust's builds want them.
 */
export const contextClutter: Rule = {
  id: 'context-clutter',
  find: subject => {
    const needsHistory = new Map<ContextCopy, boolean>();
    const mayNeed = ({ copy, clutter }: CopiedClutter): boolean => {
      if (clutter.kind !== 'history') return false;
      const known = needsHistory.get(copy) ?? mayUseHistory(subject, copy);
      needsHistory.set(copy, known);
      return known;
    };
    const found = clutterIn(subject);
    return [
      ...clutterFindings(
        subject,
        found.filter(each => !mayNeed(each)),
        true,
      ),
      ...clutterFindings(subject, found.filter(mayNeed), false),
    ];
  },
};

/** Without what other instructions name, but for histories: these are no part of an image, whoever uses them. */
function clutterIn(subject: Subject): readonly CopiedClutter[] {
  const { recipe } = subject;
  const named = new Map<string, boolean>();
  return copiedFiles(subject).flatMap(copied => {
    const { clutter } = copied;
    if (recipe === null || (clutter?.kind !== 'history' && clutter?.kind !== 'workshop')) return [];
    const { instruction, destination } = copied.copy;
    const isDocker = DOCKER_FILE.test(clutter.name);
    // Where the text does not tell what is the top of the context, such a file may be from anywhere in it.
    if (isDocker && destination === null) return [];
    const key = `${instruction.startLine} ${isDocker || clutter.name}`;
    const isNamed =
      named.get(key) ??
      (clutter.kind === 'workshop' &&
        isMentioned(otherInstructions(recipe, instruction), [
          isDocker ? DOCKER_NAME : nameByItself(clutter.name),
        ]));
    named.set(key, isNamed);
    return isNamed ? [] : [{ ...copied, clutter }];
  });
}

const DOCKER_NAME = /Dockerfile|\bcompose\b|docker-bake/i;

function clutterFindings(
  subject: Subject,
  found: readonly CopiedClutter[],
  canBeIgnored: boolean,
): readonly ClaimedFinding[] {
  const clutterAt = new Map(found.map(each => [each.file, each]));
  return leftoverFindings(
    subject,
    found.map(({ file }) => file),
    {
      ...{ rule: 'context-clutter', severity: 'warning', floor: 1, blamedLayer: copyingLayer(found) },
      args: ({ files }): ContextClutterArgs => ({
        hasHistory: files.some(file => clutterAt.get(file)?.clutter.kind === 'history'),
      }),
      edits: (_instruction, { files }) =>
        canBeIgnored ? ignoring(files.flatMap(file => clutterAt.get(file) ?? [])) : [],
    },
  ).filter(({ finding }) => finding.args['hasHistory'] === true || finding.evidence.bytes >= FLOOR);
}
