import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fabricateReport } from '../__tests__/support/fabricate/report.ts';
import { type Exploration, exploreInventory } from '../src/explore/exploration.ts';
import type { KeyPress } from '../src/explore/key-parser.ts';
import { KEY_BINDINGS } from '../src/explore/keys.ts';
import { paintScreen } from '../src/explore/paint.ts';
import { reduce } from '../src/explore/reduce.ts';
import { drawScreen } from '../src/explore/screen.ts';
import { type ExploreState, MAX_SLICE, renewed, startState } from '../src/explore/state.ts';
import { ComparedInventory } from '../src/inventory/compared-inventory.ts';
import type { ImageInventory, InventoryRow } from '../src/inventory/inventory.ts';
import type { Run } from './measure.ts';

/** Presses every key in a process of its own, on an image of a million files. @returns the CPU time of the slowest */
export async function pressKeys(): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--json']);
  return JSON.parse(stdout);
}

type Written = Pick<InventoryRow, 'path' | 'layer' | 'size'> & Partial<InventoryRow>;

/** 700,000 files in directories of all depths, and 300,000 in one; later layers write some again, and delete some. */
function* rowsOf(seed: number): Generator<Written> {
  const nested = (index: number): string => {
    const directory = index % 1000;
    const above = Array.from({ length: 1 + (directory % 12) }, (_, depth) => `d${directory % (depth + 5)}`);
    return `srv/${above.join('/')}/dir${directory}/file-${index}.js`;
  };
  const isAgain = (index: number): boolean => index % 14 === seed;
  for (let index = 0; index < 650_000; index += 1)
    yield {
      path: nested(index),
      layer: 0,
      size: (index * 7919) % 100_000,
      ...(isAgain(index) ? { goneIn: 2, visible: 0, reason: 'overwritten' } : {}),
    };
  for (let index = 0; index < 300_000; index += 1) {
    const isGone = index % 15 === seed;
    yield {
      path: `var/cache/objects/object-${(index * 7907) % 300_000}`,
      layer: 1,
      size: index % 3 === 0 ? 4096 : (index * 104_729) % 9000,
      ...(isGone ? { goneIn: 3, visible: 0, reason: 'deleted' } : {}),
    };
  }
  for (let index = 0; index < 650_000; index += 1)
    if (isAgain(index)) yield { path: nested(index), layer: 2, size: index % 50_000 };
  for (let index = 0; index < 50_000; index += 1)
    yield { path: `opt/app/lib${index % 200}/part-${index}`, layer: 3, size: index };
}

function inventory(seed: number): ImageInventory {
  const rows = function* (): Generator<InventoryRow> {
    for (const { path, layer, size, goneIn = null, visible = size, reason = null } of rowsOf(seed))
      yield {
        ...{ path, layer, size, goneIn, visible, reason, kind: 'file' },
        ...{
          hidden: size - visible,
          wasted: size - visible,
          hiddenBy: goneIn,
          state: goneIn === null ? 'kept' : 'deleted',
        },
        ...{ mode: 0o644, uid: 0, gid: 0, mtime: 0, linkname: null, package: null, content: null },
      };
  };
  const rowCount = rowsOf(seed).reduce(count => count + 1, 0);
  return { rowCount, rows, unlistedBytes: 0, hasFilesAlone: false };
}

function explorationOf(isCompared: boolean): Exploration {
  const image = inventory(3);
  return exploreInventory({
    title: 'a million files',
    report: fabricateReport({ layers: Array.from({ length: 4 }, () => ({ files: { a: 1 } })) }),
    image,
    compared: isCompared ? new ComparedInventory({ head: image, baseline: inventory(5) }) : null,
    listed: 'all',
    canExtract: true,
  });
}

/** Keys, typed one after the other, that bring every kind of tree up. */
const SCRIPT: readonly string[] = [
  ...['k', 'k', 'k', 'j', 'j', 'ctrl-a', 'ctrl-l', 'j', 'w', 'tab', 'j', 'j', 'w', 'b', 'b'],
  ...['home', 'space', 'j', 'space', 'j', 'space', 'end', 'page-up', 'home', 'page-down', 'ctrl-o', 'end'],
  ...['ctrl-o', 'end', 'ctrl-space', 'end', 'page-up', 'k', 'h', 'h', 'l', 'home', 'page-down', 'j', 'space'],
  ...['ctrl-space', 'ctrl-space', 'ctrl-u', 'ctrl-u', 'ctrl-a', 'ctrl-a', 'ctrl-r', 'enter', 'end', 'enter'],
  ...['/', 'o', 'b', 'j', 'e', 'c', 't', '.', '*', '9', 'enter', 'j', 'end', 'ctrl-o', 'ctrl-o', 'tab', 'k'],
  ...[
    'k',
    'escape',
    'tab',
    '/',
    '[',
    '/',
    ']',
    'd',
    '1',
    '/',
    'backspace',
    'enter',
    'end',
    'space',
    'escape',
  ],
  ...['p', 'enter', 'escape', 'f', 'enter', 'i', 'j', 'i', 'n', 'n', 'c', 'c', '?', 'end', '?', 'y', 'e'],
  ...['ctrl-e', 'a', 'escape', 'ctrl-b', 'ctrl-b'],
];

interface Answered {
  readonly key: string;
  readonly before: string;
  /** Milliseconds of CPU: of the longest turn, and of all. */
  readonly cpu: number;
  readonly total: number;
}

function measure(exploration: Exploration): readonly Answered[] {
  let state = startState(exploration, 200, 50);
  let shown = drawScreen(state);
  const pressed: string[] = [];
  return [...SCRIPT, ...KEY_BINDINGS.flatMap(({ keys }) => keys)].map(key => {
    const press: KeyPress = { name: key, text: key.length === 1 ? key : null };
    const startedAt = process.cpuUsage();
    state = reduce(state, press).state;
    const drawn = drawScreen(state);
    paintScreen(shown, drawn, true);
    let cpu = cpuSince(startedAt);
    let total = cpu;
    if (state.renewal !== null)
      state = settled(state, slice => {
        cpu = Math.max(cpu, slice);
        total += slice;
      });
    shown = drawn;
    const before = pressed.slice(-3).join(' ');
    pressed.push(key);
    return { key, before, cpu, total };
  });
}

/** What the session does between two turns of others is timed, the longest counts. */
function settled(state: ExploreState, spent: (cpu: number) => void): ExploreState {
  const work = renewed(state);
  for (;;) {
    const startedAt = process.cpuUsage();
    const begun = performance.now();
    let result = work.next();
    while (result.done !== true && performance.now() - begun < MAX_SLICE) result = work.next();
    const next = result.done === true ? result.value(state) : null;
    if (next !== null) paintScreen(null, drawScreen(next), true);
    spent(cpuSince(startedAt));
    if (next !== null) return next;
  }
}

function cpuSince(startedAt: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000;
}

if (import.meta.main) {
  const answers = [false, true].flatMap(isCompared => measure(explorationOf(isCompared)));
  const slowest = answers.toSorted((one, other) => other.cpu - one.cpu);
  if (process.argv.includes('--json')) {
    const seconds = (slowest[0]?.cpu ?? 0) / 1000;
    console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 } satisfies Run));
  } else
    for (const { key, before, cpu, total } of slowest.slice(0, 40))
      console.log(cpu.toFixed(1), total.toFixed(1), `${before} → ${key}`);
}
