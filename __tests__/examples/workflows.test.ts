import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  actionOf,
  inputsOf,
  type Job,
  parseWorkflowFile,
  permissionsOf,
  type Workflow,
} from '../support/workflow/workflow-file.ts';
import { workflowProblems } from '../support/workflow/workflow-problems.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'examples/workflows');
const DEADWEIGHT = 'deadweight/deadweight';

const FILES = readdirSync(FOLDER).map(name => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);
const WORKFLOWS = FILES.map(([name, text]) => [name, parseWorkflowFile(text)] as const);
const ACTION = z
  .object({ inputs: z.record(z.string(), z.object({ default: z.string().optional() })) })
  .parse(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')));

/** What its steps make a job need, and nothing more. */
function neededBy(job: Job): Record<string, string> {
  const needed: Record<string, string> = {};
  if (job.steps.some(step => actionOf(step) === 'actions/checkout')) needed['contents'] = 'read';
  for (const inputs of inputsOf(job, DEADWEIGHT)) {
    if (inputs['comment'] !== 'never') needed['pull-requests'] = 'write';
    if (inputs['mode'] === 'comment' && !/\/|\.json$/.test(inputs['reports'] ?? ''))
      needed['actions'] = 'read';
  }
  return needed;
}

/** What is wrong with a workflow beside its syntax. */
function faultsOf(file: Workflow): readonly string[] {
  const faults: string[] = [];
  for (const [name, job] of Object.entries(file.jobs)) {
    const granted = JSON.stringify(Object.entries(permissionsOf(file, job)).toSorted());
    const needed = JSON.stringify(Object.entries(neededBy(job)).toSorted());
    if (granted !== needed) faults.push(`${name} needs ${needed} and has ${granted}`);
    for (const step of job.steps) {
      if (!/^[\w.-]+\/[\w.-]+@v\d+$/.test(step.uses ?? '')) faults.push(`${name} uses ${step.uses}`);
    }
    for (const inputs of inputsOf(job, DEADWEIGHT)) {
      for (const input of Object.keys(inputs)) {
        if (!(input in ACTION.inputs)) faults.push(`there is no input ${input}`);
      }
      const isPrivileged = 'workflow_run' in file.on || 'pull_request_target' in file.on;
      if (isPrivileged && inputs['mode'] !== 'comment')
        faults.push(`${name} builds with a token that may write`);
    }
    if ('workflow_run' in file.on && 'contents' in neededBy(job)) faults.push(`${name} checks out`);
  }
  return faults;
}

describe.each(FILES)('%s', (name, text) => {
  it('is a workflow to GitHub', async () => {
    expect(await workflowProblems(name, text)).toEqual([]);
  });

  it('uses actions with their inputs, and permissions that do not exceed what its steps need', () => {
    expect(faultsOf(parseWorkflowFile(text))).toEqual([]);
  });
});

it('names only workflows that are here', () => {
  const names = WORKFLOWS.map(([, { name }]) => name);
  const followed = WORKFLOWS.flatMap(([, { on }]) => {
    const run = z.object({ workflows: z.array(z.string()) }).safeParse(on['workflow_run']);
    return run.data?.workflows ?? [];
  });
  expect(followed).toEqual(['Image weight']);
  expect(names).toEqual(expect.arrayContaining(followed));
});

it('hands over what another job waits for', () => {
  for (const [name, { jobs }] of WORKFLOWS) {
    const all = Object.values(jobs).flatMap(job => inputsOf(job, DEADWEIGHT));
    const gathers = all.some(({ mode, reports }) => mode === 'comment' && reports === undefined);
    const uploads = all.some(({ upload }) => upload === 'true');
    expect([name, uploads]).toEqual([name, gathers !== name.startsWith('deadweight-fork')]);
  }
});

describe('a wrong workflow is told', () => {
  const text = readFileSync(join(FOLDER, 'deadweight-matrix.yml'), 'utf8');
  const syntax: readonly [string, string, string][] = [
    ['key', 'fail-fast:', 'fail-slow:'],
    ['permission', 'contents: read', 'content: read'],
    ['level', 'contents: read', 'contents: reed'],
    ['event', 'pull_request:', 'pull_requests:'],
    ['job that is needed', 'needs: weigh', 'needs: weight'],
    ['context', 'matrix.image', 'matrx.image'],
    ['expression', '!cancelled()', '!cancelled('],
  ];
  it.each(syntax)('by its %s', async (_what, right, wrong) => {
    expect(await workflowProblems('wrong.yml', text.replace(right, wrong))).not.toEqual([]);
  });

  const faults: readonly [string, string, string][] = [
    ['an input that is not there', 'title:', 'titel:'],
    ['a permission too many', 'contents: read', 'contents: write'],
    ['a permission too few', 'actions: read\n', '\n'],
    ['an action without a version', 'checkout@v5', 'checkout'],
    ['a build with a token that may write', 'pull_request:', 'pull_request_target:'],
  ];
  it.each(faults)('for %s', (_what, right, wrong) => {
    expect(faultsOf(parseWorkflowFile(text.replace(right, wrong)))).not.toEqual([]);
  });
});
