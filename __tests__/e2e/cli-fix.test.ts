import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FixReport, fixReportSchema } from '../../src/report/fix-report.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { BASE, fresh, knowingEnv, STORES } from '../support/e2e/engines.ts';
import { noise } from '../support/e2e/lessons.ts';
import { changeFiles, folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';
import { readWrittenPage } from '../support/page/written-page.ts';

const read = (cwd: string, path: string): Promise<string> => readFile(join(cwd, path), 'utf8');

async function fixesIn(path: string): Promise<FixReport> {
  return fixReportSchema().parse(JSON.parse(await readFile(path, 'utf8')));
}

/** Until a build has begun that keeps its files in this folder. */
async function buildIn(folder: string): Promise<void> {
  for (;;) {
    const names = await readdir(folder, { recursive: true });
    if (names.some(name => /(?:^|\/)build-/.test(name))) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Every day on the store that keeps blobs; on both in the long run. */
describe.each(STORES.slice(-times(1, 2)))('deadweight fix on %s', (_store, host) => {
  const real = describe.skipIf(host === undefined);
  const run = (cwd: string, ...args: readonly string[]) =>
    deadweight(['fix', '--quiet', ...args], { cwd, env: knowingEnv(host) });

  real('a Dockerfile with a few lines too many', () => {
    const text = (seed: string): string =>
      [
        `FROM ${BASE}`,
        '',
        `ENV SEED=${seed}  `,
        '# a comment that stays',
        'RUN head -c 3000000 /dev/urandom > /cache',
        '\t# and one in between',
        'RUN head -c 500000 /dev/urandom > /app \\',
        '  && rm /cache',
        'USER nobody',
        '',
      ].join('\r\n');

    it('writes it, shows what it wrote, and finds nothing more', async () => {
      const cwd = await folderOf({ 'docker/app.Dockerfile': text(fresh()) });
      await chmod(join(cwd, 'docker/app.Dockerfile'), 0o640);
      const before = await read(cwd, 'docker/app.Dockerfile');
      const args = ['-f', 'docker/app.Dockerfile'];
      const shown = await run(cwd, ...args, '--dry-run');
      expect(shown.code).toBe(0);
      expect(shown.stdout).toContain('Nothing was written.');
      expect(await read(cwd, 'docker/app.Dockerfile')).toBe(before);
      const ended = await run(cwd, ...args, '--prove', '--json', 'fix.json', '--html', 'fix.html');
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout).toContain('+++ b/docker/app.Dockerfile');
      const { fixes, all, files } = await fixesIn(join(cwd, 'fix.json'));
      expect(fixes).toMatchObject([
        { outcome: 'proven', edits: [{ kind: 'merge-runs', line: 5, lastLine: 7 }] },
      ]);
      expect(all?.predicted.bytes).toBe(3_000_000);
      expect(all?.measured?.bytes).toBe(3_000_000);
      expect(files).toMatchObject([{ path: 'docker/app.Dockerfile', written: true }]);
      const page = JSON.stringify(await readWrittenPage(join(cwd, 'fix.html')));
      expect(page).toContain('RUN head -c 3000000');
      expect(page).toContain('proven');
      const after = await read(cwd, 'docker/app.Dockerfile');
      const kept = before.split('\n').filter(line => !line.startsWith('RUN') && !line.includes('&&'));
      for (const line of kept) expect(after.split('\n')).toContain(line);
      expect((await stat(join(cwd, 'docker/app.Dockerfile'))).mode & 0o777).toBe(0o640);
      const again = await run(cwd, ...args, '--json', 'again.json');
      expect(again.code).toBe(0);
      expect((await fixesIn(join(cwd, 'again.json'))).fixes).toEqual([]);
      expect(again.stdout).toContain('nothing that can be fixed safely');
    });
  });

  real('a Dockerfile on standard input', () => {
    const text = `FROM ${BASE}\nCOPY . /app\nRUN head -c 2000000 /dev/urandom > /a; echo ${fresh()}\nRUN rm /a\n`;
    const piped = async (...args: readonly string[]) => {
      const cwd = await folderOf({
        'app/.git/objects/pack/a.pack': noise('pack', 500_000),
        Dockerfile: text,
      });
      const ended = await deadweight(['fix', '--quiet', ...args], {
        cwd,
        env: knowingEnv(host),
        input: Buffer.from(text),
      });
      return { cwd, ...ended };
    };

    it('is shown with its fixes, and written nowhere', async () => {
      const { cwd, code, stdout, stderr } = await piped('--dry-run', '-f', '-', 'app');
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('+++ b/Dockerfile');
      expect(stdout).toContain('+++ b/app/.dockerignore');
      expect(stdout).toContain('Nothing was written.');
      expect(await readdir(cwd, { recursive: true })).not.toContain('app/.dockerignore');
      expect(await read(cwd, 'Dockerfile')).toBe(text);
    });

    it('is refused where it would have to be written', async () => {
      expectRefusal(await piped('-f', '-', 'app'), 2, /on standard input, so no fix can be/, /Add --dry-run/);
      expectRefusal(await piped('--dry-run', '-'), 2, /context is on standard input/, /Give the folder/);
    });
  });

  real('a Dockerfile with an ignore file of its own', () => {
    it('is fixed in that one, and told so', async () => {
      const own = 'docker/app.Dockerfile.dockerignore';
      const cwd = await folderOf({
        'app/.git/objects/pack/a.pack': noise('pack', 500_000),
        'docker/app.Dockerfile': `FROM ${BASE}\nCOPY . /app\nRUN echo ${fresh()}\n`,
        [own]: 'other\n',
      });
      const ended = await run(cwd, '-f', 'docker/app.Dockerfile', '--json', 'fix.json', 'app');
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stdout.replaceAll(/\s+/g, ' ')).toContain(`add .git to ${own}`);
      const { fixes } = await fixesIn(join(cwd, 'fix.json'));
      expect(fixes).toMatchObject([
        {
          edits: [{ kind: 'ignore', pattern: '.git', file: own }],
          findings: [{ args: { ignoreFile: own } }],
        },
      ]);
      expect(await read(cwd, own)).toBe('other\n.git\n');
      expect(await readdir(join(cwd, 'app'))).toEqual(['.git']);
    });
  });

  real('a Dockerfile that changes while it is built', () => {
    it('is left as it is', async () => {
      const text = `FROM ${BASE}\nRUN head -c 2000000 /dev/urandom > /a; sleep 3; echo ${fresh()}\nRUN rm /a\n`;
      const cwd = await folderOf({ Dockerfile: text });
      const temporary = await folderOf();
      const running = deadweight(['fix', '--quiet'], {
        cwd,
        env: { ...knowingEnv(host), TMPDIR: temporary },
      });
      await buildIn(temporary);
      await changeFiles(cwd, { Dockerfile: `# mine\n${text}` });
      expectRefusal(await running, 2, /Dockerfile changed during the build/, /Run the command again/);
      expect(await read(cwd, 'Dockerfile')).toBe(`# mine\n${text}`);
    });
  });

  real('a fix that does not hold', () => {
    it('is dropped and named, and the others are made', async () => {
      const cwd = await folderOf({
        Dockerfile: `FROM ${BASE}\nENV SEED=${fresh()}\nCOPY . /src\nRUN sh /src/build.sh && echo built > /tmp/done\nRUN head -c 2000000 /dev/urandom > /a\nRUN rm /a\n`,
        // Nothing in the Dockerfile tells that the build wants the history.
        'build.sh': 'cat /src/.git/HEAD\n',
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.git/objects/pack/p.pack': noise('pack', 1_200_000),
      });
      const ended = await run(cwd, '--prove', '--json', 'fix.json');
      expect(ended.code, ended.stderr).toBe(0);
      const { fixes, all } = await fixesIn(join(cwd, 'fix.json'));
      const dropped = fixes.filter(({ outcome }) => outcome === 'dropped');
      expect(dropped).toHaveLength(1);
      expect(dropped[0]?.edits).toContainEqual({ kind: 'ignore', pattern: '.git' });
      expect(dropped[0]).toMatchObject({ droppedFor: 'does-not-build' });
      expect(dropped[0]?.reason).toMatch(/^It does not build: cat: .*No such file or directory$/);
      expect(ended.stdout).toContain('failed: ');
      expect(all?.measured?.bytes).toBe(2_000_000);
      expect(await read(cwd, 'Dockerfile')).toContain('&& rm /a');
      await expect(read(cwd, '.dockerignore')).rejects.toThrow('ENOENT');
    });
  });

  real('a command that tries the image', () => {
    const text = (): string =>
      [
        `FROM ${BASE}`,
        `ENV SEED=${fresh()}`,
        'RUN head -c 3000000 /dev/urandom > /tmp/model && useradd app',
        'WORKDIR /srv',
        'RUN head -c 2000000 /dev/urandom > /a',
        'RUN rm /a',
        'USER app',
        '',
      ].join('\n');
    const surroundings = 'test "$(id -un)" = app && test "$PWD" = /srv && test -n "$SEED"';
    const offline =
      '! bash -c "echo > /dev/tcp/192.0.2.1/80" 2>/dev/null && test "$(ls /sys/class/net)" = lo';

    it('drops what it misses, and keeps the rest', async () => {
      const cwd = await folderOf({ Dockerfile: text() });
      const check = `${surroundings} && ${offline} && test -s /tmp/model || { echo no model >&2; exit 3; }`;
      const ended = await run(cwd, '--prove', '--fix-check', check, '--json', 'fix.json');
      expect(ended.code, ended.stderr).toBe(0);
      const { fixes, all } = await fixesIn(join(cwd, 'fix.json'));
      expect(fixes).toMatchObject([
        { outcome: 'dropped', droppedFor: 'check-failed', edits: [{ kind: 'append-command' }] },
        { outcome: 'proven', droppedFor: null, freed: [{ path: 'a', bytes: 2_000_000 }] },
      ]);
      expect(fixes[0]?.reason).toBe('The fix-check fails in the fixed image: no model');
      expect(all?.measured?.bytes).toBe(2_000_000);
      expect(await read(cwd, 'Dockerfile')).not.toContain('rm -rf');
    });

    it('must succeed in the image as it is, and be asked for with a proof', async () => {
      const before = text();
      const cwd = await folderOf({ Dockerfile: before });
      const wrong = await run(cwd, '--prove', '--fix-check', 'echo oh no >&2; exit 7');
      expectRefusal(wrong, 2, /fix-check fails in the image as it is: oh no/, /Correct the command/);
      expect(await read(cwd, 'Dockerfile')).toBe(before);
      expectRefusal(await run(cwd, '--fix-check', 'true'), 2, /only --prove builds/, /Add --prove/);
    });
  });

  real('a mirror that does not answer', () => {
    it('is asked again, and told apart from an edit that breaks', async () => {
      const cwd = await folderOf({
        Dockerfile: `FROM ${BASE}\nENV SEED=${fresh()}\nCOPY . /src\nRUN sh /src/build.sh\n`,
        'build.sh': 'test -e /src/.g"i"t || { echo "curl: (28) Connection timed out" >&2; exit 1; }\n',
        '.git/objects/pack/p.pack': noise('pack', 1_200_000),
      });
      const ended = await run(cwd, '--prove', '--json', 'fix.json');
      expect(ended.code, ended.stderr).toBe(0);
      const { fixes } = await fixesIn(join(cwd, 'fix.json'));
      expect(fixes).toMatchObject([{ outcome: 'dropped', droppedFor: 'network' }]);
      expect(fixes[0]?.reason).toBe('It was tried 3 times and not built: curl: (28) Connection timed out');
    });
  });

  real('what cannot be fixed', () => {
    it('is refused with what to do', async () => {
      const cwd = await folderOf({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
      expectRefusal(
        await run(cwd, '--platform', 'linux/amd64,linux/arm64'),
        2,
        /one platform/,
        /one --platform/,
      );
      expectRefusal(await run(cwd, '-f', 'nowhere'), 2, /no Dockerfile at nowhere/, /-f/);
      expectRefusal(await run(cwd, 'https://example.invalid/a.git'), 2, /not on this machine/, /Clone/);
      const broken = await folderOf({ Dockerfile: `FROM ${BASE}\nRUN false ${fresh()}\n` });
      expectRefusal(await run(broken), 3, /Dockerfile:2/, /./);
    });
  });
});
