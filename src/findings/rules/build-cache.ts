import { code, phrase } from '../../base/phrase.ts';
import { locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { leftoverEdits } from '../leftovers/leftover-edits.ts';
import { findLeftovers } from '../leftovers/leftover-files.ts';
import { findBuildInStage } from '../packages/building.ts';
import { defineRule } from '../rule.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

const MIN_BYTES = 1_000_000;

/** What bundlers and monorepo tools keep so that their next build is faster. */
export const buildCache = defineRule({
  id: 'build-cache',
  family: 'leftovers',
  order: 125,
  severity: 'warning',
  args: leftoverArgs,
  finds: "Caches of bundlers and build tools: `node_modules/.cache`, `.next/cache`, Nx's, Turborepo's",
  why: 'They make the next build faster, and no build starts from this image. What Next.js reads when it runs, its fetch cache, is not counted.',
  usual:
    'From 1 MB, below which nothing is said: often more than what was built, tens to hundreds of megabytes.',
  remedy:
    'Build with a cache mount (`RUN --mount=type=cache,target=/app/.next/cache`), delete the cache in the RUN that builds, or copy only what was built from the stage that did.',
  whenToIgnore: 'Where the image is there to build in, and its builds shall start warm.',
  find: context => {
    return leftoverDefects(context, findLeftovers(context, 'build-cache'), {
      minBytes: MIN_BYTES,
      edits: (instruction, group) => leftoverEdits(context, instruction, group, 'build-cache'),
    }).map(defect => {
      const build = findBuildInStage(context, context.dockerfile?.shippedAt(defect.location) ?? null);
      return build === null ? defect : { ...defect, related: locationOf(build) };
    });
  },
  what: finding => phrase`${leftoverFiles('build caches', finding)} stays in the image`,
  fix: () =>
    phrase`delete them in the RUN that builds, build with ${code('RUN --mount=type=cache')} at their place, or copy only what was built`,
});
