import { join } from 'node:path';
import { folderOf } from './folder.ts';

/** As strict as the real one: no password is asked for, only one program is run, and nothing of the environment reaches it. */
export const SUDO = `#!/bin/sh
[ "$1 $2" = '-n --' ] && [ "$3" = '${process.execPath}' ] && [ "$4" = -e ] && [ $# = 5 ] || exit 9
[ "$(env | grep -cv '^\\(PATH\\|PWD\\|SHLVL\\|_\\|OLDPWD\\)=')" = 0 ] || { echo 'sudo: more of the environment' >&2; exit 9; }
shift 2
exec "$@"
`;

/** A PATH on which `sudo` is another program. */
export async function pathWithSudo(script: string = SUDO): Promise<string> {
  const programs = await folderOf({ sudo: { program: script } });
  return `${programs}:${process.env['PATH']}`;
}

/**
 * A PATH with a `sudo` for which a folder lies elsewhere: what cannot be read without it can be read with it, whoever runs the
 * tests.
 * @param pids file that the number of each process that it starts is added to
 */
export async function pathWithSudoFor(folder: string, real: string, pids = '/dev/null'): Promise<string> {
  const hook = `
const fs = require('node:fs');
const { native } = fs.realpathSync;
fs.realpathSync.native = (path, how) => native(String(path) === ${JSON.stringify(folder)} ? ${JSON.stringify(real)} : path, how);
`;
  const place = await folderOf({ 'hook.cjs': hook });
  const run = `echo $$ >> '${pids}'\nexec "$3" -r '${join(place, 'hook.cjs')}' -e "$5"`;
  return await pathWithSudo(SUDO.replace('shift 2\nexec "$@"', () => run));
}
