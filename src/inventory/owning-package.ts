import { Interned } from '../base/interned.ts';

/** The package that a path belongs to. */
export interface OwningPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
}

/** What each package is called in a list that has it once. */
export function packageKey({ type, name, version }: OwningPackage): string {
  return `${type}\0${name}\0${version}`;
}

/** Packages by number, each once; of what else is known of them, nothing. */
export function internPackages(): Interned<OwningPackage> {
  return new Interned<OwningPackage>(packageKey, ({ type, name, version }) => ({ type, name, version }));
}
