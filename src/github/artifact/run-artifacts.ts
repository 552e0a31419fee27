import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { boundedRequest, type RestAccess, restGet } from '../bounded-request.ts';

export interface RunArtifact {
  readonly id: number;
  readonly name: string;
  /** Bytes of the zip. */
  readonly size: number;
  readonly expired: boolean;
  /** `sha256:<hex>` of the zip, where GitHub tells it. */
  readonly digest: string | null;
}

const page = lazy(() =>
  z.object({
    total_count: z.int().min(0),
    artifacts: z.array(
      z.object({
        id: z.int().min(1),
        name: z.string(),
        size_in_bytes: z.int().min(0),
        expired: z.boolean(),
        digest: z.string().nullish(),
      }),
    ),
  }),
);

const PAGE_SIZE = 100;
/** A run can have 500 artifacts of a job, and a thousand is where GitHub's own client stops. */
const MAX_PAGES = 10;
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * All artifacts of a run, the newest of each name: a job that was run again uploads anew.
 * @throws DeadweightError `github-request-failed`
 */
export async function listRunArtifacts(
  access: RestAccess,
  runId: number,
  signal: AbortSignal,
): Promise<readonly RunArtifact[]> {
  const newest = new Map<string, RunArtifact>();
  for (let number = 1; number <= MAX_PAGES; number += 1) {
    const path = `actions/runs/${runId}/artifacts?per_page=${PAGE_SIZE}&page=${number}`;
    const { total_count: total, artifacts } = await readPage(access, path, signal);
    for (const { id, name, size_in_bytes: size, expired, digest } of artifacts) {
      if ((newest.get(name)?.id ?? 0) < id)
        newest.set(name, { id, name, size, expired, digest: digest ?? null });
    }
    if (artifacts.length === 0 || number * PAGE_SIZE >= total) break;
  }
  return [...newest.values()];
}

async function readPage(
  access: RestAccess,
  path: string,
  signal: AbortSignal,
): Promise<z.infer<ReturnType<typeof page>>> {
  const { status, body } = await restGet(access, path, MAX_PAGE_BYTES, signal);
  if (status !== 200) throw refusal(status, 'listing the artifacts of the run');
  try {
    return page().parse(parseBoundedJson(body.toString('utf8')));
  } catch (cause) {
    throw new DeadweightError('github-request-failed', {
      message: 'GitHub answered with a list of artifacts that cannot be read.',
      remedy: 'Run the job again; if the error lasts, check githubstatus.com.',
      cause,
    });
  }
}

/**
 * The zip of an artifact. GitHub redirects to a storage of another host, which must not see the token.
 * @throws DeadweightError `github-request-failed`, `limit-exceeded`
 */
export async function downloadZip(
  access: RestAccess,
  id: number,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { status, headers } = await restGet(access, `actions/artifacts/${id}/zip`, MAX_PAGE_BYTES, signal);
  const { location } = headers;
  if (status !== 302 || location === undefined || !URL.canParse(location)) {
    throw refusal(status, 'downloading an artifact');
  }
  const { maxSilenceMs } = access;
  const request = { method: 'GET', url: location, maxBytes, signal, maxSilenceMs } as const;
  const answer = await boundedRequest(request, access.firstWaitMs);
  if (answer.status !== 200) throw refusal(answer.status, 'downloading an artifact from its storage');
  return answer.body;
}

function refusal(status: number, doing: string): DeadweightError {
  return new DeadweightError('github-request-failed', {
    message: `GitHub answered ${doing} with ${status}.`,
    remedy:
      status === 401 || status === 403 || status === 404
        ? 'Give the job `permissions: actions: read`, and check that the run belongs to this repository.'
        : 'Run the job again; if the error lasts, check githubstatus.com.',
  });
}
