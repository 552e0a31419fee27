import { parseDockerfile } from '../dockerfile/dockerfile.ts';
import { targetStage } from '../dockerfile/stage.ts';

/** Name of the stage that runs a check on top of an image. */
export const CHECK_STAGE = 'deadweight-check';
const IMAGE_STAGE = 'deadweight-image';

/**
 * The Dockerfile with one stage more, which runs the command in the image of its target as a build step: as the image's
 * user, in its directory and with its variables, and without a network. Nothing before it changes.
 * @param command as `sh -c` takes it
 * @param target as `--target` has it
 * @returns null when there is no such stage
 */
export function withCheckStage(dockerfile: string, target: string, command: string): string | null {
  const { stages } = parseDockerfile(dockerfile, 'Dockerfile');
  const stage = targetStage(stages, target);
  if (stage === null) return null;
  const lines = dockerfile.split('\n');
  let { name } = stage;
  if (name === null) {
    name = IMAGE_STAGE;
    const last = stage.from.endLine - 1;
    lines[last] = (lines[last] ?? '').replace(
      /[ \t]*\r?$/,
      end => ` AS ${name}${end.endsWith('\r') ? '\r' : ''}`,
    );
  }
  // In JSON nothing is a variable, an escape or a here-document of the Dockerfile.
  const words = JSON.stringify(['/bin/sh', '-c', command]).replaceAll('<', '\\u003c');
  const text = lines.join('\n');
  const rest = text.endsWith('\n') ? '' : '\n';
  return `${text}${rest}FROM ${name} AS ${CHECK_STAGE}\nRUN --network=none ${words}\n`;
}
