import { type Digest, isDigest, sha256 } from '../../base/digest.ts';
import { DeadweightError, sentenceOf } from '../../base/errors.ts';
import type { Platform } from '../../base/platform.ts';
import { isArtefact } from '../../oci/artefact.ts';
import { attestedBy, type Descriptor, isAttestation } from '../../oci/descriptor.ts';
import type { DockerName } from '../../oci/docker-name.ts';
import { type ImageConfig, parseImageConfig } from '../../oci/image-config.ts';
import { type ImageIndex, type ImageManifest, parseManifest } from '../../oci/manifest.ts';
import { documentTooLarge, MAX_DOCUMENT } from '../../oci/parse-json.ts';
import type { Choice, Image, OpenOptions } from '../image.ts';
import { manifestFacts } from '../image-facts.ts';
import { createImage } from '../opened-image.ts';
import { findPlaces, type RegistryPlace } from '../registry/registries-conf.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import { RegistryReader } from '../registry/registry-reader.ts';
import { optionsFor } from '../registry/registry-session.ts';
import { assertDigest, chooseCandidate } from './image-candidates.ts';

const MAX_DEPTH = 4;

/**
 * Opens `docker://NAME[:TAG|@DIGEST]`: manifest and config are fetched now, layers when they are scanned.
 * Registries of this machine (loopback) may do without TLS, as for Docker; credentials are those of `docker login` or
 * `podman login`, mirrors those of registries.conf.
 * @throws DeadweightError `image-not-found`, `permission-denied`, `registry-unreachable`, `platform-unknown`, `digest-mismatch`, …
 */
export async function openRegistryImage(
  name: DockerName,
  choice: Choice,
  options: OpenOptions,
): Promise<Image> {
  const places = await findPlaces({ ...name, hasDigest: name.digest !== null }, options);
  for (const [index, place] of places.entries()) {
    try {
      return await openPlace([place, ...places.slice(index + 1)], name, choice, options);
    } catch (error) {
      // Only the registry itself can say what is there: a mirror need not have all of it, or be up.
      if (!place.isMirror) throw error;
      options.log.debug(
        `${place.registry}, a mirror of ${name.registry}, was not used: ${sentenceOf(error)}`,
      );
    }
  }
  throw new TypeError('the last place is the registry itself');
}

/** @param others asked for the blobs that the first has not */
async function openPlace(
  [place, ...others]: readonly [RegistryPlace, ...RegistryPlace[]],
  name: DockerName,
  choice: Choice,
  options: OpenOptions,
): Promise<Image> {
  const client = new RegistryClient(optionsFor(place, options));
  try {
    const { root, descriptor, manifest, platforms, isAttested } = await resolve(client, name, choice);
    const config = await readConfig(client, manifest, choice);
    // Where no index told a platform, the one image there is must be the one that was asked for.
    if (descriptor.platform === null) chooseCandidate([config], choice);
    const medium = `${name.registry}/${name.repository}`;
    const pathOf = (layer: Descriptor) => layer.digest;
    const { reference } = choice;
    const facts = manifestFacts({
      reference,
      medium,
      descriptor,
      manifest,
      config,
      pathOf,
      platforms: platforms ?? [config.platform],
      isAttested,
    });
    return createImage(
      { ...facts, rootDigest: root },
      new RegistryReader(
        client,
        others.map(other => () => new RegistryClient(optionsFor(other, options))),
      ),
    );
  } catch (error) {
    client.close();
    throw error;
  }
}

interface ResolvedManifest {
  /** Digest of what the name is, an index or a manifest. */
  readonly root: Digest;
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  /** Of all images of the index that lists it; null where none does. */
  readonly platforms: readonly Platform[] | null;
  readonly isAttested: boolean;
}

async function resolve(client: RegistryClient, name: DockerName, choice: Choice): Promise<ResolvedManifest> {
  let wanted: Wanted = { digest: name.digest, platform: null };
  let index: ImageIndex | null = null;
  let root: Digest | null = null;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const { manifest, descriptor } = await readManifest(client, name, wanted, choice);
    root ??= descriptor.digest;
    if (manifest.kind === 'manifest') {
      const { digest } = descriptor;
      const isAttested = index?.manifests.some(entry => attestedBy(entry) === digest) ?? false;
      return { root, descriptor, manifest, platforms: index && platformsOf(index), isAttested };
    }
    index = manifest;
    wanted = chooseEntry(manifest, choice);
  }
  throw new DeadweightError('limit-exceeded', {
    message: `The index of ${choice.reference} is nested more than ${MAX_DEPTH} deep.`,
    remedy: 'Name the manifest that you mean by its digest.',
  });
}

/** The manifest of a tag when there is no digest. */
type Wanted = Pick<Descriptor, 'platform'> & { readonly digest: Digest | null };

async function readManifest(
  client: RegistryClient,
  name: DockerName,
  { digest, platform }: Wanted,
  choice: Choice,
): Promise<{ readonly manifest: ImageManifest | ImageIndex; readonly descriptor: Descriptor }> {
  const reference = digest ?? name.tag ?? 'latest';
  const served = await client.manifest(reference);
  const { bytes } = served;
  const place = `The manifest ${reference} of ${choice.reference}`;
  const promised = digest ?? served.digest;
  if (promised !== null && isDigest(promised)) assertDigest(bytes, promised, place);
  const manifest = parseManifest(bytes, place, served.mediaType);
  const { mediaType } = manifest;
  const size = bytes.length;
  return {
    manifest,
    descriptor: {
      mediaType,
      digest: digest ?? sha256(bytes),
      size,
      platform,
      annotations: {},
      artifactType: null,
    },
  };
}

function imagesOf(index: ImageIndex): readonly Descriptor[] {
  return index.manifests.filter(entry => !isAttestation(entry) && !isArtefact(entry));
}

/** null where an entry does not state its own: the config does. */
function platformsOf(index: ImageIndex): readonly Platform[] | null {
  const platforms = imagesOf(index).flatMap(({ platform }) => platform ?? []);
  return platforms.length > 0 ? platforms : null;
}

function chooseEntry(index: ImageIndex, choice: Choice): Descriptor {
  const images = imagesOf(index);
  const [first] = images;
  // The entry of an index with one image need not state its platform: the config does.
  if (first && images.length === 1 && first.platform === null) return first;
  const candidates = images.flatMap(descriptor => {
    const { platform } = descriptor;
    return platform === null ? [] : [{ platform, descriptor }];
  });
  return chooseCandidate(candidates, choice).descriptor;
}

async function readConfig(
  client: RegistryClient,
  manifest: ImageManifest,
  choice: Choice,
): Promise<ImageConfig> {
  const { digest, size } = manifest.config;
  if (size > MAX_DOCUMENT) throw documentTooLarge(`The config ${digest} of ${choice.reference}`, size);
  const bytes = await client.document(digest);
  const place = `The config ${digest} of ${choice.reference}`;
  assertDigest(bytes, digest, place);
  return parseImageConfig(bytes, place);
}
