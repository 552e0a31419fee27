import { DefaultArtifactClient } from '@actions/artifact';
import { z } from 'zod';
import { answerOperations } from './client-operations.ts';

const findBy = z
  .object({
    token: z.string(),
    workflowRunId: z.number(),
    repositoryOwner: z.string(),
    repositoryName: z.string(),
  })
  .optional();

const operation = z.discriminatedUnion('do', [
  z.object({ do: z.literal('upload'), name: z.string(), files: z.array(z.string()), root: z.string() }),
  z.object({ do: z.literal('list'), findBy }),
  z.object({ do: z.literal('download'), id: z.number(), path: z.string(), expectedHash: z.string(), findBy }),
  z.object({ do: z.literal('delete'), name: z.string() }),
]);

const client = new DefaultArtifactClient();

await answerOperations(operation, async task => {
  switch (task.do) {
    case 'upload':
      return client.uploadArtifact(task.name, task.files, task.root, { retentionDays: 3 });
    case 'list':
      return client.listArtifacts(task.findBy === undefined ? {} : { findBy: task.findBy });
    case 'download': {
      const { id, path, expectedHash } = task;
      const source = task.findBy === undefined ? {} : { findBy: task.findBy };
      return client.downloadArtifact(id, { path, expectedHash, ...source });
    }
    case 'delete':
      return client.deleteArtifact(task.name);
  }
});
