import type { FakeArtifactService, StoredArtifact } from './artifact-service.ts';
import { headerOf, jsonAnswer, type ServiceAnswer, type ServiceRequest } from './exchange.ts';

/** A workflow run, as the REST API and as the services know it. */
export interface KnownRun {
  readonly id: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly backendId: string;
}

/** What a GITHUB_TOKEN may do in the fake. */
export interface RestGrant {
  readonly repository: string;
  readonly actions: 'none' | 'read' | 'write';
}

/** The artifacts part of the REST API: https://docs.github.com/rest/actions/artifacts (2022-11-28). */
export class FakeArtifactRest {
  readonly runs: KnownRun[] = [];
  readonly tokens = new Map<string, RestGrant>();
  readonly #service: FakeArtifactService;

  constructor(service: FakeArtifactService) {
    this.#service = service;
  }

  /** @returns null when the path is none of these */
  answer(request: ServiceRequest): ServiceAnswer | null {
    const path = request.url.pathname.replace(/^\/api\/v3/, '');
    const list = /^\/repos\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/artifacts$/.exec(path);
    const one = /^\/repos\/([^/]+\/[^/]+)\/actions\/artifacts\/(\d+)(\/zip)?$/.exec(path);
    const repository = list?.[1] ?? one?.[1];
    if (repository === undefined) return null;
    const refusal = this.#refusal(request, repository);
    if (refusal !== null) return refusal;
    if (list) return this.#list(request, repository, Number(list[2]));
    const artifact = this.#artifact(repository, Number(one?.[2]));
    if (artifact === undefined) return notFound();
    if (request.method === 'DELETE' && one?.[3] === undefined) {
      this.#service.remove(artifact);
      return { status: 204 };
    }
    if (request.method !== 'GET') return notFound();
    if (one?.[3] === undefined) return jsonAnswer(200, this.#view(artifact));
    if (artifact.expired) return jsonAnswer(410, { message: 'Artifact has expired' });
    return { status: 302, headers: { location: this.#service.signedUrl(artifact) } };
  }

  #refusal(request: ServiceRequest, repository: string): ServiceAnswer | null {
    if (headerOf(request, 'user-agent') === null) return { status: 403, body: 'A user agent is required' };
    const [scheme, token] = headerOf(request, 'authorization')?.split(' ') ?? [];
    const grant = this.tokens.get(token ?? '');
    if (grant === undefined || !['bearer', 'token'].includes(scheme?.toLowerCase() ?? '')) {
      return jsonAnswer(401, { message: 'Bad credentials' });
    }
    // What a token may not see does not exist.
    if (grant.repository !== repository) return notFound();
    const isEnough = request.method === 'GET' ? grant.actions !== 'none' : grant.actions === 'write';
    return isEnough ? null : jsonAnswer(403, { message: 'Resource not accessible by integration' });
  }

  #list(request: ServiceRequest, repository: string, runId: number): ServiceAnswer {
    if (request.method !== 'GET') return notFound();
    const run = this.runs.find(known => known.id === runId && known.repository === repository);
    if (run === undefined) return notFound();
    const { searchParams } = request.url;
    const size = Math.min(Math.max(Number(searchParams.get('per_page') ?? 30), 1), 100);
    const page = Math.max(Number(searchParams.get('page') ?? 1), 1);
    const name = searchParams.get('name');
    const all = this.#service.artifacts
      .filter(artifact => artifact.runBackendId === run.backendId && artifact.size !== null)
      .filter(artifact => name === null || artifact.name === name);
    const artifacts = all.slice((page - 1) * size, page * size).map(artifact => this.#view(artifact));
    return jsonAnswer(200, { total_count: all.length, artifacts });
  }

  #artifact(repository: string, id: number): StoredArtifact | undefined {
    const backends = this.runs.filter(run => run.repository === repository).map(run => run.backendId);
    return this.#service.artifacts.find(
      artifact => artifact.id === id && artifact.size !== null && backends.includes(artifact.runBackendId),
    );
  }

  #view(artifact: StoredArtifact) {
    const { id, name, size, expired, createdAt, expiresAt, digest } = artifact;
    return { id, name, size_in_bytes: size, expired, created_at: createdAt, expires_at: expiresAt, digest };
  }
}

function notFound(): ServiceAnswer {
  return jsonAnswer(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' });
}
