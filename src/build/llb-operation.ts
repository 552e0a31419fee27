import { z } from 'zod';

const index = z.number().nullish();

/** Of an LLB operation (buildkit, `solver/pb/ops.proto`), what leads from an output to the filesystem under it. */
export const operationSchema = z.object({
  Op: z
    .object({
      source: z.object({ identifier: z.string() }).nullish(),
      exec: z
        .object({
          mounts: z.array(z.object({ input: index, dest: z.string().nullish(), output: index })).nullish(),
        })
        .nullish(),
      file: z.object({ actions: z.array(z.object({ input: index, output: index })).nullish() }).nullish(),
      merge: z.object({ inputs: z.array(z.object({ input: index })).nullish() }).nullish(),
    })
    .nullish(),
});

export type LlbOperation = z.infer<typeof operationSchema>;

export type OperationKind = 'source' | 'exec' | 'file' | 'merge' | 'terminal' | 'other';

export function kindOf(operation: LlbOperation): OperationKind {
  const op = operation.Op;
  if (!op) return 'other';
  if (op.source) return 'source';
  if (op.exec) return 'exec';
  if (op.file) return 'file';
  if (op.merge) return 'merge';
  return Object.keys(op).length === 0 ? 'terminal' : 'other';
}

/**
 * The index of the input whose filesystem an output was made from; -1 for none (scratch), null when it cannot be told.
 * In the JSON of protobuf a 0 may be left out.
 */
export function rootInput(operation: LlbOperation, output: number): number | null {
  const op = operation.Op;
  if (op?.exec) {
    const mounts = op.exec.mounts ?? [];
    const mount = mounts.find(each => (each.output ?? 0) === output && (output !== 0 || each.dest === '/'));
    return mount ? (mount.input ?? 0) : null;
  }
  if (op?.merge) return op.merge.inputs?.[0]?.input ?? 0;
  return null;
}

/** The same for a file operation with `inputCount` inputs, whose actions build on each other. */
export function rootInputOfFile(operation: LlbOperation, output: number, inputCount: number): number | null {
  const actions = operation.Op?.file?.actions ?? [];
  let at = actions.findIndex(action => (action.output ?? 0) === output);
  for (let guard = 0; guard <= actions.length; guard += 1) {
    const action = actions[at];
    if (!action) return null;
    const input = action.input ?? 0;
    if (input < inputCount) return input;
    at = input - inputCount;
  }
  return null;
}
