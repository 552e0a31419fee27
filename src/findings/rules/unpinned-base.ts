import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { expandVariables } from '../../dockerfile/shell-word.ts';
import { globalArguments, type Stage } from '../../dockerfile/stage.ts';
import { findNeededStages } from '../dockerfile/stage-graph.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { atLocation } from '../words/evidence-phrases.ts';

/**
 * An image that is built on whatever is the newest: another build has another base. A tag without a digest is what
 * people choose to get fixes, and is left alone.
 */
export const unpinnedBase = defineRule({
  id: 'unpinned-base',
  family: 'dockerfile',
  order: 80,
  severity: 'warning',
  args: () =>
    z.object({
      image: z.string().describe('As FROM has it'),
      isLatest: z.boolean().describe('Whether it says `latest` itself'),
    }),
  finds: 'A base image without a version',
  why: 'Two builds of the same Dockerfile may then differ. A tag without a digest is not reported: people choose it to get fixes.',
  usual: 'None: it is about what the next build is built on.',
  remedy: 'Name a version: `FROM debian:bookworm` rather than `FROM debian`.',
  whenToIgnore: 'Where every build is meant to take what is newest, and something notices when that breaks.',
  find: context => {
    const { dockerfile } = context;
    if (dockerfile === null) return [];
    const reported = new Set<string>();
    return findNeededStages(dockerfile).flatMap(stage => {
      const image = externalImage(stage, dockerfile);
      if (image === null || reported.has(image) || isContext(image, context)) return [];
      reported.add(image);
      const tag = tagOf(image);
      if (tag !== null && tag !== 'latest') return [];
      return [{ args: { image: stage.baseImage, isLatest: tag !== null }, location: locationOf(stage.from) }];
    });
  },
  what: finding => {
    const { image, isLatest } = finding.args;
    const why = isLatest ? 'means' : 'has no tag, and means';
    return phrase`${code(image, 100)}${atLocation(finding)} ${why} whatever image is latest on the day of the build`;
  },
  fix: () => phrase`name a version, as in ${code('debian:bookworm')}`,
});

/** What FROM names when that is an image; null for scratch, a stage above, a digest, and what no text tells. */
function externalImage({ baseImage, index }: Stage, { file, buildArgs }: BuiltDockerfile): string | null {
  const { instructions, stages } = file;
  const image = expandVariables(baseImage, globalArguments(instructions, buildArgs));
  const isStage = stages.some(each => each.index < index && each.name === image.toLowerCase());
  return image === '' || image === 'scratch' || isStage || image.includes('@') || image.includes('$')
    ? null
    : image;
}

/** `--build-context NAME=…` puts something else in the place of an image. */
function isContext(image: string, { build }: RuleContext): boolean {
  return (build?.steps ?? []).some(({ name }) => name.startsWith(`[context ${image}] `));
}

/** Behind the last colon, unless that is a port. */
function tagOf(image: string): string | null {
  return /:([^:/]+)$/.exec(image)?.[1] ?? null;
}
