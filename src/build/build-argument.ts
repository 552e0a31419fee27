import { namesCredential } from '../base/credential-name.ts';

/** How docker is given the build arguments of a call. */
interface PlannedArguments {
  /** In the order of the inputs: `NAME=value`, or `NAME` of what docker takes from its environment. */
  readonly texts: readonly string[];
  /** Added to the environment of docker. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Variables that docker, its plugins, its credential helpers or what they are written in read themselves. One that is set
 * for a build argument alone would change what they do.
 */
const READ_BY_DOCKER =
  /^(?:ACTIONS|AWS|AZURE|BUILDKIT|BUILDX|CLOUDSDK|COSIGN|DOCKER|ECR|GIT|GOOGLE|KUBERNETES|OTEL|SSH)_/i;

/**
 * Values of build arguments whose names say that they are credentials go by docker's environment, which its owner alone
 * can read: any user of the machine can read a command line. Buildx makes the same build of both. A value stays on the
 * command line where the environment has another one under its name, or where docker itself reads that name.
 * @param buildArgs `NAME=value`, or `NAME`
 * @param env of docker
 */
export function planBuildArgs(
  buildArgs: readonly string[],
  env: Readonly<Record<string, string>>,
): PlannedArguments {
  // Of a name that is given twice, the last value counts, as Buildx has it.
  const last = new Map(buildArgs.filter(arg => arg.includes('=')).map(splitPair));
  const hidden = new Map(
    [...last].filter(
      ([name, value]) =>
        value !== '' &&
        namesCredential(name) &&
        !READ_BY_DOCKER.test(name) &&
        (env[name] === undefined || env[name] === value),
    ),
  );
  const texts = buildArgs.map(arg => {
    const [name] = splitPair(arg);
    return hidden.has(name) ? name : arg;
  });
  return { texts, env: Object.fromEntries(hidden) };
}

/**
 * Values by name, of those, too, whose values docker takes from its environment.
 * @param buildArgs `NAME=value`, or `NAME`
 * @param env of docker
 */
export function valuesOfBuildArgs(
  buildArgs: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  return new Map(buildArgs.map(arg => (arg.includes('=') ? splitPair(arg) : [arg, env[arg] ?? ''])));
}

/** `NAME=value`; the value of a name alone is empty. */
export function splitPair(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
