import { applyEdits } from '../../../src/dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';

/** The Dockerfile after edits, or `! ` and why they cannot be made. Line 1 is `FROM a`, so that RUNs begin on line 2. */
export function edited(text: string, ...edits: readonly DockerfileEdit[]): string {
  const made = applyEdits({ dockerfile: `FROM a\n${text}`, ignore: '' }, edits, 'Dockerfile');
  return 'reason' in made ? `! ${made.reason}` : made.dockerfile.replace(/^FROM a\n/, '');
}

export const merge = (line: number, lastLine: number): DockerfileEdit => ({
  kind: 'merge-runs',
  line,
  lastLine,
});
export const append = (line: number, command = 'rm -rf /x/*'): DockerfileEdit => ({
  ...{ kind: 'append-command', line },
  command,
});
export const flag = (line: number, text: string): DockerfileEdit => ({ kind: 'add-flag', line, flag: text });
export const option = (line: number, ...program: readonly string[]): DockerfileEdit => ({
  ...{ kind: 'add-option', line, option: '--no-install-recommends' },
  program: program.length > 0 ? program : ['apt-get', 'install'],
});
export const replace = (line: number, index: number, command: string | null): DockerfileEdit => ({
  ...{ kind: 'replace-command', line },
  index,
  command,
});
export const removeCopy = (line: number): DockerfileEdit => ({ kind: 'remove-copy', line });
