import { restoreCache, saveCache } from '@actions/cache';
import { z } from 'zod';
import { answerOperations } from './client-operations.ts';

const operation = z.discriminatedUnion('do', [
  z.object({ do: z.literal('save'), paths: z.array(z.string()), key: z.string() }),
  z.object({
    do: z.literal('restore'),
    paths: z.array(z.string()),
    key: z.string(),
    restoreKeys: z.array(z.string()).default([]),
    lookupOnly: z.boolean().default(false),
  }),
]);

await answerOperations(operation, async task => {
  if (task.do === 'save') return saveCache(task.paths, task.key, {}, true);
  const { paths, key, restoreKeys, lookupOnly } = task;
  return restoreCache(paths, key, restoreKeys, { lookupOnly }, true);
});
