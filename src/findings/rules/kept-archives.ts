import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, phrase } from '../../base/phrase.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { isMentioned } from '../dockerfile/mention.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { ArchiveUse } from '../leftovers/archive-use.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** Test data and the like is smaller. */
const MIN_BYTES = 100_000;

const BROUGHT_BY = ['run', 'copy', 'add'] as const;

/** Archives and packages that a RUN unpacks or installs, and that stay where they are. */
export const keptArchives = defineRule({
  id: 'kept-archives',
  family: 'leftovers',
  order: 90,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      broughtBy: z
        .enum(BROUGHT_BY)
        .nullable()
        .describe(
          'What brought them: a RUN; COPY or ADD from the context or another stage; null where unknown',
        ),
    }),
  finds: 'Archives that were unpacked, and kept',
  why: 'The image ships the content twice: packed and unpacked.',
  usual: 'The size of the archive: a source tarball some megabytes, a toolchain or a model hundreds.',
  remedy:
    'Download, unpack and delete in one RUN, or pipe the download into `tar`. A local tar is unpacked by `ADD`; other archives can be mounted (`RUN --mount=type=bind`).',
  whenToIgnore: 'Where the image serves the archive, or installs from it when it starts.',
  find: context =>
    leftoverDefects(context, findKeptArchives(context), {
      minBytes: MIN_BYTES,
      args: ({ instruction }) => ({ broughtBy: broughtBy(instruction) }),
      edits: (instruction, group) => edits(context, instruction, group),
    }),
  what: finding => phrase`${leftoverFiles('archives', finding)} stays in the image after it is unpacked`,
  fix: ({ args }) =>
    args.broughtBy === 'copy' || args.broughtBy === 'add'
      ? phrase`let the RUN that unpacks them read them with ${code('RUN --mount=type=bind')}, or let ${code('ADD')} unpack a local tar`
      : phrase`download, unpack and delete them in one RUN`,
});

/** Archives that a RUN unpacks which is, or comes after, the instruction that wrote them. */
export function findKeptArchives(context: RuleContext): readonly VisibleFile[] {
  const { dockerfile } = context;
  const archives = context.filesOfKind('archives');
  if (dockerfile === null || archives.length === 0) return [];
  const { uses, running } = readUses(dockerfile);
  return archives.filter(({ path, layer }) => {
    const writer = context.instructionOf(layer);
    if (writer === null || isMentioned(running, [baseImageName(path)])) return false;
    const from = dockerfile.shipped.indexOf(writer);
    return uses.some(({ place, use }) => place >= from && use.unpacks(path));
  });
}

/** The RUNs with their places among what ships, and the instructions that say what the image runs. */
function readUses({ shipped }: BuiltDockerfile) {
  return {
    uses: shipped.flatMap((instruction, place) =>
      instruction.keyword === 'RUN' ? [{ place, use: new ArchiveUse(instruction) }] : [],
    ),
    running: shipped.filter(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT'),
  };
}

function broughtBy(instruction: DockerfileInstruction | null): (typeof BROUGHT_BY)[number] | null {
  if (instruction === null) return null;
  if (instruction.keyword === 'COPY') return 'copy';
  return instruction.keyword === 'ADD' ? 'add' : 'run';
}

/** Deleting them where they are written helps only where that RUN is the last one that reads them. */
function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
): readonly DockerfileEdit[] | OfferedFix {
  const paths = files.map(({ path }) => path);
  const later = context.dockerfile?.shipped.slice(context.dockerfile.shipped.indexOf(instruction) + 1) ?? [];
  const uses = later.map(each => new ArchiveUse(each));
  if (paths.some(path => uses.some(use => use.unpacks(path)))) return [];
  return removalFix(context, instruction, { paths, names: paths.map(baseImageName), program: 'rm -f' });
}

function baseImageName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
