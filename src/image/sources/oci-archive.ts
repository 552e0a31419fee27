import { openArchiveFiles } from '../files/open-archive.ts';
import type { Image } from '../image.ts';
import { openOciImage } from './oci-image.ts';
import type { Choice } from './open-options.ts';

/** Opens `oci-archive:PATH[:REF]`. @throws DeadweightError as `openOciImage`, and as an archive is read. */
export async function openOciArchive(path: string, choice: Choice): Promise<Image> {
  const files = await openArchiveFiles(path);
  try {
    return openOciImage(files, choice);
  } catch (error) {
    files.close();
    throw error;
  }
}
