import type { AttestationDefaults } from '../build/attestation.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import { withGitToken } from '../build/git-token.ts';
import { type GitHubEvent, repositoryUrlOf } from '../github/event.ts';
import { readSwitch } from './build-switch.ts';
import type { ActionInputs } from './inputs.ts';

/** What a step builds, and what it says of itself in the image. */
export interface StepBuild {
  readonly build: BuildInputs;
  readonly attestation: AttestationDefaults;
}

/**
 * The build of a step as docker/build-push-action makes it of inputs, event and environment.
 * @throws DeadweightError `usage` for a variable that is invalid
 */
export function stepBuild(
  { build, options, isDefaultContext }: ActionInputs,
  event: GitHubEvent,
  env: Readonly<Record<string, string | undefined>>,
): StepBuild {
  const repository = repositoryUrlOf(event);
  const { id, attempt } = event.run;
  return {
    build: withGitToken(build, { token: options['github-token'], repository, isDefaultContext }),
    attestation: {
      // With its attempt always, which the address of a first one need not have.
      builderId: `${repository}/actions/runs/${id}/attempts/${attempt}`,
      byDefault: !readSwitch(env, 'BUILDX_NO_DEFAULT_ATTESTATIONS', false),
      privateRepository: event.privateRepository,
    },
  };
}
