import { spawn } from 'node:child_process';
import type { Exec } from '../../src/base/effects.ts';

/** Runs real programs. */
export const nodeExec: Exec = {
  run(program, args, options = {}) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString('utf8');
        options.onStdout?.(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr = (stderr + chunk.toString('utf8')).slice(-100_000);
        options.onStderr?.(chunk);
      });
      child.on('error', error => reject(new Error(`cannot run ${program}`, { cause: error })));
      child.on('close', code => resolve({ exitCode: code ?? 1, stdout, stderr }));
      child.stdin.end(options.input);
    });
  },
};
