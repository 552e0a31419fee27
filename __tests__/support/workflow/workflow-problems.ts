import { registerHooks } from 'node:module';

// GitHub's parser imports its schema as JSON without the attribute that Node asks for.
registerHooks({
  load(url, context, next) {
    const isSchema = url.includes('/@actions/') && url.endsWith('.json');
    return next(url, isSchema ? { ...context, importAttributes: { type: 'json' } } : context);
  },
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
);

/**
 * What GitHub's own parser says of a workflow: unknown keys, wrong values, jobs that are needed and not there,
 * expressions that cannot be read or name a context that is not there.
 */
export async function workflowProblems(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(error => error.message);
}
