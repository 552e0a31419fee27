import type { Exec } from '../../base/exec.ts';
import type { Log } from '../../base/log.ts';
import type { Platform } from '../../base/platform.ts';

/** What opening an image needs from outside. */
export interface OpenOptions {
  /** The platform that was asked for; absent: the host's, or the only one there is. */
  readonly platform?: Platform;
  readonly hostPlatform: Platform;
  /** The environment, for what tools of the field read there: DOCKER_HOST, DOCKER_CONFIG, … */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly log: Log;
  readonly exec: Exec;
}

/** What choosing one image among several needs. */
export interface Choice {
  /** As the user wrote it, for messages and the image's own reference. */
  readonly reference: string;
  /** REF of the reference; null: there must be one image only. */
  readonly ref: string | null;
  readonly platform?: Platform;
  readonly hostPlatform: Platform;
}
