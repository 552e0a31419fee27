import { z } from 'zod';

const registry = process.env['DEADWEIGHT_REGISTRY'] ?? '';

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const manifestSchema = z.object({
  config: z.object({ digest: z.string() }).optional(),
  manifests: z.array(z.object({ digest: z.string() })).default([]),
});
const configSchema = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

async function ask(path: string): Promise<Response> {
  return fetch(`http://${registry}/v2/${path}`, { headers: { accept: ACCEPT } });
}

export interface Pushed {
  /** Of what the name stands for. */
  readonly digest: string | null;
  readonly diffIds: readonly string[];
}

/** What the registry of the tests has under a name; null when it has nothing. */
export async function pushed(name: string): Promise<Pushed | null> {
  const [repository = '', tag = ''] = name.slice(registry.length + 1).split(':');
  const answer = await ask(`${repository}/manifests/${tag}`);
  if (answer.status === 404) return null;
  const top = manifestSchema.parse(await answer.json());
  const [first] = top.manifests;
  const manifest = first
    ? manifestSchema.parse(await (await ask(`${repository}/manifests/${first.digest}`)).json())
    : top;
  const blob = await ask(`${repository}/blobs/${manifest.config?.digest}`);
  const { rootfs } = configSchema.parse(await blob.json());
  return { digest: answer.headers.get('docker-content-digest'), diffIds: rootfs.diff_ids };
}
