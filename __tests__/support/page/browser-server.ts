import { accessSync, constants } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one browser of a run is spoken to. */
    readonly browserEndpoint: string;
  }
}

/** @throws where no Chromium is, with what to do */
function executable(): string {
  const path = process.env['CHROMIUM'] || '/usr/bin/chromium';
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    throw new Error(
      `The tests of the page need Chromium, and ${path} is not there. Install Debian's package chromium, or name another one in CHROMIUM.`,
    );
  }
}

/** Starts one browser for all tests of the page. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({
    executablePath: executable(),
    // Its sandbox refuses root, and needs what containers do not allow.
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-dev-shm-usage'],
  });
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}
