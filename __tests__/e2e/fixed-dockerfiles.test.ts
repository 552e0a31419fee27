import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/dockerfile/edit/apply-edits.ts';
import { nodeExec } from '../build/node-exec.ts';
import { type Intended, intendedOf } from '../dockerfile/edit/intended-model.ts';
import { type ModelFile, modelFiles, withPossibleEdits } from '../dockerfile/edit/random-dockerfile.ts';
import { dockerEnv, STORES } from '../support/e2e/engines.ts';
import { times } from '../support/long.ts';

const host = STORES.find(([, found]) => found !== undefined)?.[1];
const COUNT = times(90, 300);
const WORKERS = 4;
const BATCH = 50;
/** Each run of the tests has other files; a failure says which. */
const seed = Date.now() % 1_000_000_007;

/** `[stage1 2/7] RUN make`: what BuildKit makes of an instruction. The only stage has no name there. */
const STEP = /^\[ *(?:([a-z]\S*) +)?(\d+)\/\d+\] (.*)$/s;

interface Step {
  readonly stage: number;
  readonly number: number;
  readonly text: string;
}

/** The RUNs that BuildKit reads, in order: it names all steps of a build before the first one fails. */
function runsOf(progress: string): readonly string[] {
  const steps = new Map<string, Step>();
  for (const line of progress.split('\n')) {
    if (!line.startsWith('{')) continue;
    const { vertexes = [] }: { vertexes?: readonly { readonly name: string }[] } = JSON.parse(line);
    for (const { name } of vertexes) {
      const [, stage = '', number = '', text = ''] = STEP.exec(name) ?? [];
      if (text !== '') {
        steps.set(name, {
          stage: Number(stage.replace(/^\D*/, '')),
          number: Number(number),
          text,
        });
      }
    }
  }
  return [...steps.values()]
    .sort((a, b) => a.stage - b.stage || a.number - b.number)
    .filter(({ text }) => text.startsWith('RUN '))
    .map(({ text }) => text);
}

/**
 * With one space for many, without escapes, which BuildKit drops from what it shows, and without the brackets of
 * subshells: no command of the model has any.
 */
function plain(text: string): string {
  return text.replaceAll('\\', '').replaceAll('( ', '').replaceAll(' )', '').replace(/\s+/g, ' ').trim();
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Where the edits put it, not the model: behind a command that was added, or between scripts that were merged. */
const EITHER: ReadonlySet<string> = new Set(['added', 'joined']);

/** What a RUN has to read. */
function pattern({ flags, commands, text }: Intended): RegExp {
  if (commands === null) return new RegExp(`^RUN ${literal(plain(text))}(?: \\(.*)?$`, 's');
  const written = commands.map(({ operator, written: words }, index) => {
    const separator =
      operator === ';' ? '; ' : EITHER.has(operator) ? '(?: &&|;) ' : ` ${literal(operator)} `;
    return (index === 0 ? '' : separator) + literal(plain(words));
  });
  return new RegExp(`^${literal(plain(`RUN ${flags} `))} ${written.join('')}$`);
}

/** What `bake --call` says of one Dockerfile. */
interface Called {
  readonly check?: {
    readonly warnings?: readonly { readonly ruleName: string }[] | null;
    readonly buildError?: { readonly message: string };
  };
  readonly targets?: { readonly targets: readonly unknown[] };
}

interface Fixed {
  readonly file: ModelFile;
  readonly name: string;
  readonly intended: readonly Intended[];
  /** Of a failure: what was done to what. */
  readonly message: string;
}

/** Whether the Dockerfile had an empty line inside of an instruction before. */
function hasEmptyLine({ items }: ModelFile): boolean {
  return items.some(({ item }) => item.kind === 'run' && item.lines.some(({ text }) => text.trim() === ''));
}

/** The files, fixed, in one folder. */
async function writeFixed(context: string): Promise<readonly Fixed[]> {
  // The first step fails, so that none is run.
  const files = fc
    .sample(modelFiles(['COPY nothing /']), { seed, numRuns: 2 * COUNT })
    .map(withPossibleEdits)
    .filter(({ edits }) => edits.length > 0)
    .slice(0, COUNT);
  expect(files).toHaveLength(COUNT);
  return Promise.all(
    files.map(async (file, index) => {
      const made = applyEdits({ dockerfile: file.text, ignore: '' }, file.edits, 'Dockerfile');
      if ('reason' in made) throw new Error(made.reason);
      const name = `d${index}`;
      await writeFile(join(context, name), made.dockerfile);
      const message = `${JSON.stringify(file.edits)}\n${file.text}\n=>\n${made.dockerfile}`;
      return { file, name, intended: intendedOf(file), message };
    }),
  );
}

describe.skipIf(host === undefined)(`${COUNT} fixed Dockerfiles (seed ${seed})`, () => {
  const env = dockerEnv(host);

  /** What BuildKit says of each without building it: of many in one call, since each call takes its time to start. */
  const called = async (
    context: string,
    fixed: readonly Fixed[],
    call: 'check' | 'targets',
  ): Promise<ReadonlyMap<string, Called>> => {
    const found = new Map<string, Called>();
    for (let first = 0; first < fixed.length; first += BATCH) {
      const batch = fixed.slice(first, first + BATCH).map(({ name }) => name);
      const target = Object.fromEntries(batch.map(name => [name, { context: '.', dockerfile: name }]));
      await writeFile(
        join(context, 'bake.json'),
        JSON.stringify({ target, group: { default: { targets: batch } } }),
      );
      const args = ['buildx', 'bake', '--file', 'bake.json', `--call=${call},format=json`];
      const { stdout } = await nodeExec.run('docker', args, { env, cwd: context });
      const said: { readonly target: Readonly<Record<string, Called>> } = JSON.parse(stdout);
      for (const [name, each] of Object.entries(said.target)) found.set(name, each);
    }
    return found;
  };

  it('read to BuildKit as they are meant', async () => {
    const context = await mkdtemp(join(tmpdir(), 'deadweight-fixed-'));
    const fixed = await writeFixed(context);

    const checks = await called(context, fixed, 'check');
    const targets = await called(context, fixed, 'targets');
    for (const { file, name, intended, message } of fixed) {
      const check = checks.get(name)?.check;
      expect(check, message).toBeDefined();
      expect(check?.buildError, message).toBeUndefined();
      const rules = (check?.warnings ?? []).map(({ ruleName }) => ruleName);
      if (!hasEmptyLine(file)) expect(rules, message).not.toContain('NoEmptyContinuation');
      const stages = intended.filter(({ keyword }) => keyword === 'FROM').length;
      expect(targets.get(name)?.targets?.targets, message).toHaveLength(stages);
    }

    const waiting = [...fixed];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { name, intended, message } = next;
        const args = ['buildx', 'build', '--progress=rawjson', '--file', name, '.'];
        const { stderr } = await nodeExec.run('docker', args, { env, cwd: context });
        const runs = runsOf(stderr).map(plain);
        const expected = intended.filter(({ keyword }) => keyword === 'RUN').map(pattern);
        expect(runs.length, message).toBe(expected.length);
        for (const [place, each] of expected.entries()) expect(runs[place], message).toMatch(each);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
  });
});
