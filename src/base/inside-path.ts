import { isAbsolute, relative, sep } from 'node:path';

/**
 * A path as it is seen from a folder, with slashes; both absolute, or both from one place. Links are not looked at.
 * @returns `''` for the folder itself, null for what lies elsewhere
 */
export function pathInside(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  // A name may begin with two dots.
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return inside.split(sep).join('/');
}
