import { cleanedBy, deleted, firstRemedy, type Remedy } from '../cache/cache-remedy.ts';
import { cacheRule } from '../cache/cache-rule.ts';
import { aptCacheSpec, isAptCache } from './apt-cache.ts';

const clean = firstRemedy([
  cleanedBy('clean', { program: 'apt-get', elsewhere: /Dir::|^(?:-c|--config-file)/ }),
  deleted('*.deb'),
]);

/** Whoever only downloads wants the packages. */
const remedy: Remedy = writer => {
  const isWanted = writer.uses.writing.some(({ words }) =>
    words.some(word => /^(?:-\w*d\w*|--download-only)$/.test(word)),
  );
  return isWanted ? null : clean(writer);
};

/** Packages that apt-get has downloaded and installed. Official images of Debian tell it to keep none. */
export const aptArchives = cacheRule({
  kind: 'apt-archives',
  tool: aptCacheSpec.tool,
  remedy,
  // The command takes away what the other rule tells of, too: then both have the same fix.
  isShared: subject => subject.filesOfKind('apt-cache').some(isAptCache),
  select: files => files.filter(({ path }) => /^var\/cache\/apt\/archives\/[^/]+\.deb$/.test(path)),
});
