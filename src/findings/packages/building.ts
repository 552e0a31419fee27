import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { POSIX_SHELL, runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { instructionWords } from '../../dockerfile/shell-word.ts';
import { packageCommand } from '../../package-managers/package-command.ts';
import { BUILDLESS_PROGRAMS } from '../../package-managers/package-managers.ts';
import { type InstalledPackage, isSystemPackage } from '../../packages/installed-package.ts';
import { findChain, findSourceStage } from '../dockerfile/stage-graph.ts';
import type { RuleContext } from '../rule-context.ts';

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

/**
 * Libraries of Debian that compilers, linkers and debuggers are made of, and that check programs which were compiled for
 * that. No other library is of use to a build alone: what was compiled may be linked with it, as with `libpq5`.
 */
const OF_COMPILERS: readonly RegExp[] = [
  /^lib(?:isl|mpc|mpfr|cc1-|ctf|ctf-nobfd|sframe|gprofng|hwasan|asan|lsan|tsan|ubsan|itm)\d+$/,
  /^lib(?:clang-cpp|clang|clang-common|clang-rt|llvm|LLVM)-?\d[\w.-]*$/,
];

/** Whether it is a library that came because a compiler needs it. */
export function isCompilerLibrary({
  name,
  relations,
}: Pick<InstalledPackage, 'name' | 'relations'>): boolean {
  return relations?.isAutomatic === true && OF_COMPILERS.some(pattern => pattern.test(name));
}

function sectionOf(relations: InstalledPackage['relations']): string {
  const section = relations?.section ?? '';
  return baseName(section);
}

/** Compilers, and what compiles extensions, by the names of their programs; for other machines, `aarch64-linux-gnu-gcc`. */
const COMPILER =
  /(?:^|\/)bin\/(?:go|rustc|rustup|cargo|javac|swiftc|ghc|phpize|(?:\w[\w.]*-){0,4}(?:gcc|g\+\+|clang))$/;
const SDK = /(?:^|\/)(?:dotnet\/sdk\/[^/]+\/dotnet\.dll|rustlib\/[^/]+\/lib\/libstd-\w+\.so)$/;

/**
 * Whether the image brings a compiler that no package of the system has: a language's own distribution, put there to
 * build with. What it compiles and links with belongs to it.
 */
export function bringsToolchain({ ownFiles, analysis }: RuleContext): boolean {
  return ownFiles.some(({ path, otherNames = [] }) => {
    if (![path, ...otherNames].some(name => COMPILER.test(name) || SDK.test(name))) return false;
    const owner = analysis.packages.ownerOf(path);
    return owner === null || !isSystemPackage(owner);
  });
}

/**
 * Whether nothing that the Dockerfile runs, from this instruction on, can have built anything: who installs a compiler
 * and does not use it means it for those who use the image.
 */
export function buildsNothing(
  { dockerfile }: RuleContext,
  instruction: DockerfileInstruction | null,
): boolean {
  if (dockerfile === null || instruction === null) return false;
  const from = dockerfile.shipped.indexOf(instruction);
  return from >= 0 && !runsAny(dockerfile.shipped.slice(from), mayBuild);
}

/** Ways to have a container that does nothing by itself: somebody works in it. */
const IDLE = /^(?:sleep (?:infinity|\d+)|tail -f \/dev\/null|cat)$/;

/**
 * Whether the image starts a shell and nothing else, or nothing but sleep: for people and for CI jobs, which bring the
 * commands. What they build with belongs there.
 */
export function isWorkedIn({ dockerfile }: RuleContext): boolean {
  const started = dockerfile?.shipped.findLast(
    ({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT',
  );
  if (!dockerfile || started === undefined) return false;
  const words = instructionWords(started.body, dockerfile.file.escape);
  const [program = '', ...rest] = words;
  const isShell = POSIX_SHELL.test(program) && rest.every(word => SHELL_OPTION.test(word));
  return isShell || IDLE.test(words.join(' '));
}

/** What leaves it a shell to type into: not `-c`. */
const SHELL_OPTION = /^(?:-[il]+|--login)$/;

/** Programs that install, fetch, move and describe, and build nothing. */
const BUILDS_NOTHING: ReadonlySet<string> = new Set([
  ...BUILDLESS_PROGRAMS,
  ...['[', ':', 'cat', 'cd', 'chgrp', 'chmod', 'chown', 'cp', 'cut', 'date', 'echo', 'export', 'false'],
  ...['grep', 'head', 'id', 'ldconfig', 'ln', 'locale-gen', 'ls', 'mkdir', 'mv', 'printf', 'pwd', 'rm'],
  ...['rmdir', 'sed', 'set', 'sha256sum', 'sha512sum', 'sleep', 'sort', 'tail', 'tee', 'test', 'touch'],
  ...['tr', 'true', 'umask', 'uname', 'unset', 'update-ca-certificates', 'update-locale', 'wc', 'which'],
  ...['addgroup', 'adduser', 'groupadd', 'useradd', 'usermod', 'curl', 'wget', 'gpg', 'tar', 'unzip'],
  ...['awk', 'base64', 'bunzip2', 'bzip2', 'chpasswd', 'dd', 'diff', 'env', 'git', 'gunzip', 'gzip', 'jq'],
  ...['md5sum', 'mktemp', 'mkfifo', 'openssl', 'passwd', 'pushd', 'popd', 'readlink', 'rsync', 'sha1sum'],
  ...['ssh-keygen', 'ssh-keyscan', 'stat', 'truncate', 'unxz', 'unzstd', 'xz', 'zip', 'zstd'],
]);

/** Whether the command may build something, or run what does: all but a few programs may. */
export function mayBuild({ words: [program = ''] }: Pick<ShellCommand, 'words'>): boolean {
  return program !== '' && !BUILDS_NOTHING.has(baseName(program));
}

/** Whether any of the instructions runs a command that may need something: also where nobody can tell what it runs. */
export function runsAny(
  instructions: readonly DockerfileInstruction[],
  needs: (command: ShellCommand) => boolean,
): boolean {
  return instructions.some(instruction => {
    if (instruction.keyword !== 'RUN') return false;
    const { form, script } = runScript(instruction);
    return form === 'other' || script.commands.some(needs);
  });
}

/**
 * The RUN that built what a COPY takes from another stage: the one RUN of that which may build something, and does not
 * only install. null where there are several, or none.
 */
export function findBuildInStage(
  { dockerfile }: RuleContext,
  copy: DockerfileInstruction | null,
): DockerfileInstruction | null {
  const stage = dockerfile === null || copy === null ? null : findSourceStage(dockerfile, copy);
  if (dockerfile === null || stage === null) return null;
  const builds = (command: ShellCommand): boolean => {
    const action = packageCommand(command)?.action ?? 'build';
    return mayBuild(command) && action === 'build';
  };
  const [run, ...others] = findChain(dockerfile, stage).filter(each => runsAny([each], builds));
  return others.length > 0 ? null : (run ?? null);
}
