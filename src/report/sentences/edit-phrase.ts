import { code, enumerate, type Phrase, phrase, place } from '../../base/phrase.ts';
import type { InstructionLocation } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';

/** What the edits do, as one clause: `merge the RUNs from Dockerfile:2 to Dockerfile:4 and …`. */
export function editsPhrase(edits: readonly DockerfileEdit[], file: string): Phrase {
  const at = (line: number): Phrase => [place(lineOf(file, line))];
  return enumerate(edits.map(edit => editPhrase(edit, at)));
}

function editPhrase(edit: DockerfileEdit, at: (line: number) => Phrase): Phrase {
  switch (edit.kind) {
    case 'merge-runs':
      return phrase`merge the RUNs from ${at(edit.line)} to ${at(edit.lastLine)}`;
    case 'append-command':
      return phrase`end ${at(edit.line)} with ${code(edit.command, 80)}`;
    case 'add-flag':
      return phrase`add ${code(edit.flag, 80)} at ${at(edit.line)}`;
    case 'add-option':
      return phrase`add ${code(edit.option, 60)} to ${code(edit.program.join(' '), 60)} at ${at(edit.line)}`;
    case 'replace-command':
      return edit.command === null
        ? phrase`delete the command at ${at(edit.line)}`
        : phrase`change the command at ${at(edit.line)} to ${code(edit.command, 80)}`;
    case 'remove-copy':
      return phrase`omit the copy at ${at(edit.line)}`;
    case 'ignore':
      return phrase`add ${code(edit.pattern, 60)} to ${edit.file === undefined ? '.dockerignore' : code(edit.file, 100)}`;
  }
}

function lineOf(file: string, line: number): InstructionLocation {
  return { file, startLine: line, endLine: line, text: '' };
}
