import { describe, expect, it } from 'vitest';
import { type Exec, SilentProgram } from '../../src/base/effects.ts';
import {
  checkPushed,
  fromCache,
  isPushed,
  pushFromEngine,
  withoutPush,
} from '../../src/build/deferred-push.ts';
import { buildInputs } from '../support/option-values.ts';

describe('a build', () => {
  it.each([
    [{}, false],
    [{ push: true }, true],
    [{ outputs: ['type=registry'] }, true],
    [{ outputs: ['type=registry,push=false'] }, false],
    [{ outputs: ['type=image,push=true'] }, true],
    [{ outputs: ['type=image,name=a', 'type=local,dest=out', 'out'] }, false],
  ])('with %j pushes: %s', (inputs, expected) => {
    expect(isPushed(buildInputs(inputs))).toBe(expected);
    expect(isPushed(withoutPush(buildInputs(inputs)))).toBe(false);
  });

  it('that does not push yet is the same in all else', () => {
    const outputs = ['"type=registry","name=r.io/a,r.io/b",compression=zstd', 'type=local,dest=out'];
    const inputs = buildInputs({ push: true, outputs, tags: ['r.io/a:1'], 'no-cache': true });
    expect(withoutPush(inputs)).toEqual({
      ...inputs,
      push: false,
      outputs: ['type=image,"name=r.io/a,r.io/b",compression=zstd,push=false', 'type=local,dest=out'],
    });
    expect(fromCache(inputs)).toEqual({ ...inputs, 'no-cache': false });
  });

  it('that pushed other layers than were weighed says so', () => {
    expect(() => checkPushed(['a b', 'c'], ['a b', 'c'])).not.toThrow();
    expect(() => checkPushed(['a b', 'x'], ['a b', 'c'])).toThrow(
      expect.objectContaining({ code: 'push-failed', message: expect.stringContaining('its layers are x') }),
    );
  });
});

describe('an image in the engine', () => {
  const ID = `sha256:${'1'.repeat(64)}`;
  const DIGEST = `sha256:${'2'.repeat(64)}`;
  const metadata = { imageId: ID, digest: '', json: '{"image.name":"r.io/a:1"}' };

  async function push(answers: { readonly id?: string; readonly refusal?: string; readonly silent?: true }) {
    const asked: string[] = [];
    const exec: Exec = {
      async run(_program, args) {
        asked.push(args.join(' '));
        if (args.includes('inspect')) return { exitCode: 0, stdout: `${answers.id ?? ID}\n`, stderr: '' };
        if (answers.silent) throw new SilentProgram('docker', 1_800_000);
        if (answers.refusal) return { exitCode: 1, stdout: '', stderr: `x\n${answers.refusal}\n` };
        return { exitCode: 0, stdout: `The push refers to …\n1: digest: ${DIGEST} size: 528\n`, stderr: '' };
      },
    };
    const inputs = buildInputs({
      ...{ tags: ['r.io/a:1', 'r.io/a:2'], builder: 'other' },
      outputs: ['type=image,name=r.io/a:1,push=true'],
    });
    return { asked, done: await pushFromEngine(inputs, metadata, { exec, env: {}, cwd: '/' }) };
  }

  it('is pushed under each of its names, and known by what the registry calls it', async () => {
    const { asked, done } = await push({});
    expect(asked.filter(args => args.includes('push'))).toEqual([
      '--context other push r.io/a:1',
      '--context other push r.io/a:2',
    ]);
    expect(done.digest).toBe(DIGEST);
    expect(JSON.parse(done.json)).toEqual({ 'image.name': 'r.io/a:1', 'containerimage.digest': DIGEST });
  });

  it('is not pushed when its name is another image by now, and the words of a refusal are told', async () => {
    await expect(push({ id: DIGEST })).rejects.toMatchObject({ code: 'push-failed' });
    await expect(push({ refusal: 'denied: requested access' })).rejects.toMatchObject({
      message: expect.stringMatching(/the push failed: denied: requested access$/),
    });
    await expect(push({ silent: true })).rejects.toMatchObject({
      code: 'push-failed',
      message: expect.stringMatching(
        /the push failed: docker said nothing for 1800 seconds and was ended\.$/,
      ),
    });
  });
});
