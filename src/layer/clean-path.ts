const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * The path as the root of the image sees it: relative, without `.`, `..` and doubled slashes; the root is the empty
 * string. `..` stops at the root, so that nothing escapes.
 */
export function cleanPath(name: string): string {
  let end = name.length;
  while (end > 0 && name.charCodeAt(end - 1) === SLASH) end -= 1;
  if (isClean(name, end)) return end === name.length ? name : name.slice(0, end);
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Whether no component of the first `end` characters is empty, `.` or `..`. */
function isClean(name: string, end: number): boolean {
  let dots = 0;
  let length = 0;
  for (let at = 0; at < end; at += 1) {
    const code = name.charCodeAt(at);
    if (code === SLASH) {
      if (length === 0 || (dots === length && length <= 2)) return false;
      dots = 0;
      length = 0;
    } else {
      if (code === DOT) dots += 1;
      length += 1;
    }
  }
  return end === 0 || !(length === 0 || (dots === length && length <= 2));
}
