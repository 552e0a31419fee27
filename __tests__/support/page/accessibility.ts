import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const resultSchema = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds wrong with the page as it is, one line each; it has to be opened by `withoutPolicy`. */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  const isLoaded = await page.evaluate("typeof axe === 'object'");
  if (isLoaded !== true) await page.addScriptTag({ content: axe.source });
  const violations = resultSchema.parse(
    await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations)",
    ),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}
