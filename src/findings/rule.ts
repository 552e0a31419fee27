import type { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { type Phrase, phrase } from '../base/phrase.ts';
import { sumBytes } from '../base/sum-bytes.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../savings/layer-files.ts';
import {
  type Finding,
  type FindingArgs,
  type FindingEvidence,
  type FindingSeverity,
  type FoundFinding,
  NO_EVIDENCE,
  predictSaving,
} from './finding.ts';
import type { RuleContext } from './rule-context.ts';
import { unlessNeeded } from './words/need-phrase.ts';

/** What a rule says of a finding. */
export interface FindingWords {
  /** What is wrong, without the bytes that the sentence starts with and without its full stop. */
  readonly what: Phrase;
  /** What to do, without capital and full stop. */
  readonly fix: Phrase;
}

/** One thing that a rule has found, in the rule's own terms; all else of the finding follows. */
export interface Defect<Args extends FindingArgs> {
  readonly args: Args;
  /** Where to look in the Dockerfile; null where nothing tells. */
  readonly location: InstructionLocation | null;
  /** A second place. */
  readonly related?: InstructionLocation | null;
  /** The rule's own when absent. */
  readonly severity?: FindingSeverity | undefined;
  /** Absent where it is not about bytes. */
  readonly evidence?: FindingEvidence;
  /** What the fix would free: they make the saving. Absent where there is none. */
  readonly freed?: readonly FreedFile[];
  /** The fix, where it can be made safely. */
  readonly edits?: readonly DockerfileEdit[];
}

/** What a rule looks at: the list of all rules has a table for each. */
export type RuleFamily = 'waste' | 'leftovers' | 'packages' | 'dockerfile';

/** Everything about one kind of defect: what it is called, what finds it, and what is said of it. */
export interface RuleDefinition<Id extends string, Args extends FindingArgs> {
  /** kebab-case and stable: `deleted-later`. */
  readonly id: Id;
  readonly family: RuleFamily;
  /**
   * Its place in the family: lower first, and by id where it is equal. It decides between findings that are worth the
   * same, too.
   */
  readonly order: number;
  /** Of what it finds, where a defect does not say otherwise. */
  readonly severity: FindingSeverity;
  /** What the arguments are. Asked for once, when somebody reads a finding. */
  readonly args: () => z.ZodType<Args>;
  /** What it finds, in one line without a full stop: the list of all rules. Markdown. */
  readonly finds: string;
  /** Why it matters and what it leaves alone: its page. Markdown. `examples/rules` shows the defect. */
  readonly why: string;
  /** How many bytes it usually is: measured ones are said to be. Sentences. Markdown. */
  readonly usual: string;
  /** How to mend it, whatever the finding. Sentences. Markdown. */
  readonly remedy: string;
  /** When it is right as it is. Sentences. Markdown. */
  readonly whenToIgnore: string;
  /** Where none of its findings ever has an edit, why: a sentence without its full stop. Absent where edits may be. */
  readonly byHand?: string;
  /** Pure; the order of what it finds is of no matter. */
  readonly find: (context: RuleContext) => readonly Defect<NoInfer<Args>>[];
  /** What is wrong, behind the bytes of the evidence, without its full stop: `of logs in /var/log/ stay …`. */
  readonly what: (finding: Finding<NoInfer<Id>, NoInfer<Args>>) => Phrase;
  /** What to do, without capital and full stop. */
  readonly fix: (finding: Finding<NoInfer<Id>, NoInfer<Args>>) => Phrase;
}

/** A rule, as those see it that know nothing of its arguments. */
export interface Rule<Id extends string = string, Args extends FindingArgs = FindingArgs> {
  readonly id: Id;
  readonly family: RuleFamily;
  /** Its place in the family, lower first. */
  readonly order: number;
  readonly severity: FindingSeverity;
  /** Markdown. */
  readonly finds: string;
  /** Markdown. */
  readonly why: string;
  /** Markdown. */
  readonly usual: string;
  /** Markdown. */
  readonly remedy: string;
  /** Markdown. */
  readonly whenToIgnore: string;
  /** Why nothing of it is ever edited: a sentence without its full stop; null where edits may be. */
  readonly byHand: string | null;
  readonly args: () => z.ZodType<Args>;
  find(context: RuleContext): readonly FoundFinding<Id, Args>[];
  /** The finding with arguments of the rule's type; null where it is of another rule, or has others. */
  read(finding: Finding): Finding<Id, Args> | null;
  /** Its words, made of its arguments; null where `read` gives null: a report from elsewhere may have anything. */
  describe(finding: Finding): FindingWords | null;
}

/** A rule in one piece: the compiler holds its words against its arguments, and a report's arguments against them. */
export function defineRule<const Id extends string, Args extends FindingArgs>(
  definition: RuleDefinition<Id, Args>,
): Rule<Id, Args> {
  const { id, family, order, severity, finds, why, usual, remedy, whenToIgnore, args, what, fix } =
    definition;
  const schema = lazy(args);
  const read = (finding: Finding): Finding<Id, Args> | null => {
    if (finding.rule !== id) return null;
    const { success, data } = schema().safeParse(finding.args);
    return success ? { ...finding, rule: id, args: data } : null;
  };
  return {
    id,
    family,
    order,
    severity,
    finds,
    why,
    usual,
    remedy,
    whenToIgnore,
    byHand: definition.byHand ?? null,
    args,
    find: context => definition.find(context).map(defect => findingOf(definition, defect)),
    read,
    describe: finding => {
      const known = read(finding);
      return known === null
        ? null
        : {
            what: what(known),
            fix: phrase`${fix(known)}${unlessNeeded(known.args)}`,
          };
    },
  };
}

function findingOf<Id extends string, Args extends FindingArgs>(
  { id, severity }: RuleDefinition<Id, Args>,
  defect: Defect<Args>,
): FoundFinding<Id, Args> {
  const { freed = [] } = defect;
  return {
    rule: id,
    severity: defect.severity ?? severity,
    args: defect.args,
    location: defect.location,
    related: defect.related ?? null,
    evidence: defect.evidence ?? NO_EVIDENCE,
    saving: freed.length === 0 ? null : predictSaving(sumBytes(freed)),
    edits: defect.edits ?? [],
    freed,
  };
}
