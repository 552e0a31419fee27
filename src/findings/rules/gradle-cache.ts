import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Dependencies, and versions of Gradle itself. Source: Gradle's documentation, "Gradle-managed Directories". */
export const gradleCache = cacheRule({
  kind: 'gradle-cache',
  tool: tool('gradle gradlew', '*'),
  isShared: true,
  neededBy: /\bgradlew?\b/,
});
