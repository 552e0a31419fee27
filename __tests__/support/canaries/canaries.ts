import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was printed, sent or written, by the place where it was found. */
export type Places = Readonly<Record<string, string | Uint8Array>>;

/** Values that must show up nowhere, each known by the place that it was planted in. */
export class Canaries {
  readonly #sources = new Map<string, string>();

  /**
   * A value that nothing else has in it, of letters and digits alone: whatever is quoted, escaped or percent-encoded
   * around it, it is found.
   */
  plant(source: string): string {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const value = `Cn${randomBytes(11).toString('hex')}`;
    this.#sources.set(source, value);
    return value;
  }

  /** Looks for a value, too, that something else made: a key. */
  watch(source: string, value: string): void {
    this.#sources.set(source, value);
  }

  get sources(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** `source in place: …text around it…` of each value that is there: as it is, in base64 or in hexadecimal, or broken by a terminal. */
  find(places: Places): readonly string[] {
    return Object.entries(places).flatMap(([place, content]) => {
      const text = Buffer.from(content).toString('latin1');
      const whole = text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\s+/g, '');
      return [...this.#sources].flatMap(([source, value]) => {
        for (const form of formsOf(value)) {
          const at = whole.indexOf(form);
          if (at >= 0) return [`${source} in ${place}: …${whole.slice(Math.max(0, at - 120), at + 60)}…`];
        }
        return [];
      });
    });
  }
}

/** The value, its hexadecimal digits, and what base64 makes of it wherever in a text it begins. */
function formsOf(value: string): readonly string[] {
  const base64 = [0, 1, 2].map(before => {
    const text = Buffer.from(`${'x'.repeat(before)}${value}`).toString('base64url');
    // The first characters hold bits of what stands before, the last ones of what follows.
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });
  return [value, Buffer.from(value).toString('hex'), ...base64];
}

/** Everything below a folder, by its path; the names of files are in it, too. */
export async function contentsOf(folder: string): Promise<Record<string, Uint8Array | string>> {
  const found: Record<string, Uint8Array | string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[`the name ${path.slice(folder.length)}`] = path.slice(folder.length);
    if (entry.isFile()) found[path] = await readFile(path);
  }
  return found;
}
