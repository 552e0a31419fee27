import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { addOptionEdits } from '../../dockerfile/edit/add-option.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { APT } from '../../package-managers/apt.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { buildUpon } from '../dockerfile/stage-graph.ts';
import type { FindingArgs } from '../finding.ts';
import { type LeftoverGroup, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { isBuildTool, mayBuild, runsAny } from '../packages/building.ts';
import { dpkgTraces } from '../packages/dpkg-traces.ts';
import { inParentheses, packageArgs, packageNames } from '../packages/package-names.ts';
import { findRecommended, findUsedPackages } from '../packages/recommends.ts';
import { findArrival, findOwnFiles } from '../packages/system-packages.ts';
import { type Defect, defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';

/** Few packages recommend nothing at all, and what some recommend is smaller than its mention. */
const MIN_BYTES = 500_000;

/** Debian packages that apt installed only because another recommends them. */
export const recommendedPackages = defineRule({
  id: 'recommended-packages',
  family: 'packages',
  order: 20,
  severity: 'warning',
  args: () =>
    packageArgs().extend({
      dropped: z.string().default('').describe('All of them by name: `less, patch`'),
      kept: z
        .string()
        .default('')
        .describe(
          'Recommended packages that something uses, to be asked for by name: `dirmngr`; empty where none is',
        ),
    }),
  finds: 'Packages that apt installed only because another package recommends them',
  why: "Debian's recommendations are made for full systems, and a container rarely needs them. Not counted are packages that the Dockerfile or a script in the image names, packages that programs use without naming them, for example `dirmngr` by `gpg`, and settings, data and modules that installed libraries read by themselves, for example `libldap-common`. Nobody can tell in advance that a program does without the others: an edit is made only where a build proves it (`--prove`), best with a test of the image (`--fix-check`).",
  usual:
    'Depends on the packages: nothing for many, a few megabytes for command line tools, and hundreds where a desktop library or a compiler is recommended.',
  remedy:
    'Install with `--no-install-recommends` and name the packages that you do want. Try the image afterwards: what was dropped may have been used.',
  whenToIgnore:
    'Where the recommended packages are wanted. Naming them in the `install` says so to apt as well.',
  find: context => {
    const { spare } = findRecommended(context);
    const files = [...findOwnFiles(context, spare), ...dpkgTraces(context, spare)];
    return leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      args: group => ({
        ...packageNames(context, group.files),
        dropped: droppedNames(context, group, spare),
        kept: keptNames(context, group).join(', '),
      }),
      edits: (instruction, group) => edits(context, instruction, group),
    }).map(defect => withHidden(context, spare, defect));
  },
  what: finding =>
    phrase`of packages that others only recommend${inParentheses(finding.args)}${leftAt(finding, 'is installed')}`,
  fix: ({ args: { kept } }) => {
    const named = kept === '' ? 'those that the image needs' : code(kept, 200);
    return phrase`install with ${code(options['apt-get'])}, and name ${named}: what install scripts of the others made (users, links, settings, compiled files) goes, too`;
  },
});

/** What of these packages later layers hide goes, too: documentation that was deleted. */
function withHidden<Args extends FindingArgs>(
  { analysis }: RuleContext,
  spare: ReadonlySet<InstalledPackage>,
  defect: Defect<Args>,
): Defect<Args> {
  const { freed = [] } = defect;
  const layers = defect.evidence?.layers ?? [];
  const known = new Set(freed.map(({ layer, path }) => `${layer} ${path}`));
  const hidden = analysis.wastedFiles.flatMap(({ path, bytes, writtenBy: layer }) => {
    const owner = layers.includes(layer) ? analysis.packages.ownerOf(path) : null;
    const isGoing = owner !== null && spare.has(owner) && !known.has(`${layer} ${path}`);
    return isGoing ? [{ layer, path, bytes }] : [];
  });
  return hidden.length === 0 ? defect : { ...defect, freed: [...freed, ...hidden] };
}

const { options, decided } = APT.recommends;
const INSTALLS: ReadonlySet<string> = new Set(APT.recommends.verbs);
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** Installing without recommendations, and by name those of them that are in use. */
function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  group: LeftoverGroup,
): readonly DockerfileEdit[] {
  const { commands } = runScript(instruction).script;
  const installs = commands.flatMap(command => findInstall(command) ?? []);
  const isDecided = decided.test(instruction.text);
  if (installs.length === 0 || isDecided || needsCompiler(context, instruction, group)) return [];
  const names = keptNames(context, group);
  if (!names.every(name => PACKAGE_NAME.test(name))) return [];
  const added = installs.map(({ program, verb }) => ({
    program: [program, verb],
    option: [options[program], ...names].join(' '),
  }));
  return addOptionEdits(instruction.startLine, added);
}

function keptNames(context: RuleContext, { layers }: LeftoverGroup): readonly string[] {
  return [...new Set(findUsedPackages(context, layers).map(({ name }) => name))].sort();
}

/** Also those without a file of their own. */
function droppedNames(
  context: RuleContext,
  { layers }: LeftoverGroup,
  spare: ReadonlySet<InstalledPackage>,
): string {
  const arrived = [...spare].filter(found => layers.includes(findArrival(context, found) ?? -1));
  return [...new Set(arrived.map(({ name }) => name))].sort().join(', ');
}

interface Install {
  readonly program: keyof typeof options;
  readonly verb: string;
}

function findInstall({ words: [first, ...words] }: ShellCommand): Install | null {
  const program = APT.programs.find(known => known === first);
  const verb = words.find(word => INSTALLS.has(word));
  return program === undefined || verb === undefined ? null : { program, verb };
}

/** Whether a compiler is among the packages and something is run that may call it, as installing with pip does. */
function needsCompiler(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): boolean {
  const { dockerfile, analysis } = context;
  const owners = new Set(files.map(({ path }) => analysis.packages.ownerOf(path)));
  const hasTool = [...owners].some(owner => owner !== null && isBuildTool(owner));
  return (
    hasTool &&
    (dockerfile === null || runsAny([instruction, ...buildUpon(dockerfile, instruction)], mayBuild))
  );
}
