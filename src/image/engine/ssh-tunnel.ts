import { spawn } from 'node:child_process';
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
 * to the socket there. Errors of ssh (its standard error) end the stream. This needs a process that is written to
 * while it is read, which `Exec` does not give.
 */
export function dialOverSsh(address: SshAddress, env: Environment): Duplex {
  const child = spawn('ssh', sshArguments(address), { env: { ...env }, stdio: 'pipe' });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.on('error', cause => stream.destroy(new Error('the program ssh cannot be started', { cause })));
  child.on('close', exitCode => {
    if (exitCode) stream.destroy(new Error(said.trim() || `ssh ended with exit code ${exitCode}`));
  });
  stream.on('close', () => child.kill());
  return stream;
}
