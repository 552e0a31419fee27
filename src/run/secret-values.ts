import { looksMade, namesCredential } from '../base/credential-name.ts';
import { credentialsIn, withoutCredentials } from '../base/credentials.ts';
import type { Log } from '../base/effects.ts';
import { DeadweightError } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { findTextCredentials, maskTextCredentials } from '../base/text-credentials.ts';
import { valuesOfBuildArgs } from '../build/build-argument.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { readSecretSpec } from '../build/flag-fields.ts';
import { redactSentence } from '../build/step-name.ts';
import type { Snapshot } from '../compare/snapshot.ts';

/** Shorter values are not told from ordinary text. */
const MIN_SECRET = 4;
/** Of what only looks like a secret, and of what is taken out of whole reports. */
const MIN_CREDENTIAL = 8;
/** Bytes of a file that holds a secret. */
const MAX_SECRET = 64 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a run knows and nobody may read: the values of secrets, each of their lines, those of build arguments, tokens, and
 * what logs in to addresses. All that is printed, sent or kept passes through one: programs and servers repeat what they
 * were given, and nothing but the log of a runner hides what the runner knows.
 */
export class SecretMask {
  #secrets: readonly RegExp[];
  #longSecrets: readonly RegExp[];
  readonly #buildArgs: ReadonlyMap<string, string>;
  /** Of Dockerfiles, which are built several times. */
  readonly #learned = new Set<string>();

  /** @param secrets in any order, with repetitions */
  constructor(secrets: readonly string[], buildArgs: ReadonlyMap<string, string> = new Map()) {
    const lines = secrets.flatMap(value => [value, ...value.split('\n')]).map(value => value.trim());
    this.#secrets = anyOf(lines.filter(value => value.length >= MIN_SECRET));
    this.#longSecrets = anyOf(lines.filter(value => value.length >= MIN_CREDENTIAL));
    this.#buildArgs = buildArgs;
  }

  /**
   * Takes up the credentials that stand in a Dockerfile, too. Where builders and programs repeat one, it stands without what
   * tells it there: BuildKit puts the default of an ARG in its place, and shells say what they run.
   */
  learn(dockerfile: string): void {
    const values = findTextCredentials(dockerfile)
      .map(({ start, end }) => dockerfile.slice(start, end))
      .filter(value => value.length >= MIN_CREDENTIAL && looksMade(value) && !this.#learned.has(value));
    if (values.length === 0) return;
    for (const value of values) this.#learned.add(value);
    const found = anyOf(values);
    this.#secrets = [...this.#secrets, ...found];
    this.#longSecrets = [...this.#longSecrets, ...found];
  }

  /** A line of a log, without secrets and what looks like one. */
  line(text: string): string {
    const shown = withoutCredentials(text);
    return this.#without(this.#secrets, shown);
  }

  /** A sentence or an excerpt that says what failed; values of build arguments become `$NAME`. */
  failure(text: string): string {
    return redactSentence(this.line(text), this.#buildArgs);
  }

  /** An error as it may be told, of the same code. */
  error(error: unknown): unknown {
    if (error instanceof DeadweightError) {
      const { code, message, remedy, excerpt, location, cause } = error;
      return new DeadweightError(code, {
        message: this.failure(message),
        remedy: this.failure(remedy),
        excerpt: excerpt.map(line => this.failure(line)),
        ...(cause === undefined ? {} : { cause: this.error(cause) }),
        ...(location === null ? {} : { location }),
      });
    }
    if (!(error instanceof Error)) return error;
    // In place: what it is, and its code, say how the run ends.
    error.message = this.failure(error.message);
    if (error.stack !== undefined) error.stack = this.failure(error.stack);
    if (error.cause !== undefined) error.cause = this.error(error.cause);
    return error;
  }

  /** A report, with all of its texts. Names of files in it may be of any length: short secrets stay. */
  report<T>(report: T): T {
    const secrets = this.#longSecrets;
    return mapTexts(report, text => this.#without(secrets, maskTextCredentials(text)));
  }

  /** Whether a text of a report has a secret of the run, as `report` would hide it. */
  isIn(report: unknown): boolean {
    const secrets = this.#longSecrets;
    if (secrets.length === 0) return false;
    if (typeof report === 'string') return secrets.some(some => report.search(some) >= 0);
    return (
      typeof report === 'object' && report !== null && Object.values(report).some(each => this.isIn(each))
    );
  }

  /** A snapshot, with what it has of the Dockerfile and of the history; the names of its files stay. */
  snapshot(snapshot: Snapshot): Snapshot {
    const { sources, layers } = snapshot;
    return {
      ...snapshot,
      sources: this.report(sources),
      layers: layers.map(layer => ({
        ...layer,
        createdBy: this.report(layer.createdBy),
        instruction: this.report(layer.instruction),
        ...(layer.steps === undefined
          ? {}
          : { steps: { ...layer.steps, made: this.report(layer.steps.made) } }),
      })),
    };
  }

  #without(secrets: readonly RegExp[], text: string): string {
    return secrets.reduce((rest, some) => rest.replace(some, found => this.#nameOf(found)), text);
  }

  #nameOf(secret: string): string {
    const name = [...this.#buildArgs].find(([, value]) => value === secret)?.[0];
    return name === undefined ? '***' : `$${name}`;
  }

  log(log: Log): Log {
    return {
      debug: message => log.debug(this.line(message)),
      info: message => log.info(this.line(message)),
      warn: message => log.warn(this.line(message)),
      error: message => log.error(this.line(message)),
      group: (title, body) => log.group(this.line(title), body),
    };
  }
}

/** The values that a workflow or a command line names as secrets, without those that the environment alone has. */
export function namedSecrets(inputs: BuildInputs, env: Env): readonly string[] {
  const texts = Object.values(inputs).flatMap((value: unknown) => (Array.isArray(value) ? value : [value]));
  return [
    ...inputs.secrets.filter(entry => !isComment(entry)).map(afterEquals),
    ...inputs['secret-envs'].map(entry => env[afterEquals(entry)] ?? ''),
    ...inputs['secret-files'].map(entry => readSecret(afterEquals(entry))),
    ...inputs['secret-specs'].map(spec => secretOfSpec(spec, env)),
    ...[...valuesOfBuildArgs(inputs['build-args'], env)].flatMap(([name, value]) =>
      namesCredential(name) ? [value] : [],
    ),
    ...texts.flatMap(text => (typeof text === 'string' ? credentialsIn(text) : [])),
  ].filter(value => value.trim().length >= MIN_SECRET);
}

/**
 * @param inputs of the build; null where nothing is built
 * @param texts that were given beside them, which may be addresses with a login
 * @param tokens that were given beside them
 */
export function secretMask(
  inputs: BuildInputs | null,
  env: Env,
  texts: readonly string[] = [],
  tokens: readonly string[] = [],
): SecretMask {
  const secrets = [
    ...tokens,
    ...(inputs === null ? [] : namedSecrets(inputs, env)),
    ...texts.flatMap(credentialsIn),
    ...environmentSecrets(env),
  ];
  return new SecretMask(secrets, inputs === null ? new Map() : valuesOfBuildArgs(inputs['build-args'], env));
}

/** Of variables whose names say so, and of addresses in any; a plain word, such as a password of tests, is in any text. */
function environmentSecrets(env: Env): readonly string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const logins = credentialsIn(value);
    const isSecret = namesCredential(name) && value.length >= MIN_CREDENTIAL && !/^[a-z]+$|^\//i.test(value);
    const own = isSecret && !name.startsWith('INPUT_') ? [value] : [];
    return [...own, ...logins, ...(name === 'DOCKER_AUTH_CONFIG' ? storedLogins(value) : [])];
  });
}

/** `"auth": "BASE64"` and the password in it. */
function storedLogins(text: string): readonly string[] {
  return [...text.matchAll(/"(?:auth|identitytoken|registrytoken|password)"\s*:\s*"([^"]+)"/g)].flatMap(
    ([, value = '']) => [
      value,
      Buffer.from(value, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, ''),
    ],
  );
}

/** Without a variable and a path, buildx takes the variable or else the file that is named as the secret. */
function secretOfSpec(spec: string, env: Env): string {
  const { id, variable, path } = readSecretSpec(spec);
  if (variable !== '') return env[variable] ?? '';
  if (path !== '') return readSecret(path);
  return env[id] ?? readSecret(id);
}

/** A line of a list that is no `id=value` and no part of a value: a build leaves it out. */
function isComment(entry: string): boolean {
  return !entry.includes('=') && entry.trimStart().startsWith('#');
}

function afterEquals(entry: string): string {
  return entry.slice(entry.indexOf('=') + 1);
}

/** Empty where it cannot be read: then no build had it. */
function readSecret(path: string): string {
  try {
    return readInputFile(path, { maxBytes: MAX_SECRET }).toString('utf8');
  } catch {
    return '';
  }
}

/** Of one expression, if it is no single long text: V8 refuses those of some hundred thousand. Characters. */
const MAX_EXPRESSION = 20_000;

/** Any of the values, as it is and as documents, addresses and headers have it; the longest first: one may be a part of another. */
function anyOf(values: readonly string[]): readonly RegExp[] {
  const forms = [...new Set(values.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  const batches: string[][] = [];
  let left = 0;
  for (const form of forms) {
    if (form.length > left) {
      batches.push([]);
      left = MAX_EXPRESSION;
    }
    batches.at(-1)?.push(form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    left -= form.length;
  }
  return batches.map(batch => new RegExp(batch.join('|'), 'g'));
}

function formsOf(value: string): readonly string[] {
  const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
  return value.length < MIN_CREDENTIAL ? forms : [...forms, ...base64Forms(value)];
}

/** Base64 has three forms of a text, by what stands before it: its outermost characters belong to its neighbours, too. */
function base64Forms(value: string): readonly string[] {
  return [0, 1, 2].map(before => {
    const text = Buffer.from(`${' '.repeat(before)}${value}`);
    const inner = text.subarray(0, text.length - (text.length % 3)).toString('base64');
    return before === 0 ? inner : inner.slice(4);
  });
}

/** The same value with each of its texts changed; keys stay. */
function mapTexts<T>(value: T, change: (text: string) => string): T;
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each: unknown) => mapTexts(each, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]));
}
