import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import { DeadweightError, systemErrorCode, systemReason } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { userConfigFolder } from '../engine/docker-config.ts';

export interface CertificateEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Where `etc` is; `/` when absent. */
  readonly root?: string;
}

/** Bytes of a file; a bundle of all public authorities has 250,000. */
const MAX_FILE = 4 * 1024 * 1024;
/** Files of a folder that are read. */
const MAX_FILES = 1000;

/**
 * Whom a connection with TLS trusts, and as whom it comes: what Node trusts (with NODE_EXTRA_CA_CERTS), the authorities
 * of SSL_CERT_FILE and SSL_CERT_DIR, and what docker and podman have for the host.
 * https://docs.docker.com/engine/security/certificates/
 */
export class TrustedCertificates {
  readonly #environment: CertificateEnvironment;
  readonly #names: ReadonlyMap<string, string>;
  readonly #contexts = new Map<string, SecureContext | undefined>();
  #trustsSystem = false;

  /** @param names what users call hosts, by the host: folders are named so, too (`docker.io`, `registry.example:443`) */
  constructor(environment: CertificateEnvironment, names: ReadonlyMap<string, string> = new Map()) {
    this.#environment = environment;
    this.#names = names;
  }

  /**
   * @param host with its port, where it is not 443
   * @returns undefined for what Node has anyway
   * @throws DeadweightError `permission-denied`, `config-invalid`
   */
  contextFor(host: string): SecureContext | undefined {
    const known = this.#contexts.get(host);
    if (known !== undefined || this.#contexts.has(host)) return known;
    const context = this.#makeContext(host);
    this.#contexts.set(host, context);
    return context;
  }

  get trustsSystem(): boolean {
    return this.#trustsSystem;
  }

  /**
   * Trusts what this machine trusts, too: other tools do. Read only when somebody is not trusted otherwise, as it takes a
   * tenth of a second.
   * @returns whether there is anything to trust
   */
  trustSystem(): boolean {
    if (systemCertificates().length === 0) return false;
    if (!this.#trustsSystem) this.#contexts.clear();
    this.#trustsSystem = true;
    return true;
  }

  #makeContext(host: string): SecureContext | undefined {
    const own =
      readHostFolder(this.#names.get(host) ?? host, this.#environment) ??
      readHostFolder(host, this.#environment);
    const authorities = [...namedAuthorities(this.#environment.env), ...(own?.ca ?? [])];
    if (this.#trustsSystem) authorities.push(...systemCertificates());
    if (authorities.length === 0 && own?.pair == null) return undefined;
    const tls = process.getBuiltinModule('node:tls');
    const ca = [...tls.getCACertificates('default'), ...authorities];
    try {
      return tls.createSecureContext({ ca, ...own?.pair });
    } catch (cause) {
      throw invalidCertificates(own?.folder ?? 'SSL_CERT_FILE', cause);
    }
  }
}

function systemCertificates(): readonly string[] {
  return process.getBuiltinModule('node:tls').getCACertificates('system');
}

/** What OpenSSL and Go read; a file or folder that is not there is nothing. */
function namedAuthorities(env: CertificateEnvironment['env']): readonly string[] {
  const files = env['SSL_CERT_FILE'] ? [env['SSL_CERT_FILE']] : [];
  const folders = (env['SSL_CERT_DIR'] ?? '').split(':').filter(Boolean);
  const all = [...files, ...folders.flatMap(folder => listFiles(folder).map(name => join(folder, name)))];
  return all.flatMap(path => readCertificates(path) ?? []);
}

interface HostFolder {
  readonly folder: string;
  readonly ca: readonly string[];
  readonly pair: { readonly cert: string; readonly key: string } | null;
}

/** The first of the folders that has one for the host: `*.crt` are authorities, `*.cert` and `*.key` belong together. */
function readHostFolder(
  host: string,
  { env, homeDir, root = '/' }: CertificateEnvironment,
): HostFolder | null {
  if (!/^[\w[]/.test(host)) return null;
  const config = userConfigFolder({ env, homeDir });
  const parents = [
    ...[join(config, 'containers'), join(root, 'etc/containers')],
    ...[join(root, 'etc/docker'), join(config, 'docker')],
  ];
  for (const folder of parents.map(parent => join(parent, 'certs.d', host))) {
    const names = listFiles(folder);
    if (names.length === 0) continue;
    const ca = names
      .filter(name => name.endsWith('.crt'))
      .flatMap(name => readCertificates(join(folder, name)) ?? []);
    return { folder, ca, pair: readPair(folder, names) };
  }
  return null;
}

function readPair(folder: string, names: readonly string[]): HostFolder['pair'] {
  const cert = names.find(name => name.endsWith('.cert'));
  if (cert === undefined) return null;
  const key = cert.replace(/cert$/, 'key');
  const [certText, keyText] = [readFile(join(folder, cert)), readFile(join(folder, key))];
  if (certText === null || keyText === null) {
    throw new DeadweightError('config-invalid', {
      message: `${join(folder, cert)} has no key: there is no ${key} beside it.`,
      remedy: 'Add the key, or delete the certificate.',
    });
  }
  return { cert: certText, key: keyText };
}

/** Each certificate of a file that is PEM; null where there is no such file. */
function readCertificates(path: string): readonly string[] | null {
  return (
    readFile(path)?.match(
      /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g,
    ) ?? null
  );
}

function readFile(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_FILE }).toString('latin1');
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new DeadweightError('permission-denied', {
      message: `The certificate ${path} cannot be read: ${systemReason(cause)}.`,
      remedy: 'Make it readable, or delete it.',
      cause,
    });
  }
}

function listFiles(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(entry => !entry.isDirectory());
    return entries
      .map(entry => entry.name)
      .toSorted()
      .slice(0, MAX_FILES);
  } catch {
    return [];
  }
}

function invalidCertificates(place: string, cause: unknown): DeadweightError {
  return new DeadweightError('config-invalid', {
    message: `The certificates of ${place} cannot be used.`,
    remedy: 'Check that they are PEM, and that the key belongs to the certificate.',
    cause,
  });
}
