import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gitEnv } from './repository.ts';

export interface GitDaemon {
  /** `git://127.0.0.1:1234`; the folder's repositories lie below. */
  readonly url: string;
  close(): void;
}

/** Serves the repositories below a folder to BuildKit and git, over git's own protocol. */
export async function startGitDaemon(folder: string): Promise<GitDaemon> {
  const port = await freePort();
  const args = ['daemon', '--reuseaddr', '--export-all', `--base-path=${folder}`];
  const child = spawn('git', [...args, '--listen=127.0.0.1', `--port=${port}`, folder], {
    env: gitEnv,
    stdio: 'ignore',
    detached: true,
  });
  const url = `git://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100 && !(await listens(url)); tries += 1) await wait(50);
  return {
    url,
    close() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    },
  };
}

function listens(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn('git', ['ls-remote', '--quiet', `${url}/nothing`], {
      env: gitEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', chunk => {
      said += String(chunk);
    });
    child.on('close', () => resolve(!/Connection refused|unable to connect/.test(said)));
  });
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
