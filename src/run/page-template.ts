import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readInputFile } from '../base/input-file.ts';

const NAME = 'page.html';
/** From the folder of the program: of the Action's bundle, of the command line's, and of the source. */
const PLACES = ['.', '..', '../../dist'] as const;
/** Bytes. */
const MAX_TEMPLATE = 1024 * 1024;

/** The page without data, which is bundled beside the program. @param program path of the script that runs */
export function readPageTemplate(program: string): string {
  const folder = dirname(realpathSync(program));
  const path = PLACES.map(place => join(folder, place, NAME)).find(candidate => existsSync(candidate));
  if (path === undefined) throw new Error(`${NAME} is not beside the program in ${folder}`);
  return readInputFile(path, { maxBytes: MAX_TEMPLATE }).toString('utf8');
}
