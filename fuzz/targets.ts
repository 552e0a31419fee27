import type { Target } from './target.ts';
import { BUILD_TARGETS } from './targets/builds.ts';
import { CONTAINER_TARGETS } from './targets/containers.ts';
import { CREDENTIAL_TARGETS } from './targets/credentials.ts';
import { DOCKERFILE_TARGETS } from './targets/dockerfiles.ts';
import { STORE_TARGETS } from './targets/engine-stores.ts';
import { GIT_TARGETS } from './targets/git.ts';
import { HISTORY_TARGETS } from './targets/histories.ts';
import { IMAGE_TARGETS } from './targets/images.ts';
import { MACHINE_TARGETS } from './targets/machine.ts';
import { OPTION_TARGETS } from './targets/options.ts';
import { PACKAGE_TARGETS } from './targets/packages.ts';
import { REPORT_TARGETS } from './targets/reports.ts';
import { SERVER_TARGETS } from './targets/servers.ts';
import { TEXT_TARGETS } from './targets/texts.ts';

/** All of them, the weakest readers first. */
export const TARGETS: readonly Target[] = [
  ...IMAGE_TARGETS,
  ...DOCKERFILE_TARGETS,
  ...REPORT_TARGETS,
  ...HISTORY_TARGETS,
  ...CONTAINER_TARGETS,
  ...PACKAGE_TARGETS,
  ...BUILD_TARGETS,
  ...MACHINE_TARGETS,
  ...STORE_TARGETS,
  ...GIT_TARGETS,
  ...SERVER_TARGETS,
  ...OPTION_TARGETS,
  ...CREDENTIAL_TARGETS,
  ...TEXT_TARGETS,
];

/** @throws RangeError when there is none of this name */
export function findTarget(name: string): Target {
  const target = TARGETS.find(each => each.name === name);
  if (target === undefined) {
    throw new RangeError(
      `there is no target ${name}; there are ${TARGETS.map(each => each.name).join(', ')}`,
    );
  }
  return target;
}
