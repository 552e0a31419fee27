import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';

const SYSTEM: ReadonlySet<string> = new Set(['', 'etc', 'bin', 'sbin', 'lib', 'lib32', 'lib64']);
const SYSTEM_STATE = /\b(?:apt|apt-get|dpkg|apk|dnf|yum|rpm|zypper|pacman)\b|\/etc\//;

/**
 * Whether the clean path is one where programs look of their own accord: what is put there may decide what any of them
 * does. Applications live in some folders below /usr, /var and the homes.
 */
export function isSystemPath(path: string): boolean {
  const [first = '', second = '', third] = path.split('/');
  if (first === 'usr') return second !== 'src' && second !== 'app';
  if (first === 'var') return second !== 'www';
  if (first === 'root') return second === '';
  if (first === 'home') return third === undefined;
  return SYSTEM.has(first);
}

/** Whether the RUN may change what the system's package managers do later. */
export function touchesSystem({ keyword, text }: DockerfileInstruction): boolean {
  return keyword === 'RUN' && SYSTEM_STATE.test(text);
}

/** Whether one of two clean paths is the other, or is in it. */
export function overlaps(path: string, other: string): boolean {
  return isWithin(path, other) || isWithin(other, path);
}

/** Whether the clean path is the directory, or in it; the root holds all. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '' || `${path}/`.startsWith(`${directory}/`);
}
