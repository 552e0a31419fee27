import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PLAIN_SETTINGS } from '../__tests__/support/plain-settings.ts';
import { testEnvironment } from '../__tests__/support/test-environment.ts';
import { type Exploration, exploreUnlisted } from '../src/explore/exploration.ts';
import { paintScreen } from '../src/explore/paint.ts';
import { drawScreen } from '../src/explore/screen.ts';
import { startState } from '../src/explore/state.ts';
import { exploreImages } from '../src/run/explore-pipeline.ts';
import type { Run } from './measure.ts';

/** What is measured: the weighing, the first screen after it, or the one with files. */
type Awaited = 'weighing' | 'screen' | 'files';

/** Explores an image in a process of its own. @returns the CPU time of what is awaited, that of all threads */
export async function exploreImage(image: string, awaited: Awaited): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, image, awaited]);
  return JSON.parse(stdout);
}

function draw(exploration: Exploration): string {
  return paintScreen(null, drawScreen(startState(exploration, 200, 50)), true);
}

const [head, awaited] = process.argv.slice(2);
if (import.meta.main && head !== undefined) {
  const weighingAt = process.cpuUsage();
  const request = { head, baseline: null, platform: null, base: null };
  await exploreImages(
    request,
    PLAIN_SETTINGS,
    testEnvironment(process.cwd()),
    async ({ report, title, list }) => {
      let { user, system } = process.cpuUsage(weighingAt);
      const startedAt = process.cpuUsage();
      draw(exploreUnlisted(report, title));
      if (awaited === 'files') draw(list());
      if (awaited !== 'weighing') ({ user, system } = process.cpuUsage(startedAt));
      const seconds = (user + system) / 1e6;
      console.log(
        JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Run),
      );
    },
  );
}
