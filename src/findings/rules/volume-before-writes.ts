import { summarizePaths } from '../../compare/path-summary.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import type { FindingEvidence } from '../finding.ts';
import { isWithin } from '../order/independent-run.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import { wordsOf } from '../recipe/instruction-paths.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type VolumeBeforeWritesArgs = {
  /** Without its leading slash. */
  readonly volume: string;
};

/**
 * RUN instructions that write below a volume that an earlier VOLUME declares. BuildKit keeps what they write, Docker's
 * classic builder throws it away (measured with Docker 28.5); of COPY and ADD both keep it.
 */
export const volumeBeforeWrites: Rule = {
  id: 'volume-before-writes',
  find: subject => {
    const { recipe } = subject;
    if (recipe === null) return [];
    return volumesOf(recipe).flatMap(({ instruction: volume, paths }) => {
      const behind = new Set(recipe.shipped.slice(recipe.shipped.indexOf(volume) + 1));
      return subject.analysis.layers.flatMap(({ index }) => {
        const run = subject.instructionOf(index);
        if (run?.keyword !== 'RUN' || !behind.has(run)) return [];
        const path = paths.find(each => writes(subject, index, each));
        if (path === undefined) return [];
        const args: VolumeBeforeWritesArgs = { volume: path };
        const evidence = evidenceOf(subject, index, path);
        return [
          recipeFinding({
            rule: 'volume-before-writes',
            severity: 'warning',
            ...{ args, at: run, related: volume, evidence },
          }),
        ];
      });
    });
  },
};

function volumesOf({ shipped, dockerfile }: Recipe) {
  return shipped.flatMap((instruction: DockerfileInstruction) => {
    if (instruction.keyword !== 'VOLUME') return [];
    const words = wordsOf(instruction.body, dockerfile.escape).filter(word => /^\/[^$]*$/.test(word));
    return [{ instruction, paths: words.map(cleanPath).filter(path => path !== '') }];
  });
}

function writes({ analysis: { scans } }: Subject, layer: number, volume: string): boolean {
  const { entries, whiteouts } = scans[layer] ?? { entries: [], whiteouts: [] };
  return entries.some(({ path }) => isBelow(path, volume)) || whiteouts.some(path => isBelow(path, volume));
}

/** The directory itself is in a layer also when something beside it is written. */
function isBelow(path: string, volume: string): boolean {
  return path !== volume && isWithin(path, volume);
}

/** Without bytes: they are neither waste nor too much. */
function evidenceOf({ analysis: { scans } }: Subject, layer: number, volume: string): FindingEvidence {
  const files = (scans[layer]?.entries ?? []).filter(({ path, size }) => size > 0 && isBelow(path, volume));
  const { paths } = summarizePaths(files.map(({ path, size }) => [path, size]));
  return { layers: [layer], paths, fileCount: files.length, bytes: 0 };
}
