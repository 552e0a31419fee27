import { findTransport, splitLocation } from '../image/transports.ts';
import type { ReportSquash } from './report.ts';

/** A longer name is not repeated. Characters. */
const MAX_NAME = 300;

/** What names of images and paths are written with. An option begins otherwise. */
const NAME = /^(?!-)[\p{L}\p{M}\p{N}_./\\:@%+=,~-]+(?: [\p{L}\p{M}\p{N}_./\\:@%+=,~-]+)*$/u;

/**
 * `deadweight squash app:1 --layers 3..7 --tag app:1-squashed`, as a shell takes it: in parts between which a line may end.
 * The report may be somebody else's: of what it says only a name is repeated, and none that is more than a name.
 */
export function squashCommand({ ranges, reference, platform }: ReportSquash): readonly string[] {
  const layers = ranges.map(({ first, last }) => ['--layers', `${first}..${last}`]);
  const isNamed = reference !== null && isPlain(reference) && (platform === null || isPlain(platform));
  const parts = isNamed
    ? [['deadweight', 'squash'], [reference], ...platformPart(platform), ...layers, targetOf(reference)]
    : // As the help writes it.
      [['deadweight', 'squash'], ['IMAGE'], ...layers];
  return parts.map(words => words.map(quoteWord).join(' '));
}

function platformPart(platform: string | null): readonly (readonly string[])[] {
  return platform === null ? [] : [['--platform', platform]];
}

function isPlain(text: string): boolean {
  return text.length <= MAX_NAME && NAME.test(text);
}

/** A word of a shell's command line, which has no quotes. */
function quoteWord(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word}'`;
}

/** Where the merged image goes: beside the one that there is, under a name that says what it is. */
function targetOf(reference: string): readonly string[] {
  const transport = findTransport(reference);
  const rest = reference.slice(transport?.prefix.length ?? 0);
  switch (transport?.name) {
    case undefined:
    case 'docker-daemon':
      return ['--tag', squashedName(rest)];
    case 'docker':
      return ['--output', `docker://${squashedName(rest)}`];
    case 'containers-storage':
      return ['--output', 'oci-archive:squashed.tar'];
    case 'oci':
    case 'dir':
      return ['--output', `oci:${squashedPath(rest)}`];
    case 'oci-archive':
      return ['--output', `oci-archive:${squashedPath(rest)}`];
    case 'docker-archive':
      return ['--output', `docker-archive:${squashedPath(rest)}`];
    case 'path':
      return ['--output', `${isArchive(rest) ? 'docker-archive' : 'oci'}:${squashedPath(rest)}`];
    case 'standard-input':
      return ['--output', 'docker-archive:squashed.tar'];
  }
}

/** `app:1-squashed` of `app:1`, `app:squashed` of `app`, of `app@sha256:…`. */
function squashedName(name: string): string {
  const [tagged = ''] = name.split('@');
  const colon = tagged.lastIndexOf(':');
  if (tagged.startsWith('sha256:') || /^[0-9a-f]{12,64}$/.test(tagged)) return 'squashed';
  return colon > tagged.lastIndexOf('/') ? `${tagged}-squashed` : `${tagged}:squashed`;
}

const EXTENSION = /(?:\.tar)?(?:\.[A-Za-z]\w{0,4})?$/;

/** `app-squashed.tar` of `app.tar` and of `app.tar:REF`. Whether it is there is not asked. */
function squashedPath(location: string): string {
  const path = splitLocation(location, () => false).path.replace(/(?<=.)[\\/]+$/, '');
  if (!isArchive(path)) return `${path}-squashed`;
  return path.replace(EXTENSION, '-squashed.tar');
}

function isArchive(path: string): boolean {
  return /\.(?:tar(?:\.\w+)?|t[gx]z|tzst|tbz2?)(?::.*)?$/.test(path);
}
