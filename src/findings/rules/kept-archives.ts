import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { mountFor } from '../dockerfile/bind-mount.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { ArchiveUse } from '../leftovers/archive-use.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findRepeatedArchives } from '../leftovers/repeated-archive.ts';
import { findKeptArchives, isAmongTemporary } from '../leftovers/unpacked-archive.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** Test data and the like is smaller. */
const MIN_BYTES = 100_000;

const BROUGHT_BY = ['run', 'copy', 'add', 'again'] as const;

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
          'What brought them: a RUN; COPY or ADD from the context or another stage; `again`: COPY or ADD of a folder, where another one takes them by name; null where unknown',
        ),
      mount: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'The flag with which a RUN can read them without a copy; null where the text does not tell',
        ),
      unpackedAt: z
        .int()
        .nullable()
        .default(null)
        .describe('First line of the last later RUN that unpacks them; null where none does'),
    }),
  finds: 'Archives that were unpacked, and kept',
  why: 'The image ships the content twice: packed and unpacked.',
  usual: 'The size of the archive: a source tarball some megabytes, a toolchain or a model hundreds.',
  remedy:
    'Download, unpack and delete in one RUN, or pipe the download into `tar`. A local tar is unpacked by `ADD`; other archives can be mounted (`RUN --mount=type=bind`).',
  whenToIgnore: 'Where the image serves the archive, or installs from it when it starts.',
  find: context => {
    const kept = findKeptArchives(context).filter(file => !isAmongTemporary(context, file));
    const known = new Set(kept);
    const repeated = findRepeatedArchives(context).filter(file => !known.has(file));
    return [
      ...leftoverDefects(context, kept, {
        minBytes: MIN_BYTES,
        args: ({ instruction, layers: [layer = -1], files }) => ({
          broughtBy: broughtBy(instruction),
          unpackedAt: unpackedAt(context, instruction, files),
          mount: mountFor(
            context,
            layer,
            files.map(({ path }) => path),
          ),
        }),
        edits: (instruction, group) => edits(context, instruction, group),
      }),
      ...leftoverDefects(context, repeated, {
        minBytes: MIN_BYTES,
        args: () => ({ broughtBy: 'again' as const, mount: null, unpackedAt: null }),
      }),
    ];
  },
  what: finding => phrase`${leftoverFiles('archives', finding)} stays in the image after it is unpacked`,
  fix: ({ args: { broughtBy, mount, unpackedAt } }) => {
    if (broughtBy === 'again') return phrase`copy by name what the image needs of the folder`;
    if (broughtBy !== 'copy' && broughtBy !== 'add') {
      const line = unpackedAt === null ? '' : ` (line ${unpackedAt} unpacks them)`;
      return phrase`download, unpack and delete them in one RUN${line}`;
    }
    const isLocal = mount?.includes(',from=') !== true;
    const add = isLocal ? phrase`, or let ${code('ADD')} unpack a local tar` : [];
    return phrase`let the RUN that unpacks them read them with ${code(`RUN ${mount ?? '--mount=type=bind'}`, 160)}${add}`;
  },
});

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
  if (unpackedAt(context, instruction, files) !== null) return [];
  return removalFix(context, instruction, {
    paths,
    names: paths.map(fileName),
    program: 'rm -f',
    isData: true,
  });
}

/** The last instruction behind the one that brought them which unpacks one of them. */
function unpackedAt(
  { dockerfile }: RuleContext,
  instruction: DockerfileInstruction | null,
  files: LeftoverGroup['files'],
): number | null {
  if (dockerfile === null || instruction === null) return null;
  const { shipped } = dockerfile;
  const later = shipped.slice(shipped.indexOf(instruction) + 1).findLast(each => {
    const use = new ArchiveUse(each);
    return files.some(({ path }) => use.unpacks(path));
  });
  return later?.startLine ?? null;
}

function fileName(path: string): string {
  return baseName(path);
}
