import { isListOf, isString } from '../../layer/entry-columns.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { npmCollector } from './npm-collector.ts';

const MODULES = 'node_modules/';

/**
 * Scripts that npm runs by itself when it installs what is in a `node_modules`, by the manifest beside it, in whatever
 * layer: `postinstall`, `prepare`. Those of packages inside are not meant.
 * @param files in such directories
 */
export function installScripts(
  scans: readonly Pick<LayerScan, 'collected'>[],
  files: readonly { readonly path: string }[],
): readonly string[] {
  const manifests = new Set<string>();
  for (const { path } of files) {
    const at = `/${path}`.indexOf(`/${MODULES}`);
    if (at >= 0) manifests.add(`${path.slice(0, at)}package.json`);
  }
  const found = new Set<string>();
  for (const { collected } of scans) {
    for (const { path, value } of collected[npmCollector.id] ?? []) {
      if (manifests.has(path) && isListOf(value, isString)) for (const name of value) found.add(name);
    }
  }
  return [...found];
}
