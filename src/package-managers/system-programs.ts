import { PACKAGE_MANAGERS } from './package-managers.ts';

const SYSTEM = PACKAGE_MANAGERS.filter(({ scope }) => scope === 'system');
const COMPANIONS = SYSTEM.flatMap(({ companions }) => companions ?? []);

/** Programs of the distributions' package managers. */
export const SYSTEM_PROGRAMS: ReadonlySet<string> = new Set([
  ...SYSTEM.flatMap(({ programs }) => programs),
  ...COMPANIONS.map(({ name }) => name),
]);

/** Those that install, fetch and describe, and compile nothing. */
export const BUILDLESS_PROGRAMS: ReadonlySet<string> = new Set(
  [...SYSTEM_PROGRAMS].filter(program => !COMPANIONS.some(({ name, builds }) => name === program && builds)),
);

/** Those whose words are no files, unless a command installs something: `apt-get update`, `apt-mark hold`. */
export const FILELESS_PROGRAMS: ReadonlySet<string> = new Set([
  ...SYSTEM.flatMap(({ verbs, programs }) => ('names' in verbs ? programs : [])),
  ...COMPANIONS.flatMap(({ name, readsFiles }) => (readsFiles ? [] : [name])),
]);
