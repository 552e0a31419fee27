// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { applyEdits } from '../../src/dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../src/dockerfile/edit/dockerfile-edit.ts';
import { nodeExec } from '../build/node-exec.ts';
import { BASE, dockerEnv, fresh, STORES } from '../support/e2e/engines.ts';

const host = STORES.find(([, found]) => found !== undefined)?.[1];

/** Instructions of a stage in which /out is, and what is to be done to its RUNs. */
interface Case {
  readonly lines: readonly string[];
  /** Merges all RUNs that stand in a row at the end, unless told otherwise. */
  readonly append?: string;
}

const merged = (...lines: readonly string[]): Case => ({ lines });
const appended = (...lines: readonly string[]): Case => ({ lines, append: 'echo appended > /out/appended' });

const BASH = 'SHELL ["/bin/bash", "-euo", "pipefail", "-c"]';
const SH_E = 'SHELL ["/bin/sh", "-ec"]';
const TOOL = `printf '#!/bin/sh\\necho old\\n' > /usr/bin/tool && chmod +x /usr/bin/tool`;
const NEWER = `printf '#!/bin/sh\\necho new\\n' > /usr/local/bin/tool && chmod +x /usr/local/bin/tool`;

const SUCCEED: Readonly<Record<string, Case>> = {
  'a chain': merged(
    'RUN echo a > /out/a',
    '# why',
    'RUN cp /out/a /out/b \\',
    ' && rm /out/a',
    '',
    'RUN echo c > /out/c',
  ),
  directory: merged('RUN cd /tmp && pwd > /out/one', 'RUN pwd > /out/two'),
  'directory, alone': merged('RUN cd /tmp', 'RUN pwd > /out/two'),
  pushd: merged(BASH, 'RUN pushd /tmp > /dev/null && pwd > /out/one', 'RUN pwd > /out/two'),
  export: merged('RUN export A=1 && env | grep ^A= > /out/one', 'RUN echo "[$A]" > /out/two'),
  assignment: merged('RUN A=1', 'RUN echo "[$A]" > /out/two'),
  'assigning substitution': merged('RUN echo "${A:=1}" > /out/one', 'RUN echo "[$A]" > /out/two'),
  unset: merged('ENV A=1', 'RUN unset A && echo "[$A]" > /out/one', 'RUN echo "[$A]" > /out/two'),
  'a loop variable': merged('RUN for x in 1 2; do echo $x; done > /out/one', 'RUN echo "[$x]" > /out/two'),
  read: merged('RUN echo 1 > /tmp/x && read x < /tmp/x', 'RUN echo "[$x]" > /out/two'),
  umask: merged('RUN umask 077 && touch /out/one', 'RUN touch /out/two'),
  'set -f': merged('RUN set -f && echo /et* > /out/one', 'RUN echo /et* > /out/two'),
  'set -u': merged('RUN set -u && true', 'RUN echo "[$NOT_SET]" > /out/two'),
  'set -e of a chain': merged('RUN set -e && true', 'RUN false; echo b > /out/two'),
  'positional parameters': merged('RUN set -- x y && echo "$1" > /out/one', 'RUN echo "[$1]" > /out/two'),
  'a trap': merged(
    "RUN trap 'echo trap >> /out/log' EXIT && echo one >> /out/log",
    'RUN echo two >> /out/log',
  ),
  'a trap that is last': merged(
    'RUN echo one >> /out/log',
    "RUN trap 'echo trap >> /out/log' EXIT && echo two >> /out/log",
  ),
  alias: merged('RUN alias ll=false && true', 'RUN type ll > /out/log 2>&1 || true'),
  exit: merged('RUN echo a > /out/a && exit 0', 'RUN echo b > /out/b'),
  'exit in a condition': merged('RUN if true; then exit 0; fi', 'RUN echo b > /out/b'),
  exec: merged('RUN exec echo a > /out/a', 'RUN echo b > /out/b'),
  'exec of a redirection': merged('RUN exec > /out/a && echo a', 'RUN echo b && echo c > /out/b'),
  'the last one exits': merged('RUN echo a > /out/a', 'RUN echo b > /out/b; exit 0; echo c > /out/c'),
  'a failure that is forgiven, first': merged('RUN false; echo a > /out/a', 'RUN echo b > /out/b'),
  'a failure that is forgiven, in the midst': merged(
    'RUN true',
    'RUN false; echo a > /out/a',
    'RUN echo b > /out/b',
  ),
  'or, first': merged('RUN false || echo a > /out/a', 'RUN echo b > /out/b'),
  'or, in the midst': merged('RUN echo a > /out/a', 'RUN true || echo b > /out/b', 'RUN echo c > /out/c'),
  'or, last': merged('RUN echo a > /out/a', 'RUN false && echo b > /out/b || echo c > /out/c'),
  'and behind or': merged(
    'RUN true',
    'RUN true || echo b > /out/b && echo c > /out/c',
    'RUN echo d > /out/d',
  ),
  'a background command, last': merged(
    'RUN true',
    'RUN (sleep 0.2; echo a > /out/a) & wait; echo b > /out/b',
  ),
  negation: merged('RUN ! false', 'RUN ! true || echo b > /out/b'),
  pipes: merged('RUN echo b | cat > /out/a', 'RUN false | echo b > /out/b'),
  'a status': merged('RUN false || true', 'RUN echo $? > /out/status'),
  case: merged('RUN case "$HOME" in /root) echo a;; (*) echo b;; esac > /out/a', 'RUN echo b > /out/b'),
  'quotes and brackets': merged(
    `RUN echo "a ) && (" '; exit 1' \\# > /out/a; true`,
    'RUN echo "$(echo ")")" > /out/b',
  ),
  'a program that got a newer one before it': merged(
    `RUN ${TOOL}`,
    `RUN tool >> /out/log && ${NEWER}`,
    'RUN tool >> /out/log',
  ),
  'set -e, last': merged('RUN echo a > /out/a', 'RUN set -eux; echo b > /out/b; echo c > /out/c'),
  'bash with -e': merged(
    BASH,
    'RUN echo a > /out/a && echo b > /out/b',
    'RUN echo c > /out/c; echo d > /out/d',
  ),
  'a command behind another': appended('RUN echo a > /out/a'),
  'a command behind or': appended('RUN true || echo a > /out/a'),
  'a command behind what is forgiven': appended('RUN false; echo a > /out/a'),
  'a command behind a loop': appended('RUN for x in 1 2; do echo $x; done > /out/a'),
  'a command behind set -e': appended(
    'RUN set -eu; \\',
    '\techo a > /out/a; \\',
    '\tfor x in 1; do echo b > /out/b; done',
  ),
  'a command in a here-document': appended('RUN <<EOF', 'false', 'echo a > /out/a', '# end', 'EOF'),
  'a command in one with set -e': appended(
    'RUN <<-EOF',
    '\tset -e',
    '\tif true; then',
    '\t\techo a > /out/a',
    '\tfi',
    '\tEOF',
  ),
  'a command in one with an interpreter': appended(
    'RUN <<EOF',
    '#!/bin/bash -e',
    'echo a > /out/a',
    '{ echo b; } > /out/b',
    'EOF',
  ),
};

const FAIL: Readonly<Record<string, Case>> = {
  'the first, before or': merged('RUN false', 'RUN true || true'),
  'the first, before a list': merged('RUN false', 'RUN echo a; echo b'),
  'the first, before a condition': merged('RUN false', 'RUN if false; then true; fi'),
  'the first, before a list in the midst': merged('RUN false', 'RUN true; true', 'RUN true'),
  'the first, before or in the midst': merged('RUN false', 'RUN true || true', 'RUN true'),
  'the one in the midst': merged('RUN true', 'RUN true; false', 'RUN true || true'),
  'both sides of or': merged('RUN false || false', 'RUN true'),
  'exit with a status': merged('RUN exit 3', 'RUN true'),
  'exit in a condition': merged('RUN if true; then exit 3; fi; true', 'RUN true'),
  'a chain with set -e': merged('RUN set -e && false && true', 'RUN true'),
  'set -e, last': merged('RUN true', 'RUN set -e; false; true'),
  'set -e in a loop, last': merged('RUN true', 'RUN set -e; for x in 1; do false; true; done'),
  'a shell with -e, last': merged(SH_E, 'RUN true', 'RUN false; true'),
  'bash with -e, last': merged(BASH, 'RUN true', 'RUN if true; then false; true; fi'),
  pipefail: merged(BASH, 'RUN false | true', 'RUN true'),
  'a command behind a failure': appended('RUN false'),
  'a command behind a list': appended('RUN true; false'),
  'a command behind or': appended('RUN false || false'),
  'a command behind a loop with set -e': appended('RUN set -e; for x in 1; do false; true; done'),
  'a command behind a chain with set -e': appended('RUN set -e; true; false && true'),
  'a command behind a loop of a shell with -e': appended(SH_E, 'RUN for x in 1; do false; true; done'),
  'a command in a here-document': appended('RUN <<EOF', 'true', 'false', 'EOF'),
  'a command in one with set -e': appended('RUN <<EOF', 'set -e', '(false; true)', 'EOF'),
  'a command in one with set -e, early': appended('RUN <<EOF', 'set -e', 'false', 'true', 'EOF'),
};

/** Stage by stage as they are written, and as they become. */
function stagesOf(cases: Readonly<Record<string, Case>>): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const before = Object.values(cases).map(({ lines }) => lines.join('\n'));
  const after = Object.entries(cases).map(([name, { lines, append }]) => {
    const text = ['FROM scratch', ...lines, ''].join('\n');
    const runs = parseDockerfile(text, 'f').instructions.filter(({ keyword }) => keyword === 'RUN');
    const [line, lastLine] = [runs[0]?.startLine ?? 0, runs.at(-1)?.startLine ?? 0];
    const edit: DockerfileEdit =
      append === undefined
        ? { kind: 'merge-runs', line, lastLine }
        : { kind: 'append-command', line, command: append };
    const made = applyEdits({ dockerfile: text, ignore: '' }, [edit], 'f');
    if ('reason' in made) throw new Error(`${name}: ${made.reason}`);
    if (append === undefined) expect(made.dockerfile.match(/^RUN/gm)).toHaveLength(1);
    return made.dockerfile.split('\n').slice(1, -1).join('\n');
  });
  return { before, after };
}

function stage(name: string, body: string, nonce: string): string {
  return `FROM ${BASE} AS ${name}\nWORKDIR /out\nWORKDIR /\nENV NONCE=${nonce}\n${body}\n`;
}

/** Every file below a folder with its mode and text. */
async function contentOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async name => {
      const { mode } = await stat(join(folder, name));
      return `${name} ${(mode & 0o777).toString(8)} ${await readFile(join(folder, name), 'utf8')}`;
    }),
  );
}

describe.skipIf(host === undefined)('edited RUNs, when they are run', () => {
  const env = dockerEnv(host);

  it('make the same files as before', async () => {
    const { before, after } = stagesOf(SUCCEED);
    const nonce = fresh();
    const text = [
      ...before.map((body, index) => stage(`before${index}`, body, nonce)),
      ...after.map((body, index) => stage(`after${index}`, body, nonce)),
      'FROM scratch\n',
      ...before.map((_body, index) => `COPY --from=before${index} /out /before${index}\n`),
      ...after.map((_body, index) => `COPY --from=after${index} /out /after${index}\n`),
    ].join('');
    const context = await mkdtemp(join(tmpdir(), 'deadweight-merged-'));
    await writeFile(join(context, 'Dockerfile'), text);
    const output = await mkdtemp(join(tmpdir(), 'deadweight-merged-out-'));
    const args = ['buildx', 'build', '--progress=plain', '--output', `type=local,dest=${output}`, context];
    const { exitCode, stderr } = await nodeExec.run('docker', args, { env });
    expect(exitCode, stderr.slice(-3000)).toBe(0);
    for (const [index, name] of Object.keys(SUCCEED).entries()) {
      const expected = await contentOf(join(output, `before${index}`));
      const found = await contentOf(join(output, `after${index}`));
      const appendedFile = SUCCEED[name]?.append === undefined ? [] : ['appended 644 appended\n'];
      expect(found, name).toEqual([...expected, ...appendedFile].sort());
      expect(found, name).not.toEqual([]);
    }
  });

  it('fail where they failed', async () => {
    const { before, after } = stagesOf(FAIL);
    const nonce = fresh();
    const context = await mkdtemp(join(tmpdir(), 'deadweight-merged-'));
    const bodies = [...before, ...after];
    await writeFile(
      join(context, 'Dockerfile'),
      bodies.map((body, index) => stage(`s${index}`, body, nonce)).join(''),
    );
    const names = Object.keys(FAIL);
    const waiting = [...bodies.keys()];
    const worker = async (): Promise<void> => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        const args = ['buildx', 'build', '--progress=plain', '--target', `s${index}`, context];
        const { exitCode, stderr } = await nodeExec.run('docker', args, { env });
        const name = `${names[index % names.length]}, ${index < names.length ? 'before' : 'after'}`;
        expect(exitCode, name).not.toBe(0);
        expect(stderr, name).toMatch(/did not complete successfully: exit code: [13]/);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
  });
});
