import { describe, expect, it } from 'vitest';
import { readSecretSpec, withCachePath, withSecretPath } from '../../src/build/flag-fields.ts';

const moved = (path: string): string => `/head/${path}`;

/** Rows of buildx's own reader: https://github.com/docker/buildx/blob/master/util/buildflags/secrets.go */
describe('a --secret', () => {
  it.each<readonly [string, Partial<ReturnType<typeof readSecretSpec>>]>([
    ['id=x', { id: 'x' }],
    ['id=x,src=a b', { id: 'x', path: 'a b' }],
    ['id=x,source=a', { id: 'x', path: 'a' }],
    ['type=file,id=x,src=a', { id: 'x', path: 'a' }],
    ['id=x,env=NAME', { id: 'x', variable: 'NAME' }],
    ['type=env,id=x', { id: 'x' }],
    ['type=env,id=x,src=NAME', { id: 'x', variable: 'NAME' }],
    ['src=NAME,type=env,id=x', { id: 'x', variable: 'NAME' }],
    ['type=env,id=x,src=a,env=NAME', { id: 'x', variable: 'NAME', path: 'a' }],
    ['ID=x,SRC=a', { id: 'x', path: 'a' }],
    ['id=x,src=a,source=b', { id: 'x', path: 'b' }],
    ['id=x,"src=a,b"', { id: 'x', path: 'a,b' }],
    ['"id=x","src=say ""a"""', { id: 'x', path: 'say "a"' }],
    ['id=x,src=a=b', { id: 'x', path: 'a=b' }],
    ['"id=x', {}],
    ['', {}],
  ])('is read as buildx reads it: %s', (spec, expected) =>
    expect(readSecretSpec(spec)).toEqual({ id: '', variable: '', path: '', ...expected }),
  );

  it.each([
    ['id=x,src=a', 'id=x,src=/head/a'],
    ['SOURCE=a,id=x', 'SOURCE=/head/a,id=x'],
    ['id=x,"src=a,b"', 'id=x,"src=/head/a,b"'],
    ['"id=x","src=say ""a"""', 'id=x,"src=/head/say ""a"""'],
    ['type=env,id=x,src=NAME', 'type=env,id=x,src=NAME'],
    ['type=env,"id=x,y",src=NAME', 'type=env,"id=x,y",src=NAME'],
    ['id=x,env=NAME', 'id=x,env=NAME'],
    ['id=x,src=', 'id=x,src='],
    ['"id=x', '"id=x'],
  ])('with another path: %s', (spec, expected) => {
    const written = withSecretPath(spec, moved);
    expect(written).toBe(expected);
    const { path, ...rest } = readSecretSpec(spec);
    expect(readSecretSpec(written)).toEqual({ ...rest, path: path && moved(path) });
  });
});

describe('a --cache-from', () => {
  it.each([
    ['type=local,src=a', 'type=local,src=/head/a'],
    ['"type=local","src=a"', 'type=local,src=/head/a'],
    ['"type=local","src=a,b",tag=x', 'type=local,"src=/head/a,b",tag=x'],
    ['TYPE=local,Src=a', 'TYPE=local,Src=/head/a'],
    ['src=a,type=local', 'src=/head/a,type=local'],
  ])('of a folder has another path: %s', (spec, expected) =>
    expect(withCachePath(spec, moved)).toBe(expected),
  );

  it.each([
    'app:cache',
    'type=registry,ref=a,src=b',
    '"type=s3","src=b"',
    'type=local',
    'type=local,source=a',
    '"type=local,src=a"',
    '"type=local',
  ])('of anything else stays as it is: %s', spec => expect(withCachePath(spec, moved)).toBe(spec));
});
