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
  // Its install script compiles the standard library, which is of other packages.
  'python3.N': 'python python3 python3-minimal',
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

/**
 * Drivers that a loader opens where there is the hardware, or something is drawn without it. Programs of video and images
 * bring the loaders, and hardly ever use them: they count where the loader was asked for, or a command names what it is for.
 */
const DRIVERS = {
  'mesa-vulkan-drivers': 'libvulkan1 vulkan vulkan-tools vulkaninfo vkcube libplacebo',
  'va-driver-all': 'libva2 libva-drm2 vaapi vainfo',
  'mesa-va-drivers': 'libva2 libva-drm2 vaapi vainfo',
  'vdpau-driver-all': 'libvdpau1 vdpau vdpauinfo',
  'mesa-vdpau-drivers': 'libvdpau1 vdpau vdpauinfo',
  'pocl-opencl-icd': 'ocl-icd-libopencl1 clinfo',
} as const satisfies Readonly<Record<string, string>>;

/**
 * What installed libraries read or load by themselves, and do without in silence where it is not there: settings, whom to
 * trust, names of services and types, tables, fonts, dictionaries, modules to log in with. `libldap-common` says whom LDAP
 * trusts, `publicsuffix` which cookies are refused. Kept where what recommends it is kept. Sources: the Recommends of
 * packages of libraries in Debian 12.
 */
const OF_LIBRARIES: readonly RegExp[] = [
  /-(?:common|config|conf|data|database|modules|plugins|backends|soundfont)$/,
  /^(?:x?fonts|ttf|hunspell|aspell|myspell|hyphen|mythes)-|^gsfonts$/,
  /^lib(?:nss|pam)-(?!systemd)|^libsasl2-modules|-plugin-/,
  /^(?:publicsuffix|netbase|media-types|mime-support|mailcap|shared-mime-info|xdg-user-dirs|iso-codes)$/,
  /^(?:hwdata|usb\.ids|pci\.ids|dbus|glib-networking|librsvg2-common|libgl1-mesa-dri|libidn2-0)$/,
];
/** Programs, and messages in other languages than English. */
const NOT_OF_LIBRARIES: ReadonlySet<string> = new Set(['libglib2.0-data', 'ceph-common', 'context-modules']);

/** Whether it is of the libraries and programs that recommend it: they read it without being told to. */
export function isReadByOthers(name: string): boolean {
  return OF_LIBRARIES.some(pattern => pattern.test(name)) && !NOT_OF_LIBRARIES.has(name);
}

/** Whether it holds messages in the languages of people: they are read where a language is set. */
export function isTranslation(name: string): boolean {
  return /^(?:locales|locales-all|libglib2\.0-data)$|-(?:l10n|i18n|locales)$/.test(name);
}

type Users = ReadonlyMap<string, ReadonlySet<string>>;

const USERS = usersOf(SILENT_USES);
const USERS_WHEN_RUN = usersOf(USES_WHEN_RUN);
const USERS_OF_DRIVERS = usersOf(DRIVERS);

function usersOf(uses: Readonly<Record<string, string>>): Users {
  return new Map(Object.entries(uses).map(([name, programs]) => [name, new Set(programs.split(' '))]));
}

/** Names of programs that may use a package without naming it. */
export interface ProgramNames {
  /** All words of commands. */
  readonly run: ReadonlySet<string>;
  /** What the packages that were asked for brought, and their own names. */
  readonly installed: ReadonlySet<string>;
  /** Names of the packages that were asked for. */
  readonly asked: ReadonlySet<string>;
}

/** Whether one of the programs uses a package that others only recommend, without naming it. */
export function isUsedSilently(name: string, { run, installed, asked }: ProgramNames): boolean {
  const users = USERS.get(/^python3\.\d+$/.test(name) ? 'python3.N' : name);
  const isUsed = users?.has('*') || hasAny(users, run) || hasAny(users, installed);
  const drivers = USERS_OF_DRIVERS.get(name);
  return isUsed || hasAny(USERS_WHEN_RUN.get(name), run) || hasAny(drivers, run) || hasAny(drivers, asked);
}

function hasAny(users: ReadonlySet<string> | undefined, programs: ReadonlySet<string>): boolean {
  return users?.values().some(program => programs.has(program)) ?? false;
}
