import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type IgnoreComment, withoutIgnores } from '../../dockerfile/ignore-comment.ts';

/** One rule that a comment ignores. */
interface IgnoredRule {
  readonly rule: string;
  readonly comment: IgnoreComment;
}

/**
 * Tells the rules of comments that the baseline's Dockerfile does not ignore there. It does where the same instruction
 * has a comment with the rule, or one that was edited since: whose text the head has nowhere.
 * @param head comments of `dockerfile`, in its order
 */
export function findAddedIgnores(
  head: readonly IgnoreComment[],
  baseline: readonly IgnoreComment[],
  { instructions }: Pick<Dockerfile, 'instructions'>,
): (comment: IgnoreComment, rule: string) => boolean {
  const known = baseline.flatMap(rulesOf);
  const take = (isSame: (each: IgnoredRule) => boolean): boolean => {
    const index = known.findIndex(isSame);
    if (index >= 0) known.splice(index, 1);
    return index >= 0;
  };
  const texts = new Set(instructions.map(({ text }) => withoutIgnores(text)));
  const added = head
    .flatMap(rulesOf)
    .filter(ignored => !take(each => isLike(each, ignored) && textOf(each) === textOf(ignored)))
    .filter(ignored => !take(each => isLike(each, ignored) && !texts.has(textOf(each))));
  const byComment = Map.groupBy(added, ({ comment }) => comment);
  return (comment, rule) => byComment.get(comment)?.some(each => each.rule === rule) === true;
}

function rulesOf(comment: IgnoreComment): readonly IgnoredRule[] {
  return [...new Set(comment.rules)].map(rule => ({ rule, comment }));
}

/** As far as an edit of the instruction leaves it. */
function isLike(one: IgnoredRule, other: IgnoredRule): boolean {
  const [a, b] = [one.comment, other.comment];
  return (
    one.rule === other.rule && a.scope === b.scope && keywordOf(a.instruction) === keywordOf(b.instruction)
  );
}

function keywordOf(instruction: DockerfileInstruction | null): string {
  return instruction?.keyword ?? '';
}

function textOf({ comment: { instruction } }: IgnoredRule): string {
  return withoutIgnores(instruction?.text ?? '');
}
