import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import type { InstructionFlag } from '../instruction-flag.ts';
import { type Mount, readMounts } from '../mount.ts';
import type { ShellScript } from '../shell/shell-command.ts';
import type { InstructionSource } from './instruction-source.ts';

/** The flags of the one RUN that several become: all mounts, and what else all of them have. */
export type JoinedFlags = readonly InstructionFlag[] | { readonly problem: string };

/**
 * A RUN is given the mounts of another only where it cannot notice: read-only ones, in a place that none of its programs
 * looks at by itself, and that its script does not name.
 * @param instructions all of the file: directories and variables that scripts use
 */
export function joinFlags(
  sources: readonly InstructionSource[],
  instructions: readonly DockerfileInstruction[],
): JoinedFlags {
  const flags = sources.map(({ read }) => read.flags);
  const texts = flags.map(each => each.filter(({ name }) => name !== 'mount').map(textOf));
  if (texts.some(each => each.join(' ') !== texts[0]?.join(' '))) return OTHER;
  const joined = [...new Map(flags.flat().map(flag => [textOf(flag), flag])).values()];
  for (const flag of joined) {
    if (flag.name !== 'mount') continue;
    const without = sources.filter(({ read }) => !read.flags.some(each => textOf(each) === textOf(flag)));
    if (without.length === 0) continue;
    const others = joined.filter(each => each !== flag);
    const target = quietTarget(flag, others, instructions);
    if (target === null || without.some(({ run }) => mayNotice(run.script, target))) return OTHER;
  }
  return joined;
}

const OTHER = { problem: 'its flags are not those of the others' } as const;

export function textOf({ name, value }: InstructionFlag): string {
  return value === null ? `--${name}` : `--${name}=${value}`;
}

/** Where programs look for settings, libraries and what they run, told or not. */
const LOOKED_AT =
  /^\/(?:bin|boot|dev|etc|home|lib\w*|media|opt|proc|root|run|sbin|srv|sys|usr|var|app|code|workspaces?)(?:\/|$)/;
/** A directory of its own in the root, or in what holds such. */
const QUIET = /^\/(?:(?:tmp|mnt|run\/secrets)\/)?[\w.-]+$/;

/** The target of a mount that only those see who name it; null where others may. */
function quietTarget(
  flag: InstructionFlag,
  others: readonly InstructionFlag[],
  instructions: readonly DockerfileInstruction[],
): string | null {
  const [mount] = readMounts([flag]);
  if (mount === undefined || !isReadOnly(mount) || mount.target === null) return null;
  const { target } = mount;
  // A variable that a secret sets is seen without a name.
  if (/(?:^|,)env=/i.test(flag.value ?? '')) return null;
  const isSecret = target.startsWith('/run/secrets/');
  if (!QUIET.test(target) || (LOOKED_AT.test(target) && !isSecret) || target === '/tmp' || target === '/mnt')
    return null;
  if (readMounts(others).some(each => each.target === null || overlap(each.target, target))) return null;
  const name = nameOf(target);
  const isKnown = instructions.some(
    ({ keyword, text }) => KNOWING.has(keyword) && (name.test(text) || /\bWORKDIR\s+\/\s*$/i.test(text)),
  );
  return isKnown ? null : target;
}

/** What scripts know directories by without naming them. */
const KNOWING: ReadonlySet<string> = new Set(['WORKDIR', 'ENV', 'ARG', 'SHELL']);

function isReadOnly({ type, isWritable }: Mount): boolean {
  return (type === 'bind' || type === 'secret') && !isWritable;
}

function overlap(a: string, b: string): boolean {
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

/** Programs that walk through the directory in which they are run where they are given no other. */
const WALKING: ReadonlySet<string> = new Set(['find', 'du', 'tree', 'rg', 'fd', 'ls']);
/** A directory above, by a path or by a pattern. */
const ABOVE = /^(?:\/|\/?\*.*|\.{1,2}\/?|(?:\/|\.\/)\*.*|\/(?:tmp|mnt|run|run\/secrets)(?:\/?|\/\*.*))$/;

function mayNotice({ text, commands, isUnderstood }: ShellScript, target: string): boolean {
  if (!isUnderstood || nameOf(target).test(text)) return true;
  return commands.some(({ words: [program = '', ...rest] }) => {
    const isAbove = rest.some(word => ABOVE.test(word.replace(/^-[^/=]*=?/, '')));
    const name = baseName(program);
    const isWalking = WALKING.has(name) || (name === 'grep' && rest.some(word => /^-\w*[rR]/.test(word)));
    return isAbove || (isWalking && !rest.some(word => word.includes('/') && !ABOVE.test(word)));
  });
}

/** The last part of a path, by itself. */
function nameOf(path: string): RegExp {
  const name = baseName(path);
  return new RegExp(`(?<![\\w.-])${name.replaceAll(/[.]/g, '\\.')}(?![\\w-])`);
}
