import { readdirSync } from 'node:fs';
import { readInputFile } from '../base/input-file.ts';

/**
 * Milliseconds that programs have to end by themselves, and those that they have when they are killed: together well
 * below the two seconds in which a signal ends us.
 */
const MAX_END = 1200;
const MAX_KILL = 400;
/** Milliseconds between two looks at them. */
const PAUSE = 20;
/** Of processes; a program that starts more than that outruns us. */
const MAX_PROCESSES = 10_000;

/**
 * Ends programs with all that they have started (on Linux). A terminal's signal reaches them too, a supervisor's does
 * not; a shell that is told to end may leave what it waits for. So all are asked, and who does not end in time is
 * killed: they would go on writing. All of it happens in one turn.
 * @param find adds the processes at the top to what it is given
 */
export function endProcesses(find: (found: Set<number>) => void): void {
  // Who loses its parent is no descendant any more: those that were seen are kept.
  const programs = new Set<number>();
  halt(programs, find);
  for (const pid of programs) {
    send(pid, 'SIGTERM');
    send(pid, 'SIGCONT');
  }
  waitFor(programs, MAX_END);
  halt(programs, find);
  for (const pid of programs) if (isRunning(pid)) send(pid, 'SIGKILL');
  waitFor(programs, MAX_KILL);
}

/** Stops those that are known and all that they have started: none starts another that would not be found. */
function halt(programs: Set<number>, find: (found: Set<number>) => void): void {
  for (let known = -1; known < programs.size; ) {
    known = programs.size;
    for (const pid of programs) if (isRunning(pid)) send(pid, 'SIGSTOP');
    find(programs);
    for (const pid of [...programs]) findDescendants(pid, programs);
  }
}

function waitFor(programs: ReadonlySet<number>, longest: number): void {
  for (let waited = 0; waited < longest && [...programs].some(isRunning); waited += PAUSE) sleep(PAUSE);
}

/** Linux tells who they are: each thread of a process has its own. */
export function findDescendants(parent: number, found: Set<number>): void {
  for (const thread of listThreads(parent)) {
    for (const child of readText(`/proc/${parent}/task/${thread}/children`).split(' ').filter(Boolean)) {
      const pid = Number(child);
      if (found.has(pid) || found.size >= MAX_PROCESSES) continue;
      found.add(pid);
      findDescendants(pid, found);
    }
  }
}

function listThreads(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** A process that has ended stays as a zombie until its parent asks for it, which for now is us. */
function isRunning(pid: number): boolean {
  const facts = readText(`/proc/${pid}/stat`);
  // Its name comes first, in brackets, and may have brackets of its own.
  const state = facts.charAt(facts.lastIndexOf(')') + 2);
  return facts !== '' && state !== 'Z' && state !== 'X';
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function readText(path: string): string {
  try {
    return readInputFile(path, { maxBytes: 64 * 1024 }).toString('utf8');
  } catch {
    return '';
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
