import { changeFiles, folderOf } from '../folder.ts';

/** Which of docker's calls fails. */
export type EchoingFault = 'build' | 'inspect' | 'engine';

/**
 * A program `docker` that says all that it was given, and its whole environment, wherever a real one says anything: in
 * the names, the logs and the errors of steps, in warnings and plain lines, on both streams.
 * @returns a PATH that finds it first
 */
export async function echoingDocker(fault: EchoingFault): Promise<string> {
  const folder = await folderOf();
  await changeFiles(folder, {
    docker: { program: `#!${process.execPath}\n(${answer})(${JSON.stringify(fault)});\n` },
  });
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

/** Runs in the program, which has nothing of this module. */
function answer(fault: EchoingFault): void {
  const args = process.argv.slice(2);
  const values = Object.entries(process.env)
    .filter(([name]) => name !== 'PATH')
    .map(([name, value]) => `${name}=${value}`);
  const given = `${args.join(' ')} ${values.join(' ')}`;
  const [first = '', second = ''] = args;
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
    process.stderr.write(`${text}\n`);
  };
  const call = `${first} ${second}`;
  if (call === 'buildx version')
    return void process.stdout.write(`github.com/docker/buildx v0.29.1 ${given}\n`);
  if (call === 'info --format') return void process.stdout.write('[["Backing Filesystem","extfs"]]null\n');
  if (call === 'buildx inspect') {
    if (fault === 'inspect') {
      say(`ERROR: no builder found: ${given}`);
      process.exitCode = 1;
    } else if (fault === 'engine')
      say(`Driver: docker\nError: Cannot connect to the Docker daemon: ${given}`);
    else
      process.stdout.write(
        `Name: default\nDriver: docker\nDriver Options: ${given}\n\nNodes:\nName: default\nStatus: running\n`,
      );
    return;
  }
  if (call !== 'buildx build') {
    say(`ERROR: ${given}`);
    process.exitCode = 1;
    return;
  }
  if (!args.includes('--progress=rawjson') && !args.includes('rawjson')) {
    say(given);
    process.exitCode = 1;
    return;
  }
  const at = new Date().toISOString();
  const line = (value: object): void => void process.stderr.write(`${JSON.stringify(value)}\n`);
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const error = `failed to solve ${given}`;
  line({ vertexes: [{ digest: 'sha256:a', name: `[1/2] RUN echo ${given}`, started: at }] });
  line({
    statuses: [{ id: `transferring ${given}`, vertex: 'sha256:a', current: 1, total: 2, started: at }],
  });
  for (const [index, value] of [...args, ...values].entries()) {
    // Pieces, as they come: a value may be cut in two.
    const text = `${value}\n`;
    const half = Math.floor(text.length / 2);
    const parts = index % 2 === 0 ? [text] : [text.slice(0, half), text.slice(half)];
    for (const part of parts)
      line({ logs: [{ vertex: 'sha256:a', stream: 1 + (index % 2), data: encode(part) }] });
  }
  line({
    warnings: [{ vertex: 'sha256:a', short: encode(`Rule: ${given}`), url: `https://example.org/${given}` }],
  });
  line({
    vertexes: [{ digest: 'sha256:a', name: `[1/2] RUN echo ${given}`, started: at, completed: at, error }],
  });
  line({
    vertexes: [
      {
        digest: 'sha256:b',
        name: `importing cache manifest from ${given}`,
        started: at,
        completed: at,
        error,
      },
    ],
  });
  process.stderr.write(`ERROR: failed to build: ${error}\n`);
  process.exitCode = 1;
}
