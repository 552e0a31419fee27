/**
 * Recommended packages that programs start, load or read without naming them in any command: without these they fail, or
 * do something else. By package, the programs that do, as readers of commands call them; `*` is any. They count where a
 * command names the program, and where its package was asked for: who asks for `git` uses it, if not in the build.
 * Sources: the Recommends of Debian 12, and what each program says without the package: `gpg: failed to start the
 * dirmngr`, `xvfb-run: error: xauth command not found`, `cannot run ssh`, `The setuid sandbox is not running as root`.
 */
const SILENT_USES = {
  // Whatever speaks TLS trusts nobody without the certificates, and local times are wrong without the zones.
  'ca-certificates': '*',
  tzdata: '*',
  // Keys come through dirmngr and stay with the agent.
  dirmngr: 'gpg gpg2 gpgsm gpgv apt-key add-apt-repository rvm',
  'gpg-agent': 'gpg gpg2 gpgsm apt-key add-apt-repository debsign',
  gpgsm: 'gpgsm',
  gnupg: 'apt-key add-apt-repository debsign dpkg-buildpackage',
  // Transports, pagers and what unpacks.
  'openssh-client': 'git hg rsync svn ansible ansible-playbook ssh scp sftp svnserve',
  patch: 'quilt dpkg-source dpkg-buildpackage',
  'xz-utils': 'tar docker dockerd dpkg-deb',
  bzip2: 'tar dpkg-deb',
  zstd: 'tar',
  git: 'go cargo composer bundle docker dockerd',
  // Compilers that are found by whoever builds.
  'libc6-dev': 'gcc cc clang make cmake go cargo rustc',
  gcc: 'cmake make go cargo rustc',
  'g++': 'cmake make',
  make: 'cmake',
  'build-essential': 'dpkg-buildpackage',
  fakeroot: 'dpkg-buildpackage debuild debsign',
  'r-base-dev': 'R Rscript r',
  'r-recommended': 'R Rscript r',
  // What they start beside themselves.
  xauth: 'xvfb-run Xvfb startx',
  'chromium-sandbox': 'chromium chromedriver puppeteer playwright',
  ghostscript: 'convert magick identify mogrify composite montage gs',
  gsfonts: 'convert magick mogrify composite montage gs',
  'fonts-urw-base35': 'convert magick mogrify gs',
  'ssl-cert': 'apache2 apache2ctl apachectl a2ensite postgres pg_ctlcluster pg_createcluster',
  'libsasl2-modules': 'ldapsearch ldapadd ldapmodify slapd postfix sendmail mutt kinit kafkacat kcat',
  uidmap: 'podman buildah dockerd dockerd-rootless rootlesskit',
  slirp4netns: 'podman buildah dockerd-rootless rootlesskit',
  'fuse-overlayfs': 'podman buildah dockerd-rootless',
  catatonit: 'podman',
  crun: 'podman buildah',
  runc: 'podman buildah',
  iptables: 'docker dockerd',
  'libaprutil1-dbd-sqlite3': 'apache2',
  netbase: 'perl',
  'default-dbus-system-bus': 'systemd dbus-daemon dbus-launch',
  'dbus-user-session': 'systemd dbus-launch podman',
  'libpam-systemd': 'systemd',
} as const satisfies Readonly<Record<string, string>>;

/** The same of programs that use the package for some of their work alone: they count where a command names them. */
const USES_WHEN_RUN = {
  less: 'git psql mysql mariadb man journalctl systemctl',
  xauth: 'ssh sshd',
  git: 'npm npx yarn pnpm pip pip3',
  'libc6-dev': 'pip pip3 npm gem',
  gcc: 'pip pip3 npm gem',
  'g++': 'pip pip3 npm gem',
  make: 'pip pip3 npm gem',
  'build-essential': 'pip pip3 gem npm',
  'python3-dev': 'pip pip3',
  'chromium-sandbox': 'node npm',
} as const satisfies Readonly<Record<string, string>>;

type Users = ReadonlyMap<string, ReadonlySet<string>>;

const USERS = usersOf(SILENT_USES);
const USERS_WHEN_RUN = usersOf(USES_WHEN_RUN);

function usersOf(uses: Readonly<Record<string, string>>): Users {
  return new Map(Object.entries(uses).map(([name, programs]) => [name, new Set(programs.split(' '))]));
}

/** Names of programs that may use a package without naming it. */
export interface ProgramNames {
  /** All words of commands. */
  readonly run: ReadonlySet<string>;
  /** What the packages that were asked for brought, and their own names. */
  readonly installed: ReadonlySet<string>;
}

/** Whether one of the programs uses a package that others only recommend, without naming it. */
export function isUsedSilently(name: string, { run, installed }: ProgramNames): boolean {
  const users = USERS.get(name);
  const isUsed = users?.has('*') || hasAny(users, run) || hasAny(users, installed);
  return isUsed || hasAny(USERS_WHEN_RUN.get(name), run);
}

function hasAny(users: ReadonlySet<string> | undefined, programs: ReadonlySet<string>): boolean {
  return users?.values().some(program => programs.has(program)) ?? false;
}
