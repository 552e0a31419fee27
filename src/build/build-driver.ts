/** The builder that a build will run on, as far as planning needs to know it. */
export interface BuildDriver {
  /** Name of the builder as it is given to `--builder`; empty for the current one. */
  readonly builder: string;
  /** `docker`, `docker-container`, `kubernetes`, `remote`, `cloud`. */
  readonly driver: string;
  /** Where the docker driver keeps images; null for other drivers, which keep none. */
  readonly store: 'graph-driver' | 'containerd' | null;
  /** `0.29.1`; null when it does not tell. */
  readonly buildxVersion: string | null;
  readonly buildkitVersion: string | null;
  /** The platforms that the builder says it can run. */
  readonly platforms: readonly string[];
}

/** Whether the builder exports nothing but an image into the engine's own store: no OCI layouts, no attestations. */
export function isGraphDriver(driver: BuildDriver): boolean {
  return driver.driver === 'docker' && driver.store === 'graph-driver';
}

/** Whether `a` (`0.29.1`) is at least the version `major.minor`. An unknown version is taken for a new one. */
export function isAtLeast(version: string | null, major: number, minor: number): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (!match) return true;
  const [here, there] = [Number(match[1]), Number(match[2])];
  return here > major || (here === major && there >= minor);
}
