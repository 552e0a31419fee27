import { z } from 'zod';
import { pathCode, phrase } from '../../base/phrase.ts';
import { isWithin } from '../../base/slash-path.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { instructionWords } from '../../dockerfile/shell-word.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { expandAt } from '../dockerfile/stage-variables.ts';
import type { FindingEvidence } from '../finding.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { atLocation, atRelated } from '../words/evidence-phrases.ts';

/**
 * RUN instructions that write below a volume that an earlier VOLUME declares. BuildKit keeps what they write, Docker's
 * classic builder throws it away (measured with Docker 28.5); of COPY and ADD both keep it.
 */
export const volumeBeforeWrites = defineRule({
  id: 'volume-before-writes',
  family: 'dockerfile',
  order: 100,
  severity: 'warning',
  args: () => z.object({ volume: z.string().min(1).describe('Without its leading slash') }),
  finds: 'RUNs that write below a VOLUME that was declared before',
  why: "BuildKit keeps these files, and Docker's classic builder discards them: the image depends on who builds it.",
  usual: 'None of the image: it is about files that may be missing.',
  remedy: 'Move `VOLUME` behind the RUNs that write there.',
  whenToIgnore: 'Where only BuildKit builds the image.',
  find: context => {
    const { dockerfile } = context;
    if (dockerfile === null) return [];
    return volumesOf(dockerfile).flatMap(({ instruction: volume, paths }) => {
      const behind = new Set(dockerfile.shipped.slice(dockerfile.shipped.indexOf(volume) + 1));
      return context.analysis.layers.flatMap(({ index }) => {
        const run = context.instructionOf(index);
        if (run?.keyword !== 'RUN' || !behind.has(run)) return [];
        const path = paths.find(each => writes(context, index, each));
        if (path === undefined) return [];
        return [
          {
            args: { volume: path },
            location: locationOf(run),
            related: locationOf(volume),
            evidence: evidenceOf(context, index, path),
          },
        ];
      });
    });
  },
  what: finding =>
    phrase`What the RUN${atLocation(finding)} writes below ${pathCode(finding.args.volume, 60)} comes after the VOLUME${atRelated(finding)}: BuildKit keeps it, and Docker's classic builder discards it`,
  fix: () => phrase`declare the VOLUME after the last RUN that writes there`,
});

function volumesOf(dockerfile: BuiltDockerfile) {
  return dockerfile.shipped.flatMap((instruction: DockerfileInstruction) => {
    if (instruction.keyword !== 'VOLUME') return [];
    const words = instructionWords(instruction.body, dockerfile.file.escape).flatMap(
      word => expandAt(dockerfile, instruction, word) ?? [],
    );
    const paths = words.filter(word => word.startsWith('/')).map(cleanPath);
    return [{ instruction, paths: paths.filter(path => path !== '') }];
  });
}

function writes({ analysis: { scans } }: RuleContext, layer: number, volume: string): boolean {
  const scan = scans[layer];
  if (scan === undefined) return false;
  const isWrite = (path: string): boolean => isBelow(path, volume);
  return scan.entries.values().some(({ path }) => isWrite(path)) || scan.whiteouts.some(isWrite);
}

/** The directory itself is in a layer also when something beside it is written. */
function isBelow(path: string, volume: string): boolean {
  return path !== volume && isWithin(path, volume);
}

/** Evidence without bytes: the files are neither waste nor too much. */
function evidenceOf({ analysis: { scans } }: RuleContext, layer: number, volume: string): FindingEvidence {
  const files = Iterator.from(scans[layer]?.entries ?? [])
    .filter(({ path, size }) => size > 0 && isBelow(path, volume))
    .toArray();
  const { paths } = summarizePaths(files.map(({ path, size }) => [path, size]));
  return { layers: [layer], paths, fileCount: files.length, bytes: 0 };
}
