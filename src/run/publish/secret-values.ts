import { readInputFile } from '../../base/input-file.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { redactBuildArgs } from '../../build/step-name.ts';

/** Shorter values are not told from ordinary text. */
const MIN_SECRET = 4;
/** Bytes of a file that holds a secret. */
const MAX_SECRET = 64 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Takes out of a text what a build was given and nobody may read in a report: the values of secrets, each of their
 * lines, and those of build arguments, which become `$NAME`. A failed step may have printed them, and nothing but the
 * runner's log masks what the runner knows.
 * @param tokens of the run itself
 */
export function secretMask(
  inputs: BuildInputs,
  env: Env,
  tokens: readonly string[],
): (text: string) => string {
  const values = [
    ...tokens,
    ...inputs.secrets.map(textOf),
    ...inputs['secret-envs'].map(entry => env[textOf(entry)] ?? ''),
    ...inputs['secret-files'].map(entry => readSecret(textOf(entry))),
  ];
  const lines = new Set(values.flatMap(value => [value, ...value.split('\n')]).map(value => value.trim()));
  // The longest first: one may be a part of another.
  const secrets = [...lines]
    .filter(value => value.length >= MIN_SECRET)
    .toSorted((a, b) => b.length - a.length);
  const buildArgs = new Map(
    inputs['build-args'].map(entry => {
      const [name = ''] = entry.split('=');
      return [name, entry.includes('=') ? textOf(entry) : (env[entry] ?? '')];
    }),
  );
  return text =>
    redactBuildArgs(
      secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
      buildArgs,
    );
}

function textOf(entry: string): string {
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
