// Tries the readers of all that comes from outside with inputs that are almost right:
//   npm run fuzz                                   every target, for a minute each, with a seed of its own
//   npm run fuzz -- zip dockerfiles --minutes 30   these two, for half an hour each
//   npm run fuzz -- zip --runs 1000000 --seed 7    so many cases of that seed
//   npm run fuzz -- zip --case FILE                one input: what is wrong with it
//   npm run fuzz -- --list                         the targets
import { createHash, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { minimise } from './minimise.ts';
import { Random } from './random.ts';
import { Supervisor } from './supervisor.ts';
import type { Target } from './target.ts';
import { findTarget, TARGETS } from './targets.ts';

const FINDINGS = join(import.meta.dirname, 'findings');
/** Cases between two lines of news. */
const BATCH = 50_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    case: { type: 'string' },
    list: { type: 'boolean' },
  },
});

interface Plan {
  readonly seed: number;
  readonly runs: number;
  readonly milliseconds: number;
}

const plan: Plan = {
  seed: values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed),
  runs: Number(values.runs ?? Number.POSITIVE_INFINITY),
  milliseconds: Number(values.minutes ?? (values.runs === undefined ? 1 : Number.POSITIVE_INFINITY)) * 60_000,
};
const targets = positionals.length === 0 ? TARGETS : positionals.map(findTarget);

/** @returns how many faults were found */
async function fuzz(target: Target): Promise<number> {
  const supervisor = new Supervisor();
  await supervisor.ready();
  const started = Date.now();
  const until = started + plan.milliseconds;
  const known = new Set<string>();
  let next = 0;
  while (next < plan.runs && Date.now() < until) {
    const to = Math.min(plan.runs, next + BATCH);
    const batch = await supervisor.run(target, { seed: plan.seed, from: next, to, until });
    next = batch.next;
    for (const { index, fault, stack } of batch.faults) {
      if (known.has(fault)) continue;
      known.add(fault);
      await keep(target, supervisor, index, fault, stack);
    }
    if (next < plan.runs && next % BATCH === 0) tell(target, next, started, known.size);
  }
  tell(target, next, started, known.size);
  await supervisor.close();
  return known.size;
}

function tell({ name }: Target, cases: number, started: number, faults: number): void {
  const seconds = (Date.now() - started) / 1000;
  const time = new Date().toISOString().slice(11, 19);
  console.log(
    `${time} ${name}: ${cases} cases, ${Math.round(cases / seconds)} a second, ${faults} faults, seed ${plan.seed}`,
  );
}

/** Writes the smallest input that has the fault to a file, which `--case` tries again. */
async function keep(
  target: Target,
  supervisor: Supervisor,
  index: number,
  fault: string,
  stack: string,
): Promise<void> {
  const input = target.generate(Random.ofCase(target.name, plan.seed, index));
  const least = await minimise(input, async smaller => (await supervisor.try(target, smaller)) === fault);
  const id = createHash('sha256').update(least).digest('hex').slice(0, 8);
  const file = join(FINDINGS, target.name, id);
  mkdirSync(join(FINDINGS, target.name), { recursive: true });
  writeFileSync(file, least);
  console.error(
    `FAULT ${target.name} case ${index} of seed ${plan.seed}: ${fault}\n${stack}\nkept in ${file} (${least.length} bytes)`,
  );
}

async function tryFile(target: Target, file: string): Promise<number> {
  const supervisor = new Supervisor();
  const fault = await supervisor.try(target, readFileSync(file));
  await supervisor.close();
  console.log(fault ?? 'nothing is wrong');
  return fault === null ? 0 : 1;
}

if (values.list) {
  for (const { name, maxMs, holds } of TARGETS) console.log(`${name} (${maxMs} ms): ${holds}`);
} else {
  let faults = 0;
  for (const target of targets)
    faults += values.case === undefined ? await fuzz(target) : await tryFile(target, values.case);
  process.exitCode = faults === 0 ? 0 : 1;
}
