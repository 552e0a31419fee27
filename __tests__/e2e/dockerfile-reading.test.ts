import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parsePlatform } from '../../src/base/platform.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { platformArguments } from '../../src/dockerfile/platform-arguments.ts';
import { globalArguments } from '../../src/dockerfile/stage.ts';
import { ARGUMENTS, argumentDockerfiles, oddDockerfiles } from '../dockerfile/odd-dockerfile.ts';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { times } from '../support/long.ts';

const [, CONTAINERD] = STORES;

const lineSchema = z.object({ line: z.number() });
const checkSchema = z.object({
  warnings: z
    .array(
      z.object({
        ruleName: z.string(),
        location: z.object({ ranges: z.array(z.object({ start: lineSchema, end: lineSchema })) }),
      }),
    )
    .nullable(),
  buildError: z.unknown().optional(),
});

/** What BuildKit's frontend says of a Dockerfile on its standard input. */
async function callFrontend(call: string, text: string): Promise<string> {
  return new Promise(resolve => {
    const args = ['buildx', 'build', '--progress=quiet', `--call=${call},format=json`, '-'];
    const options = { env: dockerEnv(CONTAINERD[1]), maxBuffer: 64 * 1024 * 1024 };
    // Warnings end it with another code than 0.
    const child = execFile('docker', args, options, (_error, stdout) => resolve(stdout));
    child.stdin?.end(text);
  });
}

function jsonIn(output: string): unknown {
  return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
}

/**
 * The lines of every instruction behind the first FROM, as BuildKit reads the file: it warns of each whose keyword is
 * in mixed case. null for a file that it refuses.
 */
async function buildkitRanges(text: string): Promise<readonly string[] | null> {
  const output = await callFrontend('check', text);
  if (!output.includes('"warnings"')) return null;
  const { warnings, buildError } = checkSchema.parse(jsonIn(output));
  if (buildError !== undefined) return null;
  return (warnings ?? [])
    .filter(({ ruleName }) => ruleName === 'ConsistentInstructionCasing')
    .map(({ location: { ranges } }): [start: number, end: number] => [
      Math.min(...ranges.map(({ start }) => start.line)),
      Math.max(...ranges.map(({ end }) => end.line)),
    ])
    .toSorted(([a], [b]) => a - b)
    .map(([start, end]) => `${start}-${end}`);
}

function ownRanges(text: string): readonly string[] {
  return parseDockerfile(text, 'Dockerfile')
    .instructions.filter(({ stage }) => stage !== null)
    .map(({ startLine, endLine }) => `${startLine}-${endLine}`);
}

const outlineSchema = z.object({
  args: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
});

/** The global ARGs that have a value, as a stage sees them that asks for all; null for a file that BuildKit refuses. */
async function buildkitArguments(text: string): Promise<readonly string[] | null> {
  const output = await callFrontend('outline', text);
  if (!output.includes('{')) return null;
  const { args = [] } = outlineSchema.parse(jsonIn(output));
  return args.flatMap(({ name, value }) => (value ? [`${name}=${value}`] : [])).toSorted();
}

function ownArguments(text: string): readonly string[] {
  const machine = parsePlatform(`linux/${process.arch === 'x64' ? 'amd64' : process.arch}`);
  const { instructions } = parseDockerfile(text, 'Dockerfile');
  const globals = globalArguments(instructions, platformArguments(machine, machine));
  return ARGUMENTS.flatMap(name => (globals.get(name) ? [`${name}=${globals.get(name)}`] : []));
}

const KEYWORD =
  /^([ \t]*)(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)(?=\s)/gim;

/** The file with its keywords in mixed case and nothing to build, wherever it says what looks like one. */
function withMixedCase(text: string): string {
  const mixed = text.replace(
    KEYWORD,
    (_all, indent: string, word: string) =>
      indent + word.charAt(0).toUpperCase() + word.charAt(1).toLowerCase() + word.slice(2).toUpperCase(),
  );
  const unsyntaxed = mixed.replace(/^#[ \t]*syntax[ \t]*=.*$/im, '# check=skip=JSONArgsRecommended');
  return `${unsyntaxed.replace(/^([ \t]*Fr?OM)[ \t]+(?:--platform=\S+[ \t]+)?\S+/gm, '$1 scratch')}\nFrOM scratch\n`;
}

const REAL = [
  join(import.meta.dirname, '../dockerfile/shell/real-runs'),
  join(import.meta.dirname, '../../examples'),
].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /Dockerfile$/.test(path))
    .map(path => readFileSync(join(folder, path), 'utf8')),
);

describe.skipIf(CONTAINERD[1] === undefined)(
  'a Dockerfile is cut into instructions as BuildKit cuts it',
  () => {
    it('where people wrote it', async () => {
      const files = REAL.slice(0, times(6, REAL.length));
      await expectSame(files.map(withMixedCase), [ownRanges, buildkitRanges], 0.5);
    });

    it('with the values that FROM may use', async () => {
      const texts = fc.sample(argumentDockerfiles(), { seed: 12, numRuns: times(14, 500) });
      await expectSame(texts, [ownArguments, buildkitArguments], 0.4);
    });

    it('in forms that few people write', async () => {
      await expectSame(
        fc.sample(oddDockerfiles(), { seed: 12, numRuns: times(14, 500) }),
        [ownRanges, buildkitRanges],
        0.4,
      );
    });
  },
);

/** @param accepted the share of them that BuildKit must accept for the comparison to tell something */
async function expectSame(
  texts: readonly string[],
  [own, buildkit]: readonly [
    (text: string) => readonly string[],
    (text: string) => Promise<readonly string[] | null>,
  ],
  accepted: number,
): Promise<void> {
  const queue = [...texts];
  let count = 0;
  const compare = async (): Promise<void> => {
    for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
      const expected = await buildkit(text);
      if (expected === null) continue;
      count += 1;
      expect(own(text), JSON.stringify(text)).toEqual(expected);
    }
  };
  await Promise.all([compare(), compare(), compare()]);
  expect(count / texts.length).toBeGreaterThan(accepted);
}
