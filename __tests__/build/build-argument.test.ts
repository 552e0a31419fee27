import { describe, expect, it } from 'vitest';
import { planBuildArgs, valuesOfBuildArgs } from '../../src/build/build-argument.ts';

type Env = Readonly<Record<string, string>>;

/** Build arguments as Buildx reads them: the last counts, and a name alone is taken from the environment where it is set. */
function readAsBuildx(texts: readonly string[], env: Env): Env {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const [name = ''] = text.split('=', 1);
    if (text.includes('=')) values[name] = text.slice(name.length + 1);
    else if (env[name] !== undefined) values[name] = env[name];
  }
  return values;
}

describe('a build argument whose name says that it is a credential', () => {
  it.each<readonly [given: readonly string[], env: Env, texts: readonly string[], added: Env]>([
    [['NPM_TOKEN=a b=c', 'A=1'], {}, ['NPM_TOKEN', 'A=1'], { NPM_TOKEN: 'a b=c' }],
    [['MY_PASSWORD=line1\nline2'], {}, ['MY_PASSWORD'], { MY_PASSWORD: 'line1\nline2' }],
    [['NPM_TOKEN=x'], { NPM_TOKEN: 'x' }, ['NPM_TOKEN'], { NPM_TOKEN: 'x' }],
    [['NPM_TOKEN=x', 'NPM_TOKEN=y'], {}, ['NPM_TOKEN', 'NPM_TOKEN'], { NPM_TOKEN: 'y' }],
    [['NPM_TOKEN=x', 'NPM_TOKEN'], {}, ['NPM_TOKEN', 'NPM_TOKEN'], { NPM_TOKEN: 'x' }],
    [['NPM_TOKEN'], { NPM_TOKEN: 'x' }, ['NPM_TOKEN'], {}],
    [['NPM_TOKEN'], {}, ['NPM_TOKEN'], {}],
  ])('goes by the environment: %j in %j', (given, env, texts, added) => {
    const planned = planBuildArgs(given, env);
    expect(planned).toEqual({ texts, env: added });
    expect(readAsBuildx(planned.texts, { ...env, ...planned.env })).toEqual(readAsBuildx(given, env));
  });

  it.each<readonly [why: string, given: readonly string[], env: Env]>([
    ['its name is no credential’s', ['HTTP_PROXY=http://x', 'PATH=/bin', 'DEBUG=1'], {}],
    [
      'docker or a helper reads it',
      ['AWS_SECRET_ACCESS_KEY=x', 'DOCKER_AUTH_CONFIG=x', 'GIT_AUTH_TOKEN=x'],
      {},
    ],
    ['the environment has another', ['NPM_TOKEN=x'], { NPM_TOKEN: 'y' }],
    ['it is empty', ['NPM_TOKEN='], {}],
  ])('stays on the command line where %s', (_why, given, env) => {
    expect(planBuildArgs(given, env)).toEqual({ texts: given, env: {} });
  });
});

it('has its value, wherever docker takes it from', () => {
  const values = valuesOfBuildArgs(['A=b=c', 'D', 'E', 'NPM_TOKEN=x'], { D: 'd' });
  expect(Object.fromEntries(values)).toEqual({ A: 'b=c', D: 'd', E: '', NPM_TOKEN: 'x' });
});
