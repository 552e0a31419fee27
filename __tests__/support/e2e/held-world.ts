import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOf } from '../folder.ts';
import { type PullRequestRemote, pullRequest } from '../git/pull-request.ts';
import { checkout, git } from '../git/repository.ts';
import { fresh } from './engines.ts';
import { type Gate, gateOf } from './gate.ts';
import { type HeldService, heldEngine, heldFiles } from './held-services.ts';

/** What the head has more than its base. Bytes. */
export const GROWTH = 12_345;

/** A pull request, and every place where a run over it can be held. */
export interface HeldWorld {
  readonly remote: PullRequestRemote;
  readonly workspace: string;
  readonly gates: Readonly<Record<'status' | 'fetch' | 'checkout' | 'prepare-head' | 'prepare-base', Gate>>;
  readonly files: HeldService;
  readonly engine: HeldService & { readonly host: string };
  /** TMPDIR of its runs. */
  readonly temporary: string;
  /** Where its runs write reports. */
  readonly out: string;
  /** Where its runs keep scans. */
  readonly cache: string;
  /** Lets all go on. */
  release(): Promise<void>;
  close(): void;
}

/** @param host DOCKER_HOST of an engine */
export async function heldWorld(host: string): Promise<HeldWorld> {
  const files = await heldFiles();
  const of = (side: 'head' | 'base', bytes: number) => ({
    Dockerfile: `FROM scratch\nENV SEED=${seed}\nADD ${files.url}/${side}/${seed} /added\nCOPY . /app\n`,
    side,
    'grown.dat': 'y'.repeat(bytes),
  });
  const seed = fresh();
  const shared = { '.gitattributes': '*.dat filter=slow\n' };
  const remote = await pullRequest({ ...of('base', 100_000), ...shared }, of('head', 100_000 + GROWTH));
  const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
  const gates = {
    ...{ status: await gateOf(), fetch: await gateOf(), checkout: await gateOf() },
    ...{ 'prepare-head': await gateOf(), 'prepare-base': await gateOf() },
  };
  await git(workspace, 'config', 'filter.slow.clean', `${gates.status.hold} cat`);
  await git(workspace, 'config', 'filter.slow.smudge', `${gates.checkout.hold} cat`);
  await git(workspace, 'config', 'remote.origin.uploadpack', `${gates.fetch.hold} git-upload-pack`);
  // Git cannot tell by its time whether it was edited, and asks the filter.
  await utimes(join(workspace, 'grown.dat'), 1, 1);
  const engine = await heldEngine(host);
  return {
    ...{ remote, workspace, gates, files, engine },
    ...{ temporary: await folderOf(), out: await folderOf(), cache: await folderOf() },
    async release() {
      for (const gate of Object.values(gates)) await gate.open();
      files.hold(null);
      engine.hold(null);
    },
    close() {
      files.close();
      engine.close();
    },
  };
}
