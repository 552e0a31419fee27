/**
 * Debug information in files of its own: split off by `objcopy --only-keep-debug` or by compilers (`-gsplit-dwarf`),
 * of .NET and of Apple's tools.
 */
const DEBUG_FILE = /\.(?:debug|pdb|dwo|dwp)$|\.dSYM\//;

/** Whether the path is of a file that only debuggers read. */
export function isDebugFile(path: string): boolean {
  return DEBUG_FILE.test(path);
}
