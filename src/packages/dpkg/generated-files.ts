/** What a package's maintainer scripts and triggers make on the machine it is installed on: in no list. Clean paths. */
interface GeneratedFiles {
  readonly files?: readonly string[];
  /** Whole directories, where nobody but the package makes files. */
  readonly directories?: readonly string[];
}

/**
 * Of Debian's packages and those of its derivatives, the ones that make files worth counting.
 * Source: their postinst scripts, and what really installing and not installing them leaves (Debian 12).
 */
const GENERATED: Readonly<Record<string, GeneratedFiles>> = {
  'adwaita-icon-theme': { files: ['usr/share/icons/Adwaita/icon-theme.cache'] },
  'ca-certificates': { files: ['etc/ssl/certs/ca-certificates.crt', 'etc/ca-certificates.conf'] },
  'ca-certificates-java': { files: ['etc/ssl/certs/java/cacerts'] },
  'desktop-file-utils': { files: ['usr/share/applications/mimeinfo.cache'] },
  'exim4-config': { directories: ['var/lib/exim4'] },
  fontconfig: { directories: ['var/cache/fontconfig'] },
  'hicolor-icon-theme': { files: ['usr/share/icons/hicolor/icon-theme.cache'] },
  'libglib2.0-0': { files: ['usr/share/glib-2.0/schemas/gschemas.compiled'] },
  'libglib2.0-0t64': { files: ['usr/share/glib-2.0/schemas/gschemas.compiled'] },
  locales: { files: ['usr/lib/locale/locale-archive'] },
  'man-db': { directories: ['var/cache/man'] },
  'shared-mime-info': { directories: ['usr/share/mime'] },
  'tex-common': { directories: ['var/lib/texmf'] },
  udev: { files: ['usr/lib/udev/hwdb.bin', 'etc/udev/hwdb.bin'] },
};

const NOTHING: GeneratedFiles = {};
/** Java runtimes prepare an archive of their classes when they are installed. */
const JAVA = /^openjdk-(\d{1,3})-jre-headless$/;

/** @param architecture as dpkg writes it */
export function generatedFiles(name: string, architecture: string | null): GeneratedFiles {
  const java = JAVA.exec(name)?.[1];
  if (java !== undefined) {
    const server = `usr/lib/jvm/java-${java}-openjdk-${architecture ?? ''}/lib/server`;
    return { files: [`${server}/classes.jsa`, `${server}/classes_nocoops.jsa`] };
  }
  return Object.hasOwn(GENERATED, name) ? (GENERATED[name] ?? NOTHING) : NOTHING;
}
