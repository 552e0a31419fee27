import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerEnv, fresh, SMALL_BASE, STORES } from '../support/e2e/engines.ts';
import { pushed } from '../support/e2e/pushed-image.ts';
import { reportIn } from '../support/e2e/report-file.ts';
import { pullRequestEvent, runStep } from '../support/e2e/runner.ts';
import { folderOf } from '../support/folder.ts';
import { pullRequest } from '../support/git/pull-request.ts';
import { checkout } from '../support/git/repository.ts';
import { startGitHubServer } from '../support/github-server/server.ts';
import { times } from '../support/long.ts';

const registry = process.env['DEADWEIGHT_REGISTRY'] ?? '';

describe.each(STORES)('the push of a build with budgets on %s', (_store, engine) => {
  const it_ = it.skipIf(engine === undefined || registry === '');
  const newName = (): string => `${registry}/deadweight-e2e-push:${fresh()}`;

  async function build(name: string, ...args: readonly string[]) {
    const Dockerfile = `FROM ${SMALL_BASE}\nRUN echo ${name} > /x\n`;
    const cwd = await folderOf({ Dockerfile, 'a.txt': 'a' });
    const env = dockerEnv(engine);
    const json = join(await folderOf(), 'report.json');
    const ended = await deadweight(['build', '-t', name, '--json', json, ...args, '.'], { cwd, env });
    return { ...ended, json };
  }

  it_('comes after the verdict, and not over it', async () => {
    const ways = [['--push'], ['-o', 'type=registry'], ['-o', 'type=image,push=true']];
    for (const how of ways.slice(0, times(1, ways.length))) {
      const name = newName();
      const ended = await build(name, ...how, '--max-size', '1kB');
      expect(ended, ended.stderr).toMatchObject({ code: 1 });
      expect(ended.stdout).toContain('The image was not pushed: it is over budget.');
      expect(ended.stderr).toContain('warning: The image was not pushed: it is over budget.');
      expect(await pushed(name)).toBeNull();
    }
  });

  it_('does not come where findings fail the run, and comes with the comment that ignores them', async () => {
    const waste = 'RUN head -c 3000000 /dev/urandom > /big\n';
    const removal = 'RUN rm /big\n';
    const ignore = '# deadweight ignore=deleted-later it is to be seen in the history\n';
    for (const [comment, code] of [
      ['', 1],
      [ignore, 0],
    ] as const) {
      const name = newName();
      const Dockerfile = `FROM ${SMALL_BASE}\n${comment}${waste}${removal}`;
      const cwd = await folderOf({ Dockerfile, '.dockerignore': '*\n' });
      const args = ['build', '-t', name, '--push', '--fail-on', 'warning', '.'];
      const ended = await deadweight(args, { cwd, env: dockerEnv(engine) });
      expect(ended, ended.stderr).toMatchObject({ code });
      const told = 'The image was not pushed: findings fail it (fail-on).';
      expect(ended.stdout.includes(told)).toBe(code === 1);
      expect((await pushed(name)) === null).toBe(code === 1);
    }
  });

  it_('is of the image that was weighed', async () => {
    const ways = [
      [['--push', '--max-size', '10GB', '--no-cache'], 0],
      [['--push', '--max-size', '1kB', '--push-over-budget'], 1],
      // A default budget is no wish, and a level to warn at holds nothing back.
      [['--push', '--max-size', 'warn 1kB'], 0],
      [['--push', '--max-size', '10GB'], 0],
      [['-o', `type=registry`, '--max-size', '10GB'], 0],
    ] as const;
    for (const [args, code] of ways.slice(0, times(3, ways.length))) {
      const name = newName();
      const ended = await build(name, ...args);
      expect(ended, ended.stderr).toMatchObject({ code });
      const { layers } = await reportIn(ended.json);
      expect(await pushed(name)).toMatchObject({ diffIds: layers.map(({ diffId }) => diffId) });
      expect(ended.stdout).not.toContain('was not pushed');
    }
  });

  it_('that fails is exit 3 with the words of the registry', async () => {
    for (const budget of [[], ['--max-size', '10GB']]) {
      const ended = await build(`127.0.0.1:1/x:1`, '--push', ...budget);
      expect(ended.stderr).toMatch(/The image was built, and the push failed: .*127\.0\.0\.1:1/);
      expect(ended).toMatchObject({ code: 3, stdout: '' });
    }
  });

  it_('goes on where a label waives the budgets, and its digest is an output', async () => {
    const name = newName();
    const Dockerfile = `FROM ${SMALL_BASE}\nRUN echo ${name} > /x\n`;
    const remote = await pullRequest({ Dockerfile }, { Dockerfile: `${Dockerfile}RUN echo > /y\n` });
    const pullRequests = [{ number: 7, headSha: remote.head, baseSha: remote.left }];
    const server = await startGitHubServer({ pullRequests });
    try {
      const workspace = await checkout(remote.origin, 'refs/pull/7/merge');
      const inputs = { tags: name, push: 'true', 'max-size': '1kB', baseline: 'none' };
      const step = { workspace, server, env: dockerEnv(engine), inputs };
      const event = pullRequestEvent(remote);
      const over = await runStep({ ...step, event });
      expect(over.code).toBe(1);
      expect(over.stdout).toContain('::warning::The image was not pushed: it is over budget.');
      expect(server.comments(7)[0]?.body).toContain('The image was not pushed: it is over budget.');
      expect(await pushed(name)).toBeNull();
      const text = JSON.stringify(event.payload).replace(
        '"labels":[]',
        '"labels":[{"name":"deadweight: waive"}]',
      );
      const payload: unknown = JSON.parse(text);
      const waived = await runStep({ ...step, event: { ...event, payload } });
      expect(waived, waived.stdout).toMatchObject({ code: 0, outputs: { verdict: 'warn' } });
      expect(waived.outputs['digest']).toBe((await pushed(name))?.digest);
    } finally {
      await server.close();
    }
  });
});
