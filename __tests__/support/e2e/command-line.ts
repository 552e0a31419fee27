import { join } from 'node:path';
import { expect } from 'vitest';
import { COMMAND_LINE, type Ended, inherited, runNode } from './child-process.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** The bundle that is published. */
export const BUNDLE = join(ROOT, 'dist/cli/index.js');

export interface CommandLineOptions {
  readonly cwd: string;
  /** Added to PATH and TMPDIR. Without DOCKER_HOST there is no engine, without DEADWEIGHT_CACHE_DIR nothing is kept between runs. */
  readonly env?: Readonly<Record<string, string>>;
  /** BUNDLE instead of COMMAND_LINE. */
  readonly program?: string;
  /** See ChildOptions. */
  readonly interruptAt?: RegExp;
  /** See ChildOptions. */
  readonly input?: Uint8Array;
  /** See ChildOptions. */
  readonly timeout?: number;
}

/** Runs `deadweight ARGS` as a user does, without a terminal. */
export function deadweight(args: readonly string[], options: CommandLineOptions): Promise<Ended> {
  const { cwd, env = {}, program = COMMAND_LINE, interruptAt, input, timeout } = options;
  const base = {
    ...inherited('PATH', 'TMPDIR'),
    ...{ HOME: '/nonexistent', DEADWEIGHT_CACHE_DIR: '', COLUMNS: '100' },
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  };
  return runNode(program, args, {
    cwd,
    env: { ...base, ...env },
    ...(interruptAt && { interruptAt }),
    ...(input && { input }),
    ...(timeout !== undefined && { timeout }),
  });
}

/** One sentence of what happened and one of what to do, on standard error alone, and no stack trace. */
export function expectRefusal(ended: Ended, code: number, message: RegExp, remedy: RegExp): void {
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).toMatch(remedy);
  expect(ended.stderr).not.toMatch(/\bat .*:\d+:\d+/);
  expect(ended.stderr).not.toContain('has a bug');
  expect(ended.stdout).toBe('');
  expect(ended.code).toBe(code);
}
