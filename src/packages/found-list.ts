import type { PackageType } from './installed-package.ts';
import { itemsOf, nameOf, textField } from './json-field.ts';
import { type FoundPackage, PLAIN, type VisibleValue } from './package-reader.ts';

/** Packages of a database that is one file: `[{name, version, architecture, files}]`. */
export function foundInList(type: PackageType, { path, value }: VisibleValue): FoundPackage[] {
  const found: FoundPackage[] = [];
  for (const item of itemsOf(value)) {
    const name = nameOf(textField(item, 'name'));
    const version = nameOf(textField(item, 'version'));
    if (name === null || version === null) continue;
    const architecture = nameOf(textField(item, 'architecture'));
    const files = [textField(item, 'files')];
    found.push({ ...PLAIN, type, name, version, architecture, path, source: null, files });
  }
  return found;
}
