import { existsSync, statSync } from 'node:fs';
import { withoutLogin } from '../base/credentials.ts';
import { DeadweightError } from '../base/errors.ts';
import { trimEndOf } from '../base/trim.ts';
import { printable } from '../base/untrusted-text.ts';
import { normalizeName } from '../oci/docker-name.ts';
import { TRANSPORTS } from './transports.ts';

/** What other tools call a transport of ours. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'docker-tar': 'docker-archive:',
  'docker-tarball': 'docker-archive:',
  'docker-image': 'docker-daemon:',
  'docker-storage': 'docker-daemon:',
  'oci-dir': 'oci:',
  'oci-layout': 'oci:',
  'oci-tar': 'oci-archive:',
  'podman-storage': 'containers-storage:',
  'container-storage': 'containers-storage:',
};

/** Words that others write before an image of an engine or a registry, and that may well be images themselves. */
const WORDS_OR_IMAGES: Readonly<Record<string, string>> = {
  podman: 'containers-storage:',
  buildah: 'containers-storage:',
  registry: 'docker://',
  docker: '',
  daemon: '',
  image: '',
};

/** Transports of containers/image that are not read. */
const UNREAD = ['atomic', 'ostree', 'sif', 'tarball'];

/**
 * What people write for an image that is another's way to name one, with the right way.
 * @param text without white space around it
 * @returns null where the text is none of these
 */
export function findWrongReference(text: string): DeadweightError | null {
  const address = readAddress(text);
  if (address !== null) return wrong(text, 'is the address of a web page or a registry', address);
  const [, word = '', slashes = '', rest = ''] = /^([A-Za-z_-]+):(\/{0,2})(.*)$/s.exec(text) ?? [];
  if (rest === '') return null;
  if ((word === 'docker-daemon' || word === 'containers-storage') && slashes === '//') {
    return wrong(text, `has slashes after "${word}:", which takes none`, `${word}:${rest}`);
  }
  if (word === 'docker' && slashes === '/')
    return wrong(text, 'has one slash instead of two', `docker://${rest}`);
  if (TRANSPORTS.some(({ prefix }) => prefix !== '' && text.startsWith(prefix))) return null;
  if (UNREAD.includes(word)) return unreadTransport(text, word, rest);
  if (WORDS_OR_IMAGES[word] !== undefined && normalizeName(text) === null) {
    return wrong(text, `begins with "${word}:", which is no transport`, `${WORDS_OR_IMAGES[word]}${rest}`);
  }
  const prefix = OTHER_WORDS[word.toLowerCase()] ?? findPrefix(word);
  if (prefix === undefined || prefix.startsWith(`${word}:`)) return null;
  return wrong(text, `begins with "${word}:", which is no transport`, prefix + rest);
}

/** The prefix that a long word nearly is: a short one that differs may well be an image, with its tag. */
function findPrefix(word: string): string | undefined {
  const written = word.toLowerCase().replaceAll('_', '-');
  return TRANSPORTS.map(({ prefix }) => prefix).find(prefix => {
    const name = prefix.replace(/:.*$/, '');
    return name !== '' && (written === name || (name.length >= 9 && editDistance(written, name) <= 2));
  });
}

/** Letters to add, drop or exchange; 3 stands for more than two. */
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const exchanged = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The reference that an address of the web stands for: of a registry, or of a page about an image. */
function readAddress(text: string): string | null {
  const [, scheme, host = '', path = ''] =
    /^(https?:\/\/)?(?:[^/@]*@)?([^/?#@]+)\/?([^?#]*)/i.exec(text) ?? [];
  if (scheme === undefined && host !== 'hub.docker.com') return null;
  const name = nameOnPage(host.toLowerCase(), trimEndOf(path, '/')) ?? '';
  return normalizeName(name) === null ? 'docker://REGISTRY/NAME:TAG' : `docker://${name}`;
}

function nameOnPage(host: string, path: string): string | undefined {
  switch (host) {
    case 'hub.docker.com':
      return /^(?:layers\/)?(?:_|r|repository\/docker)\/((?:library\/)?[^/]+(?:\/(?!tags|general)[^/]+)?)/.exec(
        path,
      )?.[1];
    case 'github.com':
      return nameOnGitHub(path)?.toLowerCase();
    case 'quay.io':
      return `${host}/${path.replace(/^repository\//, '')}`;
    default:
      return `${host}/${path.replace(/^v2\//, '')}`;
  }
}

/** `org/app/pkgs/container/app`, `orgs/org/packages/container/package/app` */
function nameOnGitHub(path: string): string | undefined {
  const [, owner, name] =
    /^(?:orgs\/|users\/)?([^/]+)\/(?:[^/]+\/pkgs|packages)\/container\/(?:package\/)?([^/]+)/.exec(path) ??
    [];
  return name === undefined ? undefined : `ghcr.io/${owner}/${name.replace(/%2F/gi, '/')}`;
}

function wrong(text: string, why: string, right: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `"${shown(text)}" ${why}.`,
    remedy: `Write ${shown(right)}.`,
  });
}

function unreadTransport(text: string, word: string, rest: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `"${shown(text)}" names an image by the transport ${word}:, which is not read.`,
    remedy: `Copy it to a directory: skopeo copy ${word}:${shown(rest)} dir:DIR.`,
  });
}

/** A reference for a message. The @ of the store before an image's name (`[overlay@/var/lib/x]app`) ends no login. */
function shown(reference: string): string {
  const [, store = '', name = reference] =
    /^((?:[A-Za-z_-]+:\/{0,2})?\[(?:\w+@)?\/[^\]]*\])(.*)$/s.exec(reference) ?? [];
  return printable(store + withoutLogin(name));
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The error of an engine that lacks an image or is not there, with what else its name may mean: a file of that name, an
 * image of podman, an image of a registry.
 */
export function explainMissing(error: unknown, name: string, env: Environment): unknown {
  if (!(error instanceof DeadweightError)) return error;
  const { code, message } = error;
  if (code !== 'image-not-found' && code !== 'engine-unreachable') return error;
  const remedy =
    remedyOfFile(name) ?? remedyOfWord(name) ?? (code === 'image-not-found' ? null : remedyOfPodman(env));
  return remedy === null ? error : new DeadweightError(code, { message, remedy, cause: error });
}

function remedyOfFile(name: string): string | null {
  if (!existsSync(name)) return null;
  return `Write ./${printable(name)} for the ${statSync(name).isDirectory() ? 'directory' : 'file'} of that name.`;
}

function remedyOfWord(name: string): string | null {
  // What begins with a digit is the version of an image.
  const [, word = '', rest = ''] = /^([a-z]+):(?!latest$)([a-z].*)$/.exec(name) ?? [];
  const prefix = WORDS_OR_IMAGES[word];
  if (prefix === undefined) return null;
  const image = printable(rest);
  if (prefix !== '') return `Write ${prefix}${image} if ${image} is the image that you mean.`;
  return `Write ${image} for an image of the engine, or docker://${image} for one of a registry.`;
}

/** Podman listens where Docker does when it is told to; nobody was told where. */
function remedyOfPodman(env: Environment): string | null {
  if (env['DOCKER_HOST'] || env['DOCKER_CONTEXT']) return null;
  const folders = [env['XDG_RUNTIME_DIR'], `/run/user/${process.getuid?.() ?? 0}`, '/run'];
  const socket = folders
    .filter(folder => folder !== undefined && folder !== '')
    .map(folder => `${folder}/podman/podman.sock`)
    .find(path => existsSync(path));
  if (socket === undefined) return null;
  return `Set DOCKER_HOST=unix://${socket} for podman, which listens there, or write containers-storage:NAME for an image of its store.`;
}
