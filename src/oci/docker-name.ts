import { withoutLogin } from '../base/credentials.ts';
import { type Digest, isDigest } from '../base/digest.ts';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';

/** The name of an image as Docker normalises it. https://github.com/distribution/reference */
export interface DockerName {
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/debian`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const LABEL = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const REGISTRY = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DOCKER_HUB = 'docker.io';
const MAX_NAME = 255;
const MAX_TEXT = 1024;
/** How a name is written. */
const FORM = '[REGISTRY/]NAME[:TAG|@DIGEST]';

/**
 * Reads `[registry/]repository[:tag][@digest]`. Nothing is added to a name without tag and digest: see `withDefaultTag`.
 * @param otherwise what the error's remedy suggests beside a name: `, or …`
 * @throws DeadweightError `reference-invalid`.
 */
export function parseDockerName(text: string, otherwise = ''): DockerName {
  const invalidName: NameError = (why, right) =>
    nameError(
      text,
      why,
      // A login is in what was written, and in nothing that is ours: the form has an @ of its own.
      (right === undefined ? FORM : printable(withoutLogin(right + text.slice(right.length)))) + otherwise,
    );
  // Patterns of this grammar are only ever run over short text.
  if (text.length > MAX_TEXT) throw invalidName('it is too long');
  const at = text.indexOf('@');
  const digest = at < 0 ? null : text.slice(at + 1);
  const tagged = at < 0 ? text : text.slice(0, at);
  if (digest !== null && !isDigest(digest)) {
    throw invalidName('what follows the @ is not a digest');
  }
  const colon = tagged.lastIndexOf(':');
  const hasTag = colon > tagged.lastIndexOf('/');
  const tag = hasTag ? tagged.slice(colon + 1) : null;
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  if (tag !== null && !TAG.test(tag)) throw invalidName('its tag has characters that no tag may have');
  return { ...splitName(name, invalidName), tag, digest };
}

function splitName(name: string, invalidName: NameError): Pick<DockerName, 'registry' | 'repository'> {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const registry = isRegistry ? first : DOCKER_HUB;
  const path = isRegistry ? name.slice(slash + 1) : name;
  const hub = registry === DOCKER_HUB || registry === 'index.docker.io';
  const repository = hub && !path.includes('/') ? `library/${path}` : path;
  if (!REGISTRY.test(registry)) throw invalidName('its registry is not a host name');
  if (!REPOSITORY.test(repository)) {
    const lower = repository.toLowerCase();
    if (lower !== repository && REPOSITORY.test(lower)) {
      const host = name.slice(0, name.length - path.length);
      throw invalidName('repositories are written in lower case', host + path.toLowerCase());
    }
    throw invalidName('it is not of that form');
  }
  if (repository.length > MAX_NAME) throw invalidName(`it is longer than ${MAX_NAME} characters`);
  return { registry: hub ? DOCKER_HUB : registry, repository };
}

/** The name with the tag `latest` when it has neither tag nor digest. */
export function withDefaultTag(name: DockerName): DockerName {
  return name.tag === null && name.digest === null ? { ...name, tag: 'latest' } : name;
}

/** The full form: `docker.io/library/debian:bookworm`. */
export function formatDockerName(name: DockerName): string {
  const tag = name.tag === null ? '' : `:${name.tag}`;
  const digest = name.digest === null ? '' : `@${name.digest}`;
  return `${name.registry}/${name.repository}${tag}${digest}`;
}

/** The full form with its default tag, or null when the text is no name: for comparing names that tools wrote. */
export function normalizeName(text: string): string | null {
  try {
    return formatDockerName(withDefaultTag(parseDockerName(text)));
  } catch {
    return null;
  }
}

/** @param right the name without tag and digest as it should be, where that is known; as long as what was written */
type NameError = (why: string, right?: string) => DeadweightError;

function nameError(text: string, why: string, right: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `"${printable(withoutLogin(text))}" is not the name of an image: ${why}.`,
    remedy: `Write ${right}.`,
  });
}
