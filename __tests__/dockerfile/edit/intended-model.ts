import type { DockerfileEdit } from '../../../src/dockerfile/edit/dockerfile-edit.ts';
import type { ModelFile, PlacedItem } from './random-dockerfile.ts';

/** What an instruction has to be after the edits, told from the model and not from any text. */
export interface Intended {
  readonly keyword: string;
  /** Of a RUN whose commands the model knows. */
  readonly flags: string;
  readonly commands:
    | readonly { readonly operator: string; readonly written: string; readonly words: readonly string[] }[]
    | null;
  /** The logical line of anything else. */
  readonly text: string;
}

type Commands = NonNullable<Intended['commands']>;

/** By what the edits mean. */
export function intendedOf({ items, edits }: ModelFile): readonly Intended[] {
  const intended: Intended[] = [];
  const joined = mergedInto(items, edits);
  const places = new Map<PlacedItem, number>();
  for (const placed of items) {
    if (placed.item.kind === 'gap') continue;
    if (placed.item.kind === 'other') {
      intended.push({ keyword: placed.item.keyword, flags: '', commands: null, text: placed.item.text });
      continue;
    }
    const commands = editedCommands(placed, edits);
    if (commands.length === 0) continue;
    const first = joined.get(placed) ?? placed;
    const place = places.get(first);
    if (place === undefined) {
      places.set(first, intended.length);
      intended.push({ keyword: 'RUN', flags: editedFlags(placed, edits), commands, text: '' });
      continue;
    }
    const before = intended[place];
    const [head, ...rest] = commands;
    if (before?.commands && head) {
      intended[place] = {
        ...before,
        commands: [...before.commands, { ...head, operator: 'joined' }, ...rest],
      };
    }
  }
  return intended;
}

/** For each RUN that is merged the first of those that it becomes one with. */
function mergedInto(
  items: readonly PlacedItem[],
  edits: readonly DockerfileEdit[],
): ReadonlyMap<PlacedItem, PlacedItem> {
  const first = new Map<PlacedItem, PlacedItem>();
  const runs = items.filter(({ item }) => item.kind === 'run');
  const ranges = edits.flatMap(edit =>
    edit.kind === 'merge-runs' ? [[edit.line, edit.lastLine] as const] : [],
  );
  for (const [index, run] of runs.entries()) {
    const before = runs[index - 1];
    const isJoined =
      before !== undefined && ranges.some(([from, to]) => from <= before.startLine && run.startLine <= to);
    first.set(run, isJoined ? (first.get(before) ?? before) : run);
  }
  return first;
}

function editedCommands({ item, startLine }: PlacedItem, edits: readonly DockerfileEdit[]): Commands {
  if (item.kind !== 'run') return [];
  const own = edits.filter(edit => 'line' in edit && edit.line === startLine);
  const commands = item.commands.flatMap(({ operator, written, words }, index) => {
    const replacement = own.find(edit => edit.kind === 'replace-command' && edit.index === index);
    if (replacement?.kind !== 'replace-command') return [{ operator, written: written.join(' '), words }];
    return replacement.command === null ? [] : [commandOf(operator, replacement.command)].flat();
  });
  const hasOption = own.some(({ kind }) => kind === 'add-option');
  const optioned = hasOption ? commands.map(withOption) : commands;
  const appended = new Set(own.flatMap(edit => (edit.kind === 'append-command' ? [edit.command] : [])));
  return [...optioned, ...[...appended].sort().flatMap(command => commandOf('added', command))];
}

/** The few texts that the random edits put in. */
function commandOf(operator: string, text: string): Commands {
  switch (text) {
    case 'find / -name x || true':
      return [
        { operator, written: 'find / -name x', words: ['find', '/', '-name', 'x'] },
        { operator: '||', written: 'true', words: ['true'] },
      ];
    case 'echo "new  one"':
      return [{ operator, written: text, words: ['echo', 'new  one'] }];
    default:
      return [{ operator, written: text, words: text.split(' ') }];
  }
}

function withOption(command: Commands[number]): Commands[number] {
  const { words, written } = command;
  const option = '--no-install-recommends';
  if (!/(?:^|\/)apt-get$/.test(words[0] ?? '') || !words.includes('install')) return command;
  const at = words.indexOf('install') + 1;
  return {
    ...command,
    words: [...words.slice(0, at), option, ...words.slice(at)],
    written: written.replace('install', `install ${option}`),
  };
}

function editedFlags({ item, startLine }: PlacedItem, edits: readonly DockerfileEdit[]): string {
  const added = edits.flatMap(edit =>
    edit.kind === 'add-flag' && edit.line === startLine ? [edit.flag] : [],
  );
  return [item.kind === 'run' ? item.flags : '', ...[...new Set(added)].sort()].join(' ').trim();
}

/**
 * The lines, line ends included, that no edit has to touch: the lines of everything that is not edited, and those of
 * edited RUNs that have nothing to do with what is edited.
 */
export function untouchedLines({ items, edits }: ModelFile): readonly string[] {
  const joined = mergedInto(items, edits);
  const isInMerge = (placed: PlacedItem): boolean =>
    [...joined].some(([run, first]) => run !== first && (run === placed || first === placed));
  const isBetween = (index: number): boolean => {
    const before = items.slice(0, index).findLast(({ item }) => item.kind !== 'gap');
    const behind = items.slice(index).find(({ item }) => item.kind !== 'gap');
    return Boolean(before && behind && joined.get(before) && joined.get(before) === joined.get(behind));
  };
  return items.flatMap((placed, index) => {
    const { item, raw, startLine } = placed;
    if (item.kind === 'other') return raw;
    if (item.kind === 'gap') return isBetween(index) ? raw.filter(line => line.trim() !== '') : raw;
    const own = edits.filter(edit => 'line' in edit && edit.line === startLine && edit.kind !== 'merge-runs');
    const touched = new Set<number>();
    const last = item.lines.length - 1;
    const start = item.lines.findIndex(({ commands }) => commands.length > 0);
    if (isInMerge(placed)) for (const each of [...Array(start + 1).keys(), last]) touched.add(each);
    for (const edit of own) {
      if (edit.kind === 'append-command') touched.add(last);
      if (edit.kind === 'add-flag') touched.add(0);
      for (const [at, { commands }] of item.lines.entries()) {
        const isReplaced =
          edit.kind === 'replace-command' && commands.some(command => Math.abs(command - edit.index) <= 1);
        const isOptioned =
          edit.kind === 'add-option' && commands.some(each => item.commands[each]?.words.includes('install'));
        if (isReplaced || isOptioned) touched.add(at);
      }
      // A line that only has an operator goes with the command behind it.
      if (edit.kind === 'replace-command') {
        for (const [at, { commands, isComment }] of item.lines.entries()) {
          if (commands.length === 0 && !isComment) touched.add(at);
        }
      }
    }
    // The only command of a RUN takes the RUN with it.
    if (editedCommands(placed, edits).length === 0) return [];
    // Empty lines above the first command are between two RUNs when they are merged; inside of a command that goes
    // they go with it.
    const isReplaced = own.some(({ kind }) => kind === 'replace-command');
    const isKept = (at: number): boolean => !isReplaced && (!isInMerge(placed) || at > start);
    return raw.filter((line, at) => {
      return item.lines[at]?.isComment ? line.trim() !== '' || isKept(at) : !touched.has(at);
    });
  });
}
