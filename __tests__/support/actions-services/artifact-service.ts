import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BlobStore } from './blob-store.ts';
import { jsonAnswer, type ServiceAnswer } from './exchange.ts';
import type { TokenGrant } from './runtime-token.ts';
import { type TwirpMethod, twirpError, twirpMethod } from './twirp.ts';

export interface StoredArtifact {
  readonly id: number;
  readonly runBackendId: string;
  readonly jobBackendId: string;
  readonly name: string;
  /** Of a file that was uploaded as it is; null for a zip. */
  readonly mimeType: string | null;
  readonly blob: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** Bytes of the zip; null until it is finalized. */
  size: number | null;
  /** `sha256:<hex>`. */
  digest: string | null;
  expired: boolean;
}

const SERVICE = 'github.actions.results.api.v1.ArtifactService';

const ids = { workflow_run_backend_id: z.string().min(1), workflow_job_run_backend_id: z.string().min(1) };
const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^":<>|*?\r\n\\/]+$/);
const int64 = z.string().regex(/^\d+$/);

const createRequest = z.strictObject({
  ...ids,
  name,
  version: z.union([z.literal(4), z.literal(7)]),
  expires_at: z.iso.datetime().optional(),
  mime_type: z.string().optional(),
});
const finalizeRequest = z.strictObject({
  ...ids,
  name,
  size: int64,
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
});
const listRequest = z.strictObject({ ...ids, name_filter: name.optional(), id_filter: int64.optional() });
const nameRequest = z.strictObject({ ...ids, name });

type Ids = z.infer<z.ZodObject<typeof ids>>;

/** The artifact service of version 4: a name is taken once in a run. */
export class FakeArtifactService {
  readonly artifacts: StoredArtifact[] = [];
  readonly #blobs: BlobStore;
  readonly #origin: () => string;
  #lastId = 1000;

  constructor(blobs: BlobStore, origin: () => string) {
    this.#blobs = blobs;
    this.#origin = origin;
  }

  get methods(): Readonly<Record<string, TwirpMethod>> {
    return {
      [`${SERVICE}/CreateArtifact`]: this.#ownRun(createRequest, body => this.#create(body)),
      [`${SERVICE}/FinalizeArtifact`]: this.#ownRun(finalizeRequest, body => this.#finalize(body)),
      [`${SERVICE}/ListArtifacts`]: this.#ownRun(listRequest, body => this.#list(body)),
      [`${SERVICE}/GetSignedArtifactURL`]: this.#ownRun(nameRequest, body => this.#sign(body)),
      [`${SERVICE}/DeleteArtifact`]: this.#ownRun(nameRequest, body => this.#delete(body)),
    };
  }

  /** Puts an artifact there as if a run had uploaded it, whatever its bytes are. */
  seed(
    runBackendId: string,
    artifactName: string,
    zip: Buffer,
    wrong: { digest?: string; size?: number } = {},
  ) {
    const artifact = this.#reserve({
      workflow_run_backend_id: runBackendId,
      workflow_job_run_backend_id: 'seed',
      name: artifactName,
    });
    this.#blobs.write(artifact.blob, zip, 'application/zip');
    artifact.size = wrong.size ?? zip.length;
    artifact.digest = wrong.digest ?? digestOf(zip);
    return artifact;
  }

  zipOf(artifact: StoredArtifact): Buffer | null {
    return this.#blobs.read(artifact.blob);
  }

  signedUrl(artifact: StoredArtifact): string {
    return this.#blobs.signedUrl(this.#origin(), artifact.blob, 'r');
  }

  remove(artifact: StoredArtifact): void {
    this.artifacts.splice(this.artifacts.indexOf(artifact), 1);
    this.#blobs.remove(artifact.blob);
  }

  /** A token speaks for its own run only. */
  #ownRun<T extends Ids>(shape: z.ZodType<T>, handle: (request: T) => ServiceAnswer): TwirpMethod {
    return twirpMethod(shape, (request: T, grant: TokenGrant) =>
      request.workflow_run_backend_id === grant.runBackendId
        ? handle(request)
        : twirpError('permission_denied', 'the token is of another run'),
    );
  }

  #create(request: z.infer<typeof createRequest>): ServiceAnswer {
    if (this.#find(request)) {
      return twirpError('already_exists', 'an artifact with this name already exists on the workflow run');
    }
    if (request.expires_at !== undefined && Date.parse(request.expires_at) <= Date.now()) {
      return twirpError('invalid_argument', 'expires_at is in the past');
    }
    const { blob } = this.#reserve(request);
    return jsonAnswer(200, {
      ok: true,
      signed_upload_url: this.#blobs.signedUrl(this.#origin(), blob, 'cw'),
    });
  }

  #finalize(request: z.infer<typeof finalizeRequest>): ServiceAnswer {
    const artifact = this.#find(request);
    const zip = artifact === undefined ? null : this.#blobs.read(artifact.blob);
    if (artifact === undefined || artifact.size !== null || zip === null) {
      return twirpError('not_found', 'artifact not found');
    }
    if (String(zip.length) !== request.size) return twirpError('invalid_argument', 'size does not match');
    if (request.hash !== undefined && request.hash !== digestOf(zip)) {
      return twirpError('invalid_argument', 'hash does not match');
    }
    artifact.size = zip.length;
    artifact.digest = digestOf(zip);
    return jsonAnswer(200, { ok: true, artifact_id: String(artifact.id) });
  }

  #list(request: z.infer<typeof listRequest>): ServiceAnswer {
    const artifacts = this.artifacts
      .filter(artifact => artifact.size !== null && artifact.runBackendId === request.workflow_run_backend_id)
      .filter(artifact => request.name_filter === undefined || artifact.name === request.name_filter)
      .filter(artifact => request.id_filter === undefined || String(artifact.id) === request.id_filter)
      .map(artifact => ({
        workflow_run_backend_id: artifact.runBackendId,
        workflow_job_run_backend_id: artifact.jobBackendId,
        database_id: String(artifact.id),
        name: artifact.name,
        size: String(artifact.size),
        created_at: artifact.createdAt,
        digest: artifact.digest,
      }));
    return jsonAnswer(200, { artifacts });
  }

  #sign(request: z.infer<typeof nameRequest>): ServiceAnswer {
    const artifact = this.#find(request);
    if (artifact === undefined || artifact.size === null)
      return twirpError('not_found', 'artifact not found');
    return jsonAnswer(200, { signed_url: this.signedUrl(artifact) });
  }

  #delete(request: z.infer<typeof nameRequest>): ServiceAnswer {
    const artifact = this.#find(request);
    if (artifact === undefined) return twirpError('not_found', 'artifact not found');
    this.remove(artifact);
    return jsonAnswer(200, { ok: true, artifact_id: String(artifact.id) });
  }

  #find(request: Ids & { name: string }): StoredArtifact | undefined {
    return this.artifacts.find(
      artifact => artifact.runBackendId === request.workflow_run_backend_id && artifact.name === request.name,
    );
  }

  #reserve(
    request: Ids & { name: string; expires_at?: string | undefined; mime_type?: string | undefined },
  ): StoredArtifact {
    this.#lastId += 1;
    const id = this.#lastId;
    const artifact: StoredArtifact = {
      id,
      runBackendId: request.workflow_run_backend_id,
      jobBackendId: request.workflow_job_run_backend_id,
      name: request.name,
      mimeType: request.mime_type ?? null,
      blob: `artifacts/${id}`,
      createdAt: new Date().toISOString(),
      expiresAt: request.expires_at ?? null,
      size: null,
      digest: null,
      expired: false,
    };
    this.artifacts.push(artifact);
    return artifact;
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
