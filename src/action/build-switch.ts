import { invalidOption } from '../base/option.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A variable of the environment that switches a part of docker/build-push-action on or off. Words as Go reads them.
 * @param otherwise where it is not set, or empty
 * @throws DeadweightError `usage`
 * @see https://docs.docker.com/build/ci/github-actions/
 */
export function readSwitch(env: Env, name: string, otherwise: boolean): boolean {
  const value = env[name];
  if (!value) return otherwise;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  throw invalidOption(`The variable ${name}`, value, 'true or false');
}
