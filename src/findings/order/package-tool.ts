/** Package managers and build tools that download. */
export type PackageTool =
  | 'apt'
  | 'apk'
  | 'dnf'
  | 'zypper'
  | 'pacman'
  | 'npm'
  | 'yarn'
  | 'pnpm'
  | 'bun'
  | 'pip'
  | 'uv'
  | 'poetry'
  | 'pipenv'
  | 'gem'
  | 'bundler'
  | 'composer'
  | 'go'
  | 'cargo'
  | 'maven'
  | 'gradle'
  | 'dotnet';

/** Those that install what the distribution has packaged. */
export const SYSTEM_TOOLS: ReadonlySet<PackageTool> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman']);

/**
 * What a command does. `manifest`: installs what a file of the project names; `names`: what the command itself names;
 * `build`: builds the project, and downloads for it; `update`: fetches the lists of what there is;
 * `upgrade`: brings all to its newest version.
 */
export type PackageAction = 'manifest' | 'names' | 'build' | 'update' | 'upgrade';

/** How a tool's subcommands act. `add` names packages or, without any, installs the manifest's. */
export interface PackageGrammar {
  readonly tool: PackageTool;
  readonly actions: Readonly<Record<string, PackageAction | 'add'>>;
  /** Without any subcommand. */
  readonly bare?: PackageAction;
  /** Options that the next word belongs to. */
  readonly valued: ReadonlySet<string>;
}

function grammar(
  tool: PackageTool,
  actions: PackageGrammar['actions'],
  valued = '',
  bare?: PackageAction,
): PackageGrammar {
  const options = new Set(valued.split(' ').filter(option => option !== ''));
  return { tool, actions, valued: options, ...(bare === undefined ? {} : { bare }) };
}

function all(words: string, action: PackageAction | 'add'): PackageGrammar['actions'] {
  return Object.fromEntries(words.split(' ').map(word => [word, action]));
}

const APT = grammar(
  'apt',
  {
    ...all('install reinstall', 'names'),
    update: 'update',
    ...all('upgrade dist-upgrade full-upgrade safe-upgrade', 'upgrade'),
  },
  '-o -c -t --option --config-file --target-release --default-release',
);
const DNF = grammar(
  'dnf',
  { ...all('install reinstall groupinstall', 'names'), ...all('upgrade update', 'upgrade') },
  '-c -x --config --exclude --setopt --enablerepo --disablerepo --repo --releasever --installroot',
);
const PIP = grammar(
  'pip',
  { install: 'add' },
  '-r --requirement -c -i -t --constraint --index-url --extra-index-url --find-links -f --target --prefix --root --platform --cache-dir --trusted-host --timeout --python-version --only-binary --no-binary --proxy --retries',
);
const MAVEN = grammar(
  'maven',
  {
    ...all('dependency:go-offline dependency:resolve dependency:resolve-plugins', 'manifest'),
    ...all('compile test package verify install deploy', 'build'),
  },
  '-f --file -s --settings -pl --projects -P -T -am',
);
const GRADLE = grammar(
  'gradle',
  {
    dependencies: 'manifest',
    ...all('build assemble jar war bootJar bootWar shadowJar installDist distTar distZip classes', 'build'),
  },
  '-p --project-dir -b --build-file -g --gradle-user-home -x --exclude-task',
);

/** By the program's name. Sources: the tools' manuals. */
export const GRAMMARS: ReadonlyMap<string, PackageGrammar> = new Map(
  Object.entries({
    'apt-get': APT,
    apt: APT,
    aptitude: APT,
    apk: grammar(
      'apk',
      { add: 'names', update: 'update', upgrade: 'upgrade' },
      '-t --virtual -X --repository -p --root --arch --repositories-file --keys-dir --cache-max-age',
    ),
    dnf: DNF,
    yum: DNF,
    microdnf: DNF,
    tdnf: DNF,
    zypper: grammar('zypper', {
      ...all('install in', 'names'),
      ...all('refresh ref', 'update'),
      ...all('update up dist-upgrade dup', 'upgrade'),
    }),
    npm: grammar(
      'npm',
      { ...all('ci clean-install install-clean', 'manifest'), ...all('install i add', 'add') },
      '--prefix -C --registry --cache --loglevel --workspace -w --userconfig --omit --include --fetch-retries --fetch-timeout',
    ),
    yarn: grammar(
      'yarn',
      { install: 'manifest', ...all('add global', 'names') },
      '--cwd --registry --cache-folder --network-timeout --modules-folder --mutex',
      'manifest',
    ),
    pnpm: grammar(
      'pnpm',
      { ...all('ci fetch', 'manifest'), ...all('install i', 'add'), add: 'names' },
      '-C --dir --filter -F --registry --store-dir --reporter',
    ),
    bun: grammar('bun', { ...all('install i', 'add'), add: 'names' }, '--cwd --registry --cache-dir'),
    pip: PIP,
    uv: grammar('uv', { sync: 'manifest' }, '--directory --project --python -p --extra --group --no-group'),
    poetry: grammar('poetry', { install: 'manifest' }, '-C --directory --with --without --only -E --extras'),
    pipenv: grammar('pipenv', { sync: 'manifest', install: 'add' }, '--python'),
    gem: grammar('gem', { install: 'names' }, '-v --version -s --source -i --install-dir -n --bindir -P'),
    bundle: grammar('bundler', { install: 'manifest' }, '--gemfile --jobs -j --path --retry', 'manifest'),
    composer: grammar(
      'composer',
      { ...all('install i update', 'manifest'), ...all('require global', 'names') },
      '-d --working-dir',
    ),
    go: grammar('go', { ...all('build install', 'build') }, '-C -o -ldflags -tags -gcflags -asmflags -p'),
    cargo: grammar(
      'cargo',
      { fetch: 'manifest', chef: 'manifest', build: 'build', b: 'build', install: 'add' },
      '--manifest-path --target --target-dir --features -F --bin --package -p --profile -j --jobs --version --vers --git --rev --tag --branch --path --root',
    ),
    mvn: MAVEN,
    mvnw: MAVEN,
    gradle: GRADLE,
    gradlew: GRADLE,
    dotnet: grammar(
      'dotnet',
      { restore: 'manifest', ...all('build publish', 'build') },
      '-c --configuration -o --output -r --runtime -f --framework -s --source -v --verbosity',
    ),
  }),
);
