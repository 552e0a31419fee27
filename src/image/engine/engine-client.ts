import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import type { Platform } from '../../base/platform.ts';
import { parseJson } from '../../oci/parse-json.ts';
import { readBody, streamBody } from '../chunk-pipe.ts';
import type { StreamedBody } from '../streamed-body.ts';
import type { EngineConnection } from './engine-connection.ts';
import {
  engineBrokeOff,
  engineLacksImage,
  engineName,
  engineRefused,
  engineTookNone,
  engineUnpacksNone,
  engineUnreachable,
} from './engine-errors.ts';
import {
  type EngineInfo,
  type HistoryItem,
  historySchema,
  type InspectedImage,
  infoSchema,
  inspectSchema,
} from './engine-wire.ts';
import { findToldFailure, findUnpackFailure, type ToldFailure } from './told-failure.ts';

/** Minor version of the newest API 1.x that this client was written for. */
const NEWEST_MINOR = 51;
/** From here on images of several platforms can be told apart and asked for one by one. */
const PLATFORMS_SINCE = 48;

/** What an engine was asked once, and says of itself as long as it runs. */
interface KnownEngine {
  readonly minor: number;
  readonly checksLayers: boolean;
  info: EngineInfo | null;
}

/** By run, endpoint and wanted version: a build and its image ask the same. */
const known = new WeakMap<object, Map<string, KnownEngine>>();

/** The few requests that reading an image takes. https://docs.docker.com/reference/api/engine/ */
export class EngineClient {
  readonly #connection: EngineConnection;
  readonly #engine: KnownEngine;

  private constructor(connection: EngineConnection, engine: KnownEngine) {
    this.#connection = connection;
    this.#engine = engine;
  }

  /**
   * As `connect`, and remembers for a run what the engine is.
   * @param run whatever lives as long as the run
   * @throws DeadweightError as `connect`
   */
  static async connectOnce(
    connection: EngineConnection,
    wantedVersion: string | undefined,
    run: object,
  ): Promise<EngineClient> {
    const engines = known.get(run) ?? new Map<string, KnownEngine>();
    known.set(run, engines);
    const name = JSON.stringify([connection.endpoint, wantedVersion]);
    const engine = engines.get(name);
    if (engine !== undefined) return new EngineClient(connection, engine);
    const client = await EngineClient.connect(connection, wantedVersion);
    engines.set(name, client.#engine);
    return client;
  }

  /**
   * Agrees on a version of the API: DOCKER_API_VERSION, else the newest that both sides know.
   * @throws DeadweightError `engine-unreachable`, `permission-denied`.
   */
  static async connect(connection: EngineConnection, wantedVersion?: string): Promise<EngineClient> {
    const answer = await connection.get('/_ping');
    const offered = /^1\.(\d{1,3})$/.exec(String(answer.headers['api-version'] ?? ''))?.[1];
    answer.destroy();
    if (answer.statusCode !== 200 || offered === undefined) {
      throw engineRefused(connection.endpoint, answer.statusCode ?? 0, 'it is not a Docker engine');
    }
    const wanted = /^1\.(\d{1,3})$/.exec(wantedVersion ?? '')?.[1];
    return new EngineClient(connection, {
      minor: Math.min(NEWEST_MINOR, Number(offered), Number(wanted ?? NEWEST_MINOR)),
      checksLayers: /^Docker\/\d/.test(String(answer.headers['server'])),
      info: null,
    });
  }

  /**
   * Whether a graph driver's layers are compared with their diffIDs before they are sent (moby, layer/ro_layer.go,
   * TarStream). Other engines speak this API, too, and of those it is not known.
   */
  get checksLayers(): boolean {
    return this.#engine.checksLayers;
  }

  /** `the Docker engine at unix:///… (the default)`. */
  get name(): string {
    return engineName(this.#connection.endpoint);
  }

  get knowsPlatforms(): boolean {
    return this.#engine.minor >= PLATFORMS_SINCE;
  }

  /** @throws DeadweightError `image-not-found`. */
  async inspect(name: string): Promise<InspectedImage> {
    const query = this.knowsPlatforms ? '?manifests=1' : '';
    return await this.#json(`/images/${name}/json${query}`, inspectSchema(), name);
  }

  /** Newest first. @throws DeadweightError `image-not-found`. */
  async history(name: string): Promise<readonly HistoryItem[]> {
    return await this.#json(`/images/${name}/history`, historySchema(), name);
  }

  /** What it says of itself. */
  async info(): Promise<EngineInfo> {
    this.#engine.info ??= await this.#json('/info', infoSchema(), '');
    return this.#engine.info;
  }

  /** Whether it listens on a socket of this machine. */
  get isLocal(): boolean {
    return this.#connection.endpoint.kind === 'socket';
  }

  /**
   * The archive that `docker save` writes, streamed; every iteration is a request.
   * @param platform for images of several; needs `knowsPlatforms`
   */
  async *save(name: string, platform: Platform | null): AsyncIterable<Uint8Array> {
    const query = platform === null ? '' : `?platform=${encodeURIComponent(JSON.stringify(platform))}`;
    const { endpoint, limits } = this.#connection;
    const answer = await this.#get(`/images/${name}/get${query}`, name, limits.image);
    let bytes = 0;
    let last: { readonly chunk: Uint8Array; readonly failure: ToldFailure } | null = null;
    try {
      for await (const chunk of streamBody(answer, limits.idle)) {
        // It was in the middle of a file.
        if (last !== null) yield last.chunk;
        const failure = findToldFailure(chunk);
        last = failure && { chunk, failure };
        if (failure === null) yield chunk;
        bytes += chunk.length;
      }
      if (last !== null) {
        const { chunk, failure } = last;
        throw engineBrokeOff(endpoint, bytes - chunk.length + failure.at, failure.reason);
      }
    } catch (cause) {
      throw cause instanceof DeadweightError ? cause : engineBrokeOff(endpoint, bytes, cause);
    } finally {
      answer.destroy();
    }
  }

  /**
   * Loads the image of an archive, as `docker load` does.
   * @throws DeadweightError `engine-unreachable`, `output-unwritable`; and what reading the archive throws
   */
  async load(archive: StreamedBody): Promise<void> {
    const { endpoint } = this.#connection;
    const answer = await this.#connection.postTar(`/v1.${this.#engine.minor}/images/load?quiet=1`, archive);
    const body = await this.#whole(answer);
    if (answer.statusCode !== 200) throw engineTookNone(endpoint, parseMessage(body));
    // It has said that all is well before it began to read.
    const failure = findToldFailure(body);
    if (failure !== null) throw engineTookNone(endpoint, failure.reason);
    const unusable = findUnpackFailure(body);
    if (unusable !== null) throw engineUnpacksNone(endpoint, unusable);
  }

  close(): void {
    this.#connection.close();
  }

  async #json<T>(path: string, schema: z.ZodType<T>, image: string): Promise<T> {
    const answer = await this.#get(path, image);
    return parseJson(await this.#whole(answer), schema, `The answer of ${this.name} to ${path}`);
  }

  /** @throws DeadweightError `engine-unreachable` when it stops in the middle. */
  async #whole(answer: IncomingMessage): Promise<Uint8Array> {
    const { endpoint, limits } = this.#connection;
    try {
      return await readBody(answer, streamBody(answer, limits.idle));
    } catch (cause) {
      throw engineUnreachable(endpoint, cause);
    }
  }

  async #get(path: string, image: string, longest?: number): Promise<IncomingMessage> {
    const answer = await this.#connection.get(`/v1.${this.#engine.minor}${path}`, longest);
    if (answer.statusCode === 200) return answer;
    const reason = parseMessage(await this.#whole(answer));
    if (answer.statusCode !== 404 || image === '') {
      throw engineRefused(this.#connection.endpoint, answer.statusCode ?? 0, reason);
    }
    throw engineLacksImage(this.#connection.endpoint, image, reason);
  }
}

/** What the engine says of an error: `{"message": …}`. */
function parseMessage(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  try {
    const parsed = z.object({ message: z.string() }).safeParse(parseBoundedJson(text));
    return parsed.success ? parsed.data.message : text;
  } catch {
    return text;
  }
}
