const STATE =
  /^(?:var\/lib\/(?:dpkg|apt|rpm|pacman|ucf)|usr\/lib\/sysimage\/rpm|(?:usr\/)?lib\/apk\/db|var\/cache\/(?:debconf|ldconfig)|var\/log)\//;
const CACHE_OF_LINKER = 'etc/ld.so.cache';

/**
 * Whether a package manager rewrites the file whenever it installs something. Of the base image's copy nobody can be
 * advised to leave it alone: whoever installs a package has to write it.
 */
export function isPackageState(path: string): boolean {
  return path === CACHE_OF_LINKER || STATE.test(path);
}
