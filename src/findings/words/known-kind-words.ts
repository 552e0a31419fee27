import { code, type Phrase, phrase } from '../../base/phrase.ts';
import type { KnownKind } from '../../compare/known-path.ts';

/** What people call such files, and how an image does without them. */
export interface KnownKindWords {
  readonly noun: string;
  /** What to do where a later instruction deletes them. */
  readonly advice: Phrase;
  /** Whether the noun says where they are, so that a sentence needs no path. */
  readonly tellsPath: boolean;
}

const CACHE_MOUNT = code('RUN --mount=type=cache');

const WORDS: Readonly<Record<KnownKind, KnownKindWords>> = {
  'apt-lists': cache(
    'apt lists',
    phrase`end the RUN that fetches them with ${code('rm -rf /var/lib/apt/lists/*')}`,
  ),
  'apt-archives': cache('apt archives', phrase`end the RUN that installs with ${code('apt-get clean')}`),
  'apt-cache': cache("apt's cache", phrase`end the RUN that installs with ${code('apt-get clean')}`),
  'apk-cache': cache("apk's cache", phrase`install with ${code('apk add --no-cache')}`),
  'dnf-cache': cache("dnf's cache", phrase`end the RUN that installs with ${code('dnf clean all')}`),
  'zypper-cache': cache(
    "zypper's cache",
    phrase`end the RUN that installs with ${code('zypper clean --all')}`,
  ),
  'pacman-cache': cache(
    "pacman's cache",
    // pacman -Scc --noconfirm answers its own question with no.
    phrase`end the RUN that installs with ${code('rm -rf /var/cache/pacman/pkg/*')}`,
  ),
  'pip-cache': cache(
    "pip's cache",
    phrase`install with ${code('pip install --no-cache-dir')}, or use ${CACHE_MOUNT}`,
  ),
  'uv-cache': mounted("uv's cache"),
  'poetry-cache': mounted("poetry's cache"),
  'npm-cache': cache(
    "npm's cache",
    phrase`end the RUN that installs with ${code('npm cache clean --force')}, or use ${CACHE_MOUNT}`,
  ),
  'yarn-cache': cache(
    "yarn's cache",
    phrase`end the RUN that installs with ${code('yarn cache clean')}, or use ${CACHE_MOUNT}`,
  ),
  'pnpm-store': mounted("pnpm's store"),
  'bun-cache': mounted("bun's cache"),
  'go-cache': compiled("go's cache"),
  'cargo-cache': compiled("cargo's cache"),
  'maven-repository': compiled("maven's repository"),
  'gradle-cache': compiled("gradle's cache"),
  'gem-cache': cache(
    "gem's cache",
    phrase`end the RUN that installs by deleting the gems' ${code('cache')} directory`,
  ),
  'composer-cache': cache(
    "composer's cache",
    phrase`end the RUN that installs with ${code('composer clear-cache')}, or use ${CACHE_MOUNT}`,
  ),
  'nuget-cache': compiled("nuget's packages"),
  'conda-packages': cache(
    "conda's packages",
    phrase`end the RUN that installs with ${code('conda clean -afy')}`,
  ),
  archives: {
    noun: 'archives',
    advice: phrase`download, unpack and delete them in one RUN, or in another stage`,
    tellsPath: false,
  },
  'temporary-files': {
    noun: 'temporary files',
    advice: phrase`delete them in the instruction that writes them`,
    tellsPath: false,
  },
};

function cache(noun: string, advice: Phrase): KnownKindWords {
  return { noun, advice, tellsPath: true };
}

function mounted(noun: string): KnownKindWords {
  return cache(noun, phrase`keep it out of the image with ${CACHE_MOUNT}`);
}

/** What a build needs and the image that it makes does not. */
function compiled(noun: string): KnownKindWords {
  return cache(noun, phrase`build in another stage, or keep it out of the image with ${CACHE_MOUNT}`);
}

/** @param kind of a finding's arguments: anything, where a report comes from outside */
export function knownKindWords(kind: unknown): KnownKindWords | null {
  return typeof kind === 'string' && isKnownKind(kind) ? WORDS[kind] : null;
}

export function isKnownKind(kind: string): kind is KnownKind {
  return Object.hasOwn(WORDS, kind);
}
