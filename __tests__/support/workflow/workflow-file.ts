import { parse } from 'yaml';
import { z } from 'zod';

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));

const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const job = z.object({
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: permissions.optional(),
  steps: z.array(step),
});

const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(z.string(), job),
});

export type Workflow = z.infer<typeof workflow>;
export type Job = Workflow['jobs'][string];
export type Step = Job['steps'][number];

export function parseWorkflowFile(text: string): Workflow {
  return workflow.parse(parse(text));
}

/** The name of an action without its version. */
export function actionOf({ uses = '' }: Step): string {
  return uses.replace(/@.*$/, '');
}

/** The inputs of the steps that use an action, each as text. */
export function inputsOf(job: Job, action: string): readonly Readonly<Record<string, string>>[] {
  return job.steps
    .filter(each => actionOf(each) === action)
    .map(each =>
      Object.fromEntries(Object.entries(each.with ?? {}).map(([name, value]) => [name, String(value)])),
    );
}

/** What the token of a job may do. */
export function permissionsOf(file: Workflow, of: Job): Readonly<Record<string, string>> {
  return of.permissions ?? file.permissions;
}
