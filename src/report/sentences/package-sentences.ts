import { code, enumerate, type Phrase, phrase, place } from '../../base/phrase.ts';
import { inPlaces as where } from '../../findings/words/evidence-phrases.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';

/** Names shown of those that a finding has. */
const SHOWN_NAMES = 3;

export const PACKAGE_SENTENCES: FindingSentences = {
  'build-tools': finding => ({
    what: phrase`of compilers, headers and the like${names(finding)}${maker(finding, 'installed')}${stay(finding)}`,
    fix:
      finding.args['isForBuilding'] === true
        ? phrase`leave them out, unless this image is there to build in`
        : phrase`build in another stage and copy the result, or install, build and purge them in one RUN`,
  }),
  'recommended-packages': finding => ({
    what: phrase`of packages that others only recommend${names(finding)}${maker(finding, 'installed')}`,
    fix: phrase`install with ${code('--no-install-recommends')}, and name those that the image needs`,
  }),
  'dev-dependencies': finding => ({
    what: phrase`of npm packages for development${names(finding)}${maker(finding, isCopied(finding) ? 'copied' : 'installed')}`,
    fix: isCopied(finding)
      ? phrase`run ${code('npm prune --omit=dev')} before they are copied`
      : phrase`install with ${code('npm ci --omit=dev')}, and where the build needs them, build in another stage`,
  }),
  'unstripped-binaries': finding => ({
    what: phrase`of ${unstripped(finding)} ${where(finding)}${maker(finding, 'written')}`,
    fix: phrase`strip them in the instruction that makes them: ${code('strip')}, ${code('install -s')}, ${code('cc -s')} or ${code('go build -ldflags="-s -w"')}`,
  }),
  'static-libraries': finding => ({
    what: phrase`of static libraries ${where(finding)}${maker(finding, 'written')}`,
    fix: phrase`delete them in the instruction that makes them, or configure with ${code('--disable-static')}`,
  }),
};

/** ` (gcc-12, cpp-12 and 14 more)`. The names are those of the image. */
function names({ args }: ReportFinding): Phrase {
  const { packages, packageCount } = args;
  if (typeof packages !== 'string' || packages === '') return [];
  const shown = packages.split(', ', SHOWN_NAMES).map(name => [code(name, 40)]);
  const more = typeof packageCount === 'number' ? Math.floor(packageCount) - shown.length : 0;
  return phrase` (${enumerate(more > 0 ? [...shown, phrase`${more} more`] : shown)})`;
}

function maker({ location, evidence }: ReportFinding, verb: string): Phrase {
  if (location) return phrase` ${verb} at ${place(location)}`;
  const layer = evidence.layers[0];
  return layer === undefined ? [] : phrase` ${verb} in layer ${layer}`;
}

function stay({ args }: ReportFinding): string {
  return args['isForBuilding'] === true
    ? ' stay, and nothing in the Dockerfile needs them'
    : ' stay in the image, which only its build needs';
}

function isCopied({ args }: ReportFinding): boolean {
  return args['isCopied'] === true;
}

function unstripped({ args, evidence }: ReportFinding): string {
  const { debugBytes } = args;
  const share = typeof debugBytes === 'number' && evidence.bytes > 0 ? debugBytes / evidence.bytes : 0;
  if (share >= 0.9) return 'debug information';
  return share <= 0.1 ? 'symbols that only debuggers read' : 'debug information and symbols';
}
