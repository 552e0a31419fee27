import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { type LeftoverGroup, leftoverFindings } from '../leftover.ts';
import { isBuildTool } from '../packages/build-tool.ts';
import { mayBuild, runsAny } from '../packages/building.ts';
import { dpkgTraces } from '../packages/dpkg-traces.ts';
import { recommendedPackages, usedFrom } from '../packages/recommended-packages.ts';
import { ownFilesOf, packageArgs } from '../packages/system-packages.ts';
import { buildUpon } from '../recipe/stage-graph.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** Few packages recommend nothing at all, and what some recommend is smaller than its mention. */
const FLOOR = 500_000;

/** Debian packages that apt installed only because another recommends them. Arguments: `PackageArgs`. */
export const recommendedPackagesRule: Rule = {
  id: 'recommended-packages',
  find: subject => {
    const { spare } = recommendedPackages(subject);
    const files = [...ownFilesOf(subject, spare), ...dpkgTraces(subject, spare)];
    return leftoverFindings(subject, files, {
      rule: 'recommended-packages',
      severity: 'warning',
      floor: FLOOR,
      args: group => ({ ...packageArgs(subject, group.files) }),
      edits: (instruction, group) => edits(subject, instruction, group),
    });
  },
};

const PROGRAMS = ['apt-get', 'apt'] as const;
const OPTION = '--no-install-recommends';
const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** Installing without recommendations, and by name those of them that are in use. */
function edits(
  subject: Subject,
  instruction: DockerfileInstruction,
  group: LeftoverGroup,
): readonly DockerfileEdit[] {
  const { commands } = runScript(instruction).script;
  const installs = commands.filter(isInstall);
  const isDone = /no-install-recommends|install-recommends=|APT::Install-Recommends/i.test(instruction.text);
  if (installs.length === 0 || isDone || needsCompiler(subject, instruction, group)) return [];
  const names = usedFrom(subject, group.layers).map(({ name }) => name);
  if (!names.every(name => PACKAGE_NAME.test(name))) return [];
  const option = [OPTION, ...names.sort()].join(' ');
  return PROGRAMS.filter(program => installs.some(({ words }) => words[0] === program)).map(program => ({
    ...{ kind: 'add-option' as const, line: instruction.startLine },
    ...{ program: [program, 'install'], option },
  }));
}

function isInstall({ words: [program, ...words] }: ShellCommand): boolean {
  return PROGRAMS.some(known => known === program) && words.includes('install');
}

/** Whether a compiler is among the packages and something is run that may call it, as installing with pip does. */
function needsCompiler(
  subject: Subject,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): boolean {
  const { recipe, analysis } = subject;
  const owners = new Set(files.map(({ path }) => analysis.packages.ownerOf(path)));
  const hasTool = [...owners].some(owner => owner !== null && isBuildTool(owner));
  return hasTool && (recipe === null || runsAny([instruction, ...buildUpon(recipe, instruction)], mayBuild));
}
