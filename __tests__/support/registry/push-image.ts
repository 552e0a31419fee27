import type { FabricatedBlob } from '../fabricate/image.ts';

/**
 * Pushes blobs and the manifest that names them, as anybody may.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
 * @param repository `http://127.0.0.1:5000/v2/team/app`
 */
export async function pushImage(
  repository: string,
  tag: string,
  blobs: readonly FabricatedBlob[],
  manifest: Pick<FabricatedBlob, 'bytes' | 'mediaType'>,
): Promise<void> {
  for (const blob of blobs) await pushBlob(repository, blob);
  await put(`${repository}/manifests/${tag}`, manifest.bytes, manifest.mediaType);
}

async function pushBlob(repository: string, { bytes, digest }: FabricatedBlob): Promise<void> {
  const start = await fetch(`${repository}/blobs/uploads/`, { method: 'POST' });
  const location = new URL(start.headers.get('location') ?? '', repository);
  location.searchParams.set('digest', digest);
  await put(location.href, bytes, 'application/octet-stream');
}

async function put(url: string, body: Uint8Array, type: string): Promise<void> {
  const headers = { 'content-type': type };
  const answer = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
