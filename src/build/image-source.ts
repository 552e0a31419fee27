/** An image that a build reads, from the identifier of its LLB source. */
export interface ImageSource {
  /** As people write it: `debian:bookworm`, `ghcr.io/a/b:1`. */
  readonly name: string;
  /** Digest that the build resolved it to; null for an image of the engine's own graph-driver store. */
  readonly digest: string | null;
  /** Whether the name has a tag, so that its digest may change between builds. */
  readonly tagged: boolean;
}

const IDENTIFIER = /^docker-image:\/\/([^@]+)(?:@(\w+:[0-9a-f]+))?$/;

/** Reads `docker-image://docker.io/library/debian:bookworm@sha256:…`; null when it is another kind of source. */
export function readImageSource(identifier: string): ImageSource | null {
  const match = IDENTIFIER.exec(identifier);
  if (!match) return null;
  const name = (match[1] ?? '').replace(/^docker\.io\/(?:library\/)?/, '');
  return { name, digest: match[2] ?? null, tagged: /:[^/]+$/.test(name) };
}

/** The package URL under which provenance lists the image as a material, without qualifiers. */
export function packageUrl(image: ImageSource): string {
  const colon = /:[^/]+$/.exec(image.name);
  return colon
    ? `pkg:docker/${image.name.slice(0, colon.index)}@${colon[0].slice(1)}`
    : `pkg:docker/${image.name}`;
}
