import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { SshAddress } from './endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Arguments of `ssh`, as the docker command line builds them. */
export function sshArguments({ host, port, user, socket }: SshAddress): readonly string[] {
  const remote = socket === null ? [] : ['--host', `unix://${socket}`];
  return [
    ...['-o', 'ConnectTimeout=30', '-T'],
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    ...['--', host, 'docker', ...remote, 'system', 'dial-stdio'],
  ];
}

/**
 * A connection to the engine of another machine: `docker system dial-stdio` over ssh, which joins its standard streams
 * to the socket there. This needs a process that is written to while it is read, which `Exec` does not give.
 */
export class SshTunnel extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #said = '';

  constructor(address: SshAddress, env: Environment) {
    super();
    const child = spawn('ssh', sshArguments(address), { env: { ...env }, stdio: 'pipe' });
    this.#child = child;
    child.stdout.on('data', (chunk: Uint8Array) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-2000);
    });
    // A broken pipe is only how a failure shows: why is told at the end.
    child.stdin.on('error', () => undefined);
    child.on('error', cause => this.destroy(new Error('the program ssh cannot be started', { cause })));
    child.on('close', exitCode => this.#end(exitCode));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  #end(exitCode: number | null): void {
    if (exitCode) this.destroy(new Error(this.#said.trim() || `ssh ended with exit code ${exitCode}`));
    else this.push(null);
  }
}
