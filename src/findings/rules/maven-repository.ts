import { cacheRule } from '../cache/cache-rule.ts';
import { tool } from '../recipe/program-use.ts';

/** Maven's local repository. Programs may have it on their class path. Source: Maven's settings, `localRepository`. */
export const mavenRepository = cacheRule({
  kind: 'maven-repository',
  tool: tool('mvn mvnw', '*'),
  isShared: true,
  neededBy: /\bmvnw?\b|\.m2\b/,
});
