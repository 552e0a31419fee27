import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { shellWords, unquote } from './shell-word.ts';

/** ARGs before the first FROM with their values: what the build was given, else the default. */
export function globalArguments(
  instructions: readonly DockerfileInstruction[],
  buildArguments: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const instruction of instructions) {
    if (instruction.stage !== null || instruction.keyword !== 'ARG') continue;
    for (const word of shellWords(instruction.body, '\\')) {
      const [name = '', ...rest] = word.split('=');
      const written = rest.length > 0 ? expandVariables(unquote(rest.join('='), '\\'), values) : undefined;
      const value = buildArguments.get(name) ?? written;
      if (value !== undefined) values.set(name, value);
    }
  }
  return values;
}

const VARIABLE = /\$(?:\{([A-Za-z_]\w*)(?:(:?[-+])([^{}]*))?\}|([A-Za-z_]\w*))/g;

/** Expands `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:+other}` and `${X+other}`; what is unset becomes empty. */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(VARIABLE, (_all, braced?: string, operator?: string, word?: string, bare?: string) => {
    const value = values.get(braced ?? bare ?? '');
    const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
    if (operator?.endsWith('-')) return isSet ? (value ?? '') : (word ?? '');
    if (operator?.endsWith('+')) return isSet ? (word ?? '') : '';
    return value ?? '';
  });
}
