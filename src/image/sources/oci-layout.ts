import { directoryFiles } from '../files/directory-files.ts';
import type { Image } from '../image.ts';
import { openOciImage } from './oci-image.ts';
import type { Choice } from './open-options.ts';

/** Opens `oci:DIR[:REF]`. @throws DeadweightError as `openOciImage`, and `input-missing`. */
export async function openOciLayout(directory: string, choice: Choice): Promise<Image> {
  return openOciImage(directoryFiles(directory), choice);
}
