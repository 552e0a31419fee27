import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { BASE, dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { layersOf, reportIn, reportOf } from '../support/e2e/report-file.ts';
import { branched, leftovers } from '../support/e2e/repository.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { git } from '../support/git/repository.ts';
import { times } from '../support/long.ts';

const runProgram = promisify(execFile);

/** So many bytes that no compression shortens, the same for every build. */
const fill = (path: string, bytes: number): string => `head -c ${bytes} /dev/urandom > ${path}`;

/** Every day on a graph driver; on both in the long run. */
describe.each(STORES.slice(0, times(1, 2)))('deadweight build on %s', (_store, host) => {
  const real = describe.skipIf(host === undefined);
  const run = (cwd: string, ...args: readonly string[]) => deadweight(args, { cwd, env: dockerEnv(host) });

  real('against main', () => {
    const three = (seed: string): string =>
      `FROM ${SMALL_BASE}\nENV SEED=${seed}\nRUN ${fill('/cache', 3_000_000)}\nRUN ${fill('/app', 500_000)}\nRUN rm /cache\n`;
    const merged = (seed: string): string =>
      `FROM ${SMALL_BASE}\nENV SEED=${seed}\nRUN ${fill('/cache', 3_000_000)} \\\n  && ${fill('/app', 500_000)} \\\n  && rm /cache\n`;

    it('names the lines, in JSON and in the comment, and leaves nothing behind', async () => {
      const seed = fresh();
      const cwd = await branched({ Dockerfile: three(seed) }, { Dockerfile: merged(seed) });
      const output = ['--json', '../a.json', '--markdown', '../a.md'];
      const ended = await run(cwd, 'build', '.', '--against', 'main', ...output);
      expect(ended.code).toBe(0);
      const report = await reportIn(join(cwd, '../a.json'));
      expect(layersOf(report)).toEqual([
        `base Dockerfile:1 FROM ${SMALL_BASE}`,
        'own Dockerfile:3-5 RUN head',
      ]);
      expect(report.image).toMatchObject({ baseImageName: SMALL_BASE, baseLayerCount: 1, ownSize: 500_000 });
      const { comparison } = report;
      expect(comparison?.delta).toMatchObject({ size: -3_000_000, layerCount: -2, wastedBytes: -3_000_000 });
      expect(comparison?.causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(-3_000_000);
      expect(comparison?.baseImageChanged).toBe(false);
      expect(comparison?.baseline.commit).toBe(await git(cwd, 'rev-parse', 'main'));
      expect(report.context.commit).toBe(await git(cwd, 'rev-parse', 'HEAD'));
      expect(report.notices).toEqual([]);
      const comment = await readFile(join(cwd, '../a.md'), 'utf8');
      expect(comment).toMatch(/\*\*−3\.0\sMB/);
      expect(comment).toContain('Dockerfile:3');
      expect(ended.stdout).toMatch(/ :3 +RUN /);
      expect(await leftovers(cwd)).toBe('');
    });

    it('predicts what merging the lines really saves', async () => {
      const seed = fresh();
      const cwd = await folderOf({ Dockerfile: three(seed), 'Dockerfile.merged': merged(seed) });
      await run(cwd, 'build', '--json', 'three.json');
      await run(cwd, 'build', '-f', 'Dockerfile.merged', '--json', 'merged.json');
      const [before, after] = [
        await reportIn(join(cwd, 'three.json')),
        await reportIn(join(cwd, 'merged.json')),
      ];
      const saved = before.image.size - after.image.size;
      expect(Math.abs(before.efficiency.wastedBytes - saved) / saved).toBeLessThan(0.01);
      expect(before.savings.bytes).toBe(before.efficiency.wastedBytes);
      const [finding] = before.findings;
      expect(finding?.location).toMatchObject({ file: 'Dockerfile', startLine: 3 });
      expect(finding?.related).toMatchObject({ startLine: 5 });
    });

    it('says why there is no comparison, and reports all the same', async () => {
      const Dockerfile = `FROM ${SMALL_BASE}\nRUN echo ${fresh()} > /x\n`;
      const cwd = await branched({ 'other.txt': 'x' }, { Dockerfile });
      const none = await run(cwd, 'build', '--against', 'main', '-q', '--json', '-');
      expect(none).toMatchObject({ code: 0, stderr: '' });
      expect((await reportOf(none.stdout)).comparisonAbsence).toMatchObject({
        code: 'base-has-no-dockerfile',
        message: expect.stringMatching(/the base [0-9a-f]{7} has no such Dockerfile/),
      });

      await git(cwd, 'checkout', '-q', 'main');
      await changeFiles(cwd, { Dockerfile: `FROM ${SMALL_BASE}\nRUN echo broken && false\n` });
      await git(cwd, 'add', '.');
      await git(cwd, 'commit', '-qm', 'broken');
      await git(cwd, 'checkout', '-q', 'change');
      const broken = await run(cwd, 'build', '--against', 'main', '-q', '--json', '-', '--max-size', '1GB');
      expect(broken.code).toBe(0);
      const report = await reportOf(broken.stdout);
      expect(report.comparison).toBeNull();
      expect(report.comparisonAbsence).toMatchObject({
        code: 'base-does-not-build',
        message: expect.stringContaining('Dockerfile:2 (RUN echo broken && false)'),
      });
      expect(await leftovers(cwd)).toBe('');
    });

    it('finds the same context and Dockerfile in a subfolder of the base', async () => {
      const text = (line: string): string => `FROM ${SMALL_BASE}\nCOPY a.txt /a\n${line}`;
      const cwd = await branched(
        { 'services/api/a.txt': 'one', 'services/api/build/Dockerfile': text('') },
        { 'services/api/a.txt': 'three' },
      );
      const at = join(cwd, 'services');
      const ended = await run(
        ...[at, 'build', 'api', '-f', 'api/build/Dockerfile', '--against', 'main', '-q', '--json', '-'],
      );
      const report = await reportOf(ended.stdout);
      expect(report.comparison?.delta.size).toBe(2);
      expect(layersOf(report).at(-1)).toBe('own api/build/Dockerfile:2 COPY a.txt');
      const gone = await branched({ 'x.txt': '' }, { 'sub/Dockerfile': text(''), 'sub/a.txt': 'x' });
      const fallback = await reportOf(
        (await run(gone, 'build', 'sub', '--against', 'main', '-q', '--json', '-')).stdout,
      );
      expect(fallback.comparisonAbsence?.code).toBe('base-has-no-dockerfile');
      expect(JSON.stringify(fallback.comparisonAbsence)).not.toContain('/deadweight-base-');
    });

    it('builds a context on standard input as buildx does', async () => {
      const folder = await folderOf({
        'app/Dockerfile': `FROM ${SMALL_BASE}\nCOPY . /app\nRUN rm /app/large\n`,
        'app/.dockerignore': 'large\n',
        'app/large': fresh().padEnd(200_000, 'x'),
        'app/small': fresh(),
      });
      await runProgram('tar', ['-czf', 'app.tgz', '-C', 'app', '.'], { cwd: folder });
      const input = await readFile(join(folder, 'app.tgz'));
      const options = { cwd: folder, env: dockerEnv(host), input };
      const built = await deadweight(['build', '-', '-q', '--json', '-'], options);
      const report = await reportOf(built.stdout);
      expect(layersOf(report).slice(1)).toEqual(['own Dockerfile:2 COPY .', 'own Dockerfile:3 RUN rm']);
      expect(report.wastedFiles).toMatchObject([{ path: 'app/large', bytes: 200_000 }]);
      const tag = `deadweight/piped:${fresh()}`;
      await runProgram('sh', ['-c', `docker buildx build -q --load -t ${tag} - < app.tgz`], {
        cwd: folder,
        env: { ...process.env, ...dockerEnv(host) },
      });
      const own = await run(folder, 'inspect', tag, '--base', SMALL_BASE, '-q', '--json', '-');
      const { image, layers } = await reportOf(own.stdout);
      expect([image.size, image.ownSize]).toEqual([report.image.size, report.image.ownSize]);
      expect(layers.map(({ size }) => size)).toEqual(report.layers.map(({ size }) => size));
      await runProgram('docker', ['rmi', tag], { cwd: folder, env: { ...process.env, ...dockerEnv(host) } });
    });

    it('leaves nothing behind when it is broken off', async () => {
      const cwd = await branched(
        { Dockerfile: `FROM ${SMALL_BASE}\nRUN sleep 60 # ${fresh()}\n` },
        { Dockerfile: `FROM ${SMALL_BASE}\n` },
      );
      const temporary = await folderOf();
      const env = { ...dockerEnv(host), TMPDIR: temporary };
      const ended = await deadweight(['build', '--against', 'main'], {
        ...{ cwd, env },
        interruptAt: /^Build the base/m,
      });
      expect(ended.code).toBe(130);
      expect(await leftovers(cwd)).toBe('');
      expect(await readdir(temporary)).toEqual([]);
    });

    it('refuses a ref that is none before anything is built', async () => {
      const cwd = await branched({ Dockerfile: `FROM ${SMALL_BASE}\nRUN false\n` }, {});
      expectRefusal(await run(cwd, 'build', '--against', 'mian'), 2, /mian/, /main/);
    });

    it('compares two saved snapshots later', async () => {
      const seed = fresh();
      const cwd = await folderOf({ Dockerfile: three(seed), 'Dockerfile.merged': merged(seed) });
      await run(cwd, 'build', '--snapshot', 'a.json');
      await run(cwd, 'build', '-f', 'Dockerfile.merged', '--snapshot', 'b.json');
      const ended = await run(cwd, 'diff', 'a.json', 'b.json', '--json', 'diff.json');
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const report = await reportIn(join(cwd, 'diff.json'));
      expect(report.comparison?.delta).toMatchObject({ size: -3_000_000, layerCount: -2 });
      expect(report.layers.at(-1)?.instruction?.startLine).toBe(3);
      const grown = await run(cwd, 'diff', 'b.json', 'a.json', '--max-size-increase', '1MB');
      expect(grown.code).toBe(1);
    });
  });

  real('alone', () => {
    it('is of the commit that is checked out, unless that was edited', async () => {
      const cwd = await branched({ Dockerfile: `FROM ${SMALL_BASE}\n` }, { 'other.txt': 'x' });
      const commitOf = async (): Promise<string | null> => {
        await run(cwd, 'build', '--json', '../alone.json');
        return (await reportIn(join(cwd, '../alone.json'))).context.commit;
      };
      expect(await commitOf()).toBe(await git(cwd, 'rev-parse', 'HEAD'));
      await changeFiles(cwd, { 'other.txt': 'y' });
      expect(await commitOf()).toBeNull();
    });

    it('follows stages, and inspects the same image to the same numbers', async () => {
      const tag = `deadweight-e2e-cli:${fresh()}`;
      const Dockerfile = `FROM ${BASE} AS build
RUN ${fill('/tool', 2_000_000)}
FROM ${BASE} AS unused
RUN false
FROM ${BASE}
COPY --from=build /tool /tool
WORKDIR /srv
RUN chmod 700 /tool
`;
      const cwd = await folderOf({ Dockerfile });
      const built = await run(cwd, 'build', '-t', tag, '--load', '-q', '--json', '-');
      const report = await reportOf(built.stdout);
      expect(layersOf(report)).toEqual([
        `base Dockerfile:5 FROM ${BASE}`,
        'own Dockerfile:6 COPY --from=build',
        'own Dockerfile:7 WORKDIR /srv',
        'own Dockerfile:8 RUN chmod',
      ]);
      expect(report.efficiency.wastedBytes).toBe(2_000_000);
      expect(report.wastedFiles).toMatchObject([{ path: 'tool', reason: 'metadata-only' }]);

      const inspected = await reportOf(
        (await run(cwd, 'inspect', tag, '--base', BASE, '--json', '-')).stdout,
      );
      const { size, layerCount, ownSize, imageId } = report.image;
      expect(inspected.image).toMatchObject({ size, layerCount, ownSize, imageId });
      expect(inspected.efficiency).toEqual(report.efficiency);
      expect(inspected.dive).toEqual(report.dive);
    });

    it('shows the last lines of a step that fails', async () => {
      const Dockerfile = `FROM ${SMALL_BASE}\nRUN echo one; echo ::error::forged; echo two; exit 7 # ${fresh()}\n`;
      const ended = await run(await folderOf({ Dockerfile }), 'build', '--quiet');
      expectRefusal(
        ended,
        3,
        /failed at Dockerfile:2 .*exit code: 7\n {2}one\n.*\n {2}two\n/,
        /Correct the command/,
      );
      expect(ended.stderr).not.toMatch(/^\s*::/m);
    });

    it('names the line of a Dockerfile that does not parse', async () => {
      const cwd = await folderOf({ Dockerfile: `FROM ${SMALL_BASE}\n\nRUNN x\n` });
      expectRefusal(await run(cwd, 'build', '-q'), 3, /Dockerfile:3 .*unknown instruction: RUNN/, /Correct/);
    });

    it('holds budgets of the file and of the options', async () => {
      const cwd = await folderOf({
        Dockerfile: `FROM ${SMALL_BASE}\nRUN ${fill('/x', 100_000)}\nRUN rm /x\n`,
        '.deadweight.yml': 'title: The app\nbudgets:\n  max-wasted: { warn: 50kB, fail: 90kB }\n',
      });
      const failed = await run(cwd, 'build');
      expect(failed.code).toBe(1);
      expect(failed.stdout).toMatch(/^The app .*budget exceeded/);
      const warned = await run(cwd, 'build', '--max-wasted', 'warn 50kB, fail 200kB', '--json', 'r.json');
      expect(warned.code).toBe(0);
      expect((await reportIn(join(cwd, 'r.json'))).verdict).toBe('warn');
    });

    it('keeps build arguments and secrets to itself', async () => {
      const [argument, secret, file] = [`canary-a-${fresh()}`, `canary-s-${fresh()}`, `canary-f-${fresh()}`];
      const text = (line: string): string => `FROM ${SMALL_BASE} AS one
ARG TOKEN
ENV SEED=${fresh()}
RUN --mount=type=secret,id=env --mount=type=secret,id=file sha256sum /run/secrets/* > /hashes
RUN echo "$TOKEN" | sha256sum > /hash
WORKDIR /srv/$TOKEN
FROM ${SMALL_BASE}
ARG TOKEN
COPY --from=one /hash /hash
RUN test -n "$TOKEN" && ${fill('/x', 1000)}
${line}`;
      const cwd = await branched({ Dockerfile: text('') }, { Dockerfile: text('RUN rm /x\n') });
      await changeFiles(cwd, { '../secret.txt': file, '../cache/.keep': '' });
      const args = [
        ...['build', '--against', 'main', '--build-arg', `TOKEN=${argument}`, '--debug'],
        ...['--secret', 'id=env,env=MY_SECRET', '--secret', 'id=file,src=../secret.txt'],
      ];
      const env = {
        ...dockerEnv(host),
        MY_SECRET: secret,
        DEADWEIGHT_CACHE_DIR: join(cwd, '../cache'),
      };
      const outputs = ['--json', '../out/r.json', '--markdown', '../out/r.md', '--snapshot', '../out/s.json'];
      const ended = await deadweight([...args, ...outputs], { cwd, env });
      expect(ended.code).toBe(0);
      const failing = text('COPY --from=one /none-$TOKEN /n\n');
      await changeFiles(cwd, { Dockerfile: failing });
      const failed = await deadweight(args, { cwd, env });
      expect(failed.code).toBe(3);
      const written = [ended.stdout, ended.stderr, failed.stdout, failed.stderr];
      for (const folder of ['out', 'cache']) {
        for (const entry of await readdir(join(cwd, '..', folder), {
          recursive: true,
          withFileTypes: true,
        })) {
          if (entry.isFile()) written.push(await readFile(join(entry.parentPath, entry.name), 'utf8'));
        }
      }
      expect(written.length).toBeGreaterThan(7);
      expect(written.join('\n')).toContain('RUN test -n');
      for (const canary of [argument, secret, file]) {
        expect(written.filter(each => each.includes(canary))).toEqual([]);
      }
    });
  });
});
