import { z } from 'zod';
import { code, type Part } from '../../base/phrase.ts';

/** The argument of findings that an entry of an ignore file mends. */
export function ignoreFileArg() {
  return {
    ignoreFile: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'The ignore file of this Dockerfile alone (`app.Dockerfile.dockerignore`), for which the build does not read the one of the context; null where there is none',
      ),
  };
}

/** The ignore file that counts. */
export function ignoreFileCode({ ignoreFile }: { readonly ignoreFile: string | null }): Part {
  return code(ignoreFile ?? '.dockerignore', 100);
}
