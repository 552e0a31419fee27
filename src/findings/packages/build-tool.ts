import type { InstalledPackage } from '../../packages/installed-package.ts';

/** Sections of Debian's archive that hold compilers, headers and debug files; Ubuntu writes `universe/devel`. */
const SECTIONS: ReadonlySet<string> = new Set(['devel', 'libdevel', 'debug']);

/**
 * What distributions call the tools and headers that programs are built with. Names of Debian, Ubuntu, Alpine, Fedora,
 * RHEL and SUSE; a version may follow, as in `gcc-12` and `llvm17`.
 */
const NAMES: readonly RegExp[] = [
  // Headers, libraries to link with, and files for debuggers.
  /-(?:dev|devel|headers|static|dbg|dbgsym|debuginfo)$/,
  /^(?:linux-libc-dev|libc-dev-bin|libc6-dev.*)$/,
  // Compilers, and what they are made of.
  /^(?:gcc|g\+\+|cpp|gfortran|gnat|gdc|gccgo|gobjc|gobjc\+\+|gcc-c\+\+|gcc-gfortran)(?:-?\d+)?$/,
  /^(?:gcc|g\+\+|cpp|gfortran)(?:-\d+)?-[a-z0-9_-]+-linux-gnu\w*$/,
  /^(?:clang|clang-tools|lld|lldb|llvm)(?:-?\d+)?$|^llvm-\d+-(?:tools|linker-tools)$/,
  /^(?:binutils|binutils-gold|binutils-[a-z0-9_-]+-linux-gnu\w*|binutils-common|libbinutils)$/,
  /^(?:go|golang|golang-go|golang-src|golang-bin|golang-\d[\d.]*(?:-go|-src)?)$/,
  /^(?:rust|rustc|rust-std-static|cargo)(?:-[\d.]+)?$/,
  /^(?:ghc|ocaml|nim|zig|tcc|nasm|yasm|swig|vala|valac)$/,
  /^(?:default-jdk|openjdk-?\d+-jdk|java-[\d.]+-openjdk-devel|openjdk\d+)(?:-headless|-base)?$/,
  // Builders.
  /^(?:make|cmake|cmake-data|ninja|ninja-build|meson|scons|m4|bison|flex|gperf|ccache|samurai)$/,
  /^(?:autoconf|automake|automake-[\d.]+|autotools-dev|libtool|libtool-bin|pkg-config|pkgconf|pkgconf-bin)$/,
  /^(?:build-essential|build-base|alpine-sdk|abuild|dpkg-dev|debhelper|devscripts|fakeroot|libfakeroot)$/,
  /^(?:rpm-build|rpmdevtools|redhat-rpm-config|maven|gradle|ant|sbt)$/,
];

/** Packages of these sections that programs are run with, not built. */
const OF_RUNNING = /(?:^|-)(?:runtime|jre)(?:-|$)/;

/** Whether a package of the system is of use only to who builds something, by its name and its section. */
export function isBuildTool({ name, relations }: Pick<InstalledPackage, 'name' | 'relations'>): boolean {
  if (OF_RUNNING.test(name)) return false;
  return SECTIONS.has(sectionOf(relations)) || NAMES.some(pattern => pattern.test(name));
}

const LIBRARIES: ReadonlySet<string> = new Set(['libs', 'oldlibs']);

/** Whether it is a Debian library that came because another package needs it. */
export function isAutomaticLibrary({ relations }: Pick<InstalledPackage, 'relations'>): boolean {
  return relations?.isAutomatic === true && LIBRARIES.has(sectionOf(relations));
}

function sectionOf(relations: InstalledPackage['relations']): string {
  const section = relations?.section ?? '';
  return section.slice(section.lastIndexOf('/') + 1);
}
