import { briefLine, visible } from '../base/untrusted-text.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { chosenNode, type ExploreState, type Reduced } from './state.ts';

function says(state: ExploreState, text: string): Reduced {
  return { state: { ...state, message: { kind: 'info', text } }, effects: [] };
}

/** Copies the chosen path, as it is shown: what is pasted into a shell must not run. */
export function chosenPath(state: ExploreState): Reduced {
  const node = chosenNode(state);
  if (node === null) return says(state, 'There is no path here.');
  const text = visible(`/${state.exploration.tree.paths.pathOf(node)}`);
  return {
    state: { ...state, message: { kind: 'info', text: `Copied ${text}, where the terminal allows it.` } },
    effects: [{ kind: 'copy', text }],
  };
}

/** Opens an editor where an instruction is. @param location null where nothing tells it */
export function suggestedEdit(location: InstructionLocation | null, state: ExploreState): Reduced {
  if (location !== null)
    return { state, effects: [{ kind: 'edit', file: location.file, line: location.startLine }] };
  return says(state, 'No line is known: a JSON report of deadweight build says which line made a layer.');
}

/** Asks where the chosen file is to be written to. */
export function startExtraction(state: ExploreState): Reduced {
  const { tree, canExtract, listed } = state.exploration;
  const node = chosenNode(state);
  if (node === null) return says(state, 'There is no file here.');
  if (!canExtract) {
    const what = listed === 'wasted' ? 'A report' : 'A snapshot';
    return says(state, `${what} has no contents: explore the image.`);
  }
  const entry = state.view.entryOf(node);
  if (entry === null || tree.isDirectory(entry)) return says(state, 'Only files can be written.');
  const { kind, linkname } = tree.describe(entry);
  if (kind === 'symlink')
    return says(state, `This is a link to ${briefLine(linkname ?? '', 200)}: go there.`);
  const file = tree.fileOf(entry);
  if (file === null) return says(state, `This is no regular file (${kind}).`);
  return {
    state: { ...state, input: { kind: 'extract', entry: file, text: `./${safeName(tree.nameOf(node))}` } },
    effects: [],
  };
}

/** A name that is a name everywhere. */
function safeName(name: string): string {
  const plain = visible(name.slice(0, 200)).replaceAll(/[/\\:\0]/g, '_');
  return plain === '' || plain === '.' || plain === '..' ? 'file' : plain;
}
