import { formatPlatform } from '../../base/platform.ts';
import { platformUnknown } from '../../oci/choose-platform.ts';
import { chooseEndpoint } from '../engine/endpoint.ts';
import { EngineClient } from '../engine/engine-client.ts';
import { EngineConnection } from '../engine/engine-connection.ts';
import { historyOf } from '../engine/engine-history.ts';
import type { InspectedImage, StoredManifest } from '../engine/engine-wire.ts';
import type { Image } from '../image.ts';
import type { ImageFacts, LayerFacts } from '../image-facts.ts';
import { openedImage } from '../opened-image.ts';
import { type TarStream, TarStreamReader } from '../tar-stream-reader.ts';
import { blobPath } from './blob-documents.ts';
import { chooseCandidate } from './image-candidates.ts';
import { manifestFacts } from './manifest-facts.ts';
import type { Choice, OpenOptions } from './open-options.ts';
import { savedImage } from './saved-documents.ts';

/**
 * Opens an image of the Docker engine. Its layers come out of the stream of `docker save`, without a temporary file.
 * A graph driver names them by their diffIDs and keeps no blobs; the containerd store has manifest and compressed blobs.
 * @throws DeadweightError `engine-unreachable`, `permission-denied`, `image-not-found`, `platform-unknown`, …
 */
export async function openEngineImage(name: string, choice: Choice, options: OpenOptions): Promise<Image> {
  const { env, homeDir, hostPlatform } = options;
  const endpoint = chooseEndpoint({ env, homeDir, hostOs: hostPlatform.os });
  const connection = new EngineConnection(endpoint, env);
  try {
    const client = await EngineClient.connect(connection, env['DOCKER_API_VERSION']);
    const image = await client.inspect(name);
    options.log.debug(`${client.name} has ${name} as ${image.id}`);
    const byContainerd =
      image.descriptor !== null || (!client.knowsPlatforms && (await client.hasContainerdStore()));
    return byContainerd
      ? await openContainerdImage(client, image, choice)
      : await openGraphImage(client, image, choice);
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function openGraphImage(client: EngineClient, image: InspectedImage, choice: Choice): Promise<Image> {
  const { id, platform, diffIds, labels, user } = image;
  chooseCandidate([image], choice);
  const history = historyOf(await client.history(id), diffIds.length);
  const layers = diffIds.map((diffId, index): LayerFacts => {
    const place = `Layer ${index} (${diffId}) of ${choice.reference}`;
    const path = `blobs/${diffId.replace(':', '/')}`;
    const stored = { index, diffId, digest: null, size: null, path, place, foreign: false };
    return { diffId, digest: null, mediaType: null, compressedSize: null, stored };
  });
  const { reference } = choice;
  const head = { reference, platform, imageId: id, manifestDigest: null, mediaType: null };
  const facts: ImageFacts = { ...head, history, labels, user, notices: [], layers };
  const open = () => client.save(id, null);
  return streamedImage(facts, open, client, { size: null, strangers: true, verified: true });
}

async function openContainerdImage(
  client: EngineClient,
  image: InspectedImage,
  choice: Choice,
): Promise<Image> {
  const wanted = image.manifests.length > 0 ? chooseManifest(image.manifests, choice) : null;
  const platform = wanted && image.manifests.length > 1 ? wanted.platform : null;
  const open = () => client.save(image.id, platform);
  const { descriptor, manifest, config } = await savedImage(open(), wanted?.digest ?? null, choice);
  const medium = choice.reference;
  const pathOf = (layer: { readonly digest: typeof descriptor.digest }) => blobPath(layer.digest);
  const facts = manifestFacts({ reference: choice.reference, medium, descriptor, manifest, config, pathOf });
  return streamedImage(facts, open, client, {
    size: wanted?.contentSize ?? null,
    strangers: false,
    verified: false,
  });
}

function streamedImage(
  facts: ImageFacts,
  open: () => AsyncIterable<Uint8Array>,
  client: EngineClient,
  how: Pick<TarStream, 'size' | 'strangers' | 'verified'>,
): Image {
  const layers = facts.layers.map(layer => layer.stored);
  return openedImage(facts, new TarStreamReader({ ...how, open, layers, close: () => client.close() }));
}

/** @throws DeadweightError `platform-unknown`, saying so when the platform is listed but was not pulled. */
function chooseManifest(manifests: readonly StoredManifest[], choice: Choice): StoredManifest {
  const available = manifests.filter(manifest => manifest.isAvailable);
  if (available.length > 0) return chooseCandidate(available, choice);
  const listed = chooseCandidate(manifests, choice).platform;
  throw platformUnknown(
    `${choice.reference}, of which ${formatPlatform(listed)} is listed but not pulled,`,
    choice.platform,
    choice.hostPlatform,
    [],
  );
}
