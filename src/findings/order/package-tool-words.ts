import { code, enumerate, type Phrase, phrase } from '../../base/phrase.ts';

/** What a project says to a tool of its dependencies, and where the tool keeps what it downloads. */
interface ToolWords {
  /** Files that decide what is installed. */
  readonly manifests: readonly string[];
  /** The default of root. */
  readonly caches: readonly string[];
  /** What installs from the manifests alone, where the usual command needs the sources. */
  readonly first?: string;
}

const WORDS: Readonly<Record<string, ToolWords>> = {
  npm: { manifests: ['package.json', 'package-lock.json'], caches: ['/root/.npm'] },
  yarn: { manifests: ['package.json', 'yarn.lock'], caches: ['/usr/local/share/.cache/yarn'] },
  pnpm: { manifests: ['package.json', 'pnpm-lock.yaml'], caches: ['/root/.local/share/pnpm/store'] },
  bun: { manifests: ['package.json', 'bun.lock'], caches: ['/root/.bun/install/cache'] },
  pip: { manifests: ['requirements.txt'], caches: ['/root/.cache/pip'] },
  uv: {
    ...{ manifests: ['pyproject.toml', 'uv.lock'], caches: ['/root/.cache/uv'] },
    first: 'uv sync --no-install-project',
  },
  poetry: {
    ...{ manifests: ['pyproject.toml', 'poetry.lock'], caches: ['/root/.cache/pypoetry'] },
    first: 'poetry install --no-root',
  },
  pipenv: { manifests: ['Pipfile', 'Pipfile.lock'], caches: ['/root/.cache/pip'] },
  bundler: { manifests: ['Gemfile', 'Gemfile.lock'], caches: [] },
  composer: {
    ...{ manifests: ['composer.json', 'composer.lock'], caches: ['/root/.composer/cache'] },
    first: 'composer install --no-scripts --no-autoloader',
  },
  go: {
    ...{ manifests: ['go.mod', 'go.sum'], caches: ['/go/pkg/mod', '/root/.cache/go-build'] },
    first: 'go mod download',
  },
  // Without sources cargo refuses even to fetch.
  cargo: { manifests: [], caches: ['/usr/local/cargo/registry'] },
  maven: { manifests: ['pom.xml'], caches: ['/root/.m2'], first: 'mvn dependency:go-offline' },
  gradle: {
    ...{ manifests: ['build.gradle', 'settings.gradle'], caches: ['/root/.gradle'] },
    first: 'gradle dependencies',
  },
  dotnet: { manifests: ['*.csproj'], caches: ['/root/.nuget/packages'], first: 'dotnet restore' },
};

/** `copy package.json and package-lock.json first, run npm ci, and then copy the rest`. */
export function manifestsFirst(tool: string, command: string): Phrase {
  const words = wordsOf(tool);
  if (words === null)
    return phrase`copy the files that name the dependencies first, install, and then copy the rest`;
  if (words.manifests.length === 0) return phrase`keep what is downloaded with ${mounts(words.caches)}`;
  const files = enumerate(words.manifests.map(name => phrase`${code(name)}`));
  const install = words.first ?? command;
  return phrase`copy ${files} first, run ${code(install, 60)}, and then copy the rest`;
}

/** `RUN --mount=type=cache,target=/root/.npm`. */
export function cacheMountOf(tool: string): Phrase {
  return mounts(wordsOf(tool)?.caches ?? []);
}

function mounts(caches: readonly string[]): Phrase {
  const flags = caches.map(path => `--mount=type=cache,target=${path}`);
  return phrase`${code(`RUN ${flags.length === 0 ? '--mount=type=cache,target=…' : flags.join(' ')}`, 120)}`;
}

function wordsOf(tool: string): ToolWords | null {
  return Object.hasOwn(WORDS, tool) ? (WORDS[tool] ?? null) : null;
}
