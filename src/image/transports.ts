import { isDigest } from '../base/digest.ts';
import { type DockerName, parseDockerName, withDefaultTag } from '../oci/docker-name.ts';
import type { Choice, Image, OpenOptions } from './image.ts';

/** What follows the prefix of a reference. */
export type ImageAddress =
  /** What an engine is asked for: a name, an image ID or a part of one. */
  | { readonly name: string }
  | { readonly name: DockerName }
  /** `PATH[:REF]`: only the file system tells where the path ends, see `splitLocation`. */
  | { readonly location: string }
  /** All of it is the path. */
  | { readonly path: string }
  /** What podman's store is asked for: a name or an ID, and before it which store. */
  | { readonly storedName: string }
  /** On standard input there is one archive. */
  | { readonly standardInput: true };

/** A way to name an image. What differs between media stands in the table below and nowhere else. */
interface Transport<Name extends string, Address extends ImageAddress> {
  /** As skopeo calls it. */
  readonly name: Name;
  /** What a reference begins with. */
  readonly prefix: string;
  /** What follows the prefix, as help writes it. */
  readonly form: string;
  /** What is opened, for help and documentation. Commands stand in backquotes. */
  readonly description: string;
  /** Whether a reference is one of these, where its beginning alone does not tell. */
  readonly matches?: (text: string) => boolean;
  /** Whether a name without a prefix is one of these. Exactly one transport has it. */
  readonly isDefault?: true;
  /** What it reads from the disk: an error suggests these for what looks like a path. */
  readonly reads?: 'file' | 'directory';
  /** Whether reading a layer again is another download. */
  readonly isRemote?: true;
  /** Whether images can be written there, too. */
  readonly isWritable?: true;
  /** Reads what follows the prefix, or says what is wrong with it. @throws DeadweightError `reference-invalid` */
  parse(rest: string): Address | { readonly problem: string };
}

const NO_PATH = { problem: 'it names no path' } as const;

/**
 * All ways to name an image, in the order of help. What opens them is in `open-image.ts`: the help needs none of it.
 * @see https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 */
export const TRANSPORTS = [
  transport({
    name: 'docker-daemon',
    isWritable: true,
    prefix: 'docker-daemon:',
    form: 'NAME[:TAG]',
    description: 'an image of the engine',
    isDefault: true,
    parse: parseEngineName,
  }),
  transport({
    name: 'docker-archive',
    isWritable: true,
    prefix: 'docker-archive:',
    form: 'PATH[:REF]',
    description: 'an archive that `docker save` wrote',
    reads: 'file',
    parse: parseLocation,
  }),
  transport({
    name: 'oci',
    isWritable: true,
    prefix: 'oci:',
    form: 'DIR[:REF]',
    description: 'an OCI layout',
    reads: 'directory',
    parse: parseLocation,
  }),
  transport({
    name: 'oci-archive',
    isWritable: true,
    prefix: 'oci-archive:',
    form: 'PATH[:REF]',
    description: 'an OCI layout in a tar',
    reads: 'file',
    parse: parseLocation,
  }),
  transport({
    name: 'dir',
    isWritable: true,
    prefix: 'dir:',
    form: 'PATH',
    description: 'a directory that `skopeo copy` wrote, with its blobs beside a manifest.json',
    reads: 'directory',
    parse: parsePath,
  }),
  transport({
    name: 'docker',
    isWritable: true,
    prefix: 'docker://',
    form: 'NAME[:TAG|@DIGEST]',
    description: 'an image of a registry; only layers not weighed yet are fetched',
    isRemote: true,
    parse: rest => ({ name: withDefaultTag(parseDockerName(rest, otherwise())) }),
  }),
  transport({
    name: 'containers-storage',
    prefix: 'containers-storage:',
    form: 'NAME[:TAG]',
    description: 'an image of podman or buildah, read where they keep it',
    parse: parseStoredName,
  }),
  transport({
    name: 'path',
    prefix: '',
    form: 'PATH[:REF]',
    description: 'an archive or a directory of these, told by what it holds (`./app`, `app.tar`)',
    matches: looksLikePath,
    parse: parseLocation,
  }),
  transport({
    name: 'standard-input',
    prefix: '-',
    form: '',
    description: 'an archive on standard input: `docker save app | deadweight inspect -`',
    matches: text => text === '-',
    parse: () => ({ standardInput: true }),
  }),
] as const;

/** Where images can be written to, as an output is written. */
export function targetForms(): readonly string[] {
  // A digest is of what is there already.
  const asTarget = (form: string) => form.replace('|@DIGEST', '');
  return TRANSPORTS.flatMap(({ prefix, form, isWritable }) => (isWritable ? [prefix + asTarget(form)] : []));
}

/** The transport that a reference names; undefined for a bare name. */
export function findTransport(text: string): (typeof TRANSPORTS)[number] | undefined {
  return TRANSPORTS.find(({ prefix, matches }) => matches?.(text) ?? text.startsWith(prefix));
}

/** A bare name that begins as paths do, or ends as files do. Whether it is there is not asked. */
function looksLikePath(text: string): boolean {
  const begins = /^(?:\.{0,2}[\\/]|\.{1,2}$|[A-Za-z]:[\\/])/;
  const ends = /[\\/]$|\.(?:tar(?:\.\w+)?|t[gx]z|tzst|tbz2?|json)(?::.*)?$/;
  return begins.test(text) || ends.test(text);
}

export type TransportName = (typeof TRANSPORTS)[number]['name'];

/** An address that knows how it is opened. */
type OpenableAddress = ImageAddress & {
  open(choice: Choice, options: OpenOptions): Promise<Image>;
};

/** How the images of a transport are opened. */
export type Opener<Address> = (address: Address, choice: Choice, options: OpenOptions) => Promise<Image>;

/** A row of the table, the type of its address hidden behind `read`. */
function transport<const Name extends string, Address extends ImageAddress>({
  parse,
  ...facts
}: Transport<Name, Address>) {
  const read = (
    rest: string,
    openers: Readonly<Record<Name, Opener<Address>>>,
  ): OpenableAddress | { readonly problem: string } => {
    const address = parse(rest);
    if ('problem' in address) return address;
    return { ...address, open: (choice, options) => openers[facts.name](address, choice, options) };
  };
  return { ...facts, read };
}

function parseEngineName(name: string): { readonly name: string } | { readonly problem: string } {
  if (name === '') return { problem: 'it is empty' };
  if (!isDigest(name)) parseDockerName(name, otherwise());
  return { name };
}

/** What a remedy says beside how a name is written. */
function otherwise(): string {
  return `, or name an archive: ${pathForms('PATH').join(', ')}`;
}

/** Every way to write an image, with what is opened: a bare name first. Commands stand in backquotes. */
export function imageForms(): readonly { readonly form: string; readonly description: string }[] {
  return TRANSPORTS.map(({ prefix, form, description, isDefault }) =>
    isDefault
      ? { form, description: `${description} (also \`${prefix}${form}\`)` }
      : { form: prefix + form, description },
  );
}

/** How the transports that read from the disk are written. @param file stands for the path of a file */
function pathForms(file: string): readonly string[] {
  return TRANSPORTS.flatMap(({ prefix, reads }) => {
    if (reads === undefined) return [];
    return [prefix + (reads === 'file' ? file : 'DIR')];
  });
}

function parseLocation(location: string): { readonly location: string } | { readonly problem: string } {
  return location === '' || location.startsWith(':') ? NO_PATH : { location };
}

function parseStoredName(name: string): { readonly storedName: string } | { readonly problem: string } {
  return name === '' ? { problem: 'it names no image' } : { storedName: name };
}

function parsePath(path: string): { readonly path: string } | { readonly problem: string } {
  return path === '' ? NO_PATH : { path };
}

/** A path, and what follows it: a tag, a name, a digest, or `@N` for the N-th image; null when there is nothing. */
interface Location {
  readonly path: string;
  readonly ref: string | null;
}

/**
 * Splits `PATH[:REF]`. Paths may hold colons (a Windows drive, a date), and so may references: the longest
 * path that exists wins. When none does, the path ends at the first colon after a drive letter, as skopeo has it.
 */
export function splitLocation(location: string, exists: (path: string) => boolean): Location {
  for (let end = location.length; end > 0; end = location.lastIndexOf(':', end - 1)) {
    const path = location.slice(0, end);
    if (exists(path)) return { path, ref: location.slice(end + 1) || null };
  }
  const drive = /^[A-Za-z]:[\\/]/.test(location) ? 2 : 0;
  const colon = location.indexOf(':', drive);
  if (colon < 0) return { path: location, ref: null };
  return { path: location.slice(0, colon), ref: location.slice(colon + 1) || null };
}
