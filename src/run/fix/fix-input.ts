import { DeadweightError } from '../../base/errors.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { type FiledBuild, type FilingOptions, fileStandardInput } from '../build-input.ts';
import type { InputStream } from '../standard-input.ts';

/**
 * What is to be fixed, with a Dockerfile on standard input in a file: what it could be is shown, and written nowhere.
 * @param isDry whether nothing is to be written
 * @throws DeadweightError `usage`, and as `fileStandardInput`
 */
export async function fileFixInput(
  inputs: BuildInputs,
  isDry: boolean,
  input: InputStream,
  options: FilingOptions,
): Promise<FiledBuild> {
  if (inputs.context === '-') {
    throw new DeadweightError('usage', {
      message: 'The context is on standard input, where nothing can be fixed.',
      remedy:
        'Give the folder of the context, and a Dockerfile on standard input as --file - with --dry-run.',
    });
  }
  if (inputs.file === '-' && !isDry) {
    throw new DeadweightError('usage', {
      message: 'The Dockerfile is on standard input, so no fix can be written to it.',
      remedy: 'Add --dry-run to see what fix would change, or name the file.',
    });
  }
  return fileStandardInput(inputs, input, options);
}
