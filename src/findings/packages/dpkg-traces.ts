import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { DEBCONF_DATABASE, DPKG_DATABASE } from '../../package-managers/apt.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import type { RuleContext } from '../rule-context.ts';
import { findArrival } from './system-packages.ts';

const INFO = `${DPKG_DATABASE}/info/`;
const TEMPLATES = '.templates';
const DEBCONF = `${DEBCONF_DATABASE}/`;
const DATABASES: ReadonlySet<string> = new Set([`${DPKG_DATABASE}/status`, `${DPKG_DATABASE}/status-old`]);

/** What is said about one package when it is installed, on average. Bytes; measured on Debian 12. */
const LOGGED: ReadonlyMap<string, number> = new Map([
  ['var/log/dpkg.log', 480],
  ['var/log/apt/term.log', 250],
]);

/**
 * What is left out, beside the packages' own files, when these are never installed: what dpkg's database, the copy of
 * it before the last change, and the logs say about them, and debconf's databases. As files with those bytes.
 *
 * debconf writes its databases anew, all of them, when a package with questions is installed, and else leaves them as
 * the base image has them: without such a package a layer has none. Measured on Debian 12: 1.5 MB.
 */
export function dpkgTraces(
  context: RuleContext,
  packages: ReadonlySet<InstalledPackage>,
): readonly VisibleFile[] {
  if (packages.size === 0) return [];
  const isSpare = ({ path }: VisibleFile): boolean => {
    const owner = context.analysis.packages.ownerOf(path);
    return owner !== null && packages.has(owner);
  };
  const files = context.ownFiles.filter(isTrace);
  const layers = new Set([...packages].map(found => findArrival(context, found)));
  return [...layers].flatMap(layer => {
    const arrived = [...packages].filter(found => findArrival(context, found) === layer);
    const own = files.filter(file => file.layer === layer);
    return [...records(arrived, own), ...debconf(own, isSpare, answersQuestions(context, layer))];
  });
}

/** Whether the instruction has debconf write its databases whatever is installed. */
function answersQuestions(context: RuleContext, layer: number | null): boolean {
  return layer !== null && context.instructionOf(layer)?.text.includes('debconf-') === true;
}

function isTrace({ path }: VisibleFile): boolean {
  return DATABASES.has(path) || LOGGED.has(path) || path.startsWith(DEBCONF) || isTemplate(path);
}

function isTemplate(path: string): boolean {
  return path.startsWith(INFO) && path.endsWith(TEMPLATES);
}

/** What dpkg's database and the logs say about the packages of one layer. */
function records(
  packages: readonly InstalledPackage[],
  files: readonly VisibleFile[],
): readonly VisibleFile[] {
  const bytes = packages.reduce((sum, { recordBytes }) => sum + recordBytes, 0);
  return files.flatMap(file => {
    const said = DATABASES.has(file.path) ? bytes : (LOGGED.get(file.path) ?? 0) * packages.length;
    return said > 0 ? [partOf(file, said)] : [];
  });
}

/** What debconf's databases hold for spare packages: all of it where no other package asks, else their questions. */
function debconf(
  files: readonly VisibleFile[],
  isSpare: (file: VisibleFile) => boolean,
  isWrittenAnyway: boolean,
): readonly VisibleFile[] {
  const templates = files.filter(({ path }) => isTemplate(path));
  const databases = files.filter(({ path }) => path.startsWith(DEBCONF));
  const spare = templates.filter(isSpare);
  if (spare.length === 0) return [];
  if (spare.length === templates.length && !isWrittenAnyway) return databases;
  const bytes = spare.reduce((sum, file) => sum + file.bytes, 0);
  return databases
    .filter(({ path }) => path.startsWith(`${DEBCONF}templates.dat`))
    .map(file => partOf(file, bytes));
}

function partOf(file: VisibleFile, bytes: number): VisibleFile {
  return { ...file, bytes: Math.min(bytes, file.bytes) };
}
