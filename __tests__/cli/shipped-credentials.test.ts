import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseReport } from '../../src/report/json.ts';
import { contentsOf } from '../support/canaries/canaries.ts';
import { madeUpFiles, random } from '../support/credentials/made-up.ts';
import { deadweight } from '../support/e2e/command-line.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file, whiteout } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';

vi.setConfig({ testTimeout: 240_000 });

test('credentials of an image are found, and shown and kept nowhere', async () => {
  const files = madeUpFiles();
  const word = (): string => random(20);
  const [variable, label, argument, header, pushed] = [word(), word(), word(), word(), word()];
  const [mail, database, user] = [word(), word(), word()];
  const image = await fabricateImage({
    env: [`ADMIN_PASSWORD=${variable}`, `MAIL_PASSWORD=a1;b c=${mail}`, `PGPASSWORD=${database}`],
    labels: { 'deploy.token': label },
    steps: [
      { createdBy: `ENV ADMIN_PASSWORD=${variable}` },
      { createdBy: `ENV MAIL_PASSWORD=a1;b c=${mail} PGPASSWORD=${database}` },
      { createdBy: `ARG PIP_PASSWORD=${argument}` },
      { createdBy: 'COPY . /', layer: Object.fromEntries(files.map(({ path, text }) => [path, file(text)])) },
      {
        createdBy: `RUN |1 PIP_PASSWORD=${argument} /bin/sh -c curl -H "Authorization: Bearer ${header}" https://u:${pushed}@a.test/ && echo 'root:${user}' | chpasswd && mysql -p${database}2 < a.sql`,
        layer: { [files[0]?.path ?? '']: whiteout(), made: file('x') },
      },
    ],
  });
  const [cwd, temporary] = [await folderOf({ 'app.tar': await dockerArchive([image]) }), await folderOf()];
  const outputs = ['--json', 'report.json', '--markdown', 'report.md', '--snapshot', 'snapshot.json'];
  const args = ['inspect', 'docker-archive:app.tar', ...outputs, '--verify', '--debug'];
  const env = { TMPDIR: temporary, DEADWEIGHT_CACHE_DIR: join(temporary, 'cache') };
  const ended = await deadweight(args, { cwd, env });
  expect(ended.code, ended.stderr).toBe(0);
  const written = { ...(await contentsOf(cwd)), ...(await contentsOf(temporary)) };
  const report = parseReport(Buffer.from(written[join(cwd, 'report.json')] ?? '').toString('utf8'));

  const found = report.findings.filter(({ rule }) => rule === 'credentials').map(each => each.args);
  const places = found.map(({ place, path, name }) => [place, path ?? name]);
  for (const { path, kind } of files.slice(0, 20))
    expect(found).toContainEqual(expect.objectContaining({ path, kind }));
  expect(places).toEqual(
    expect.arrayContaining([
      ['env', 'ADMIN_PASSWORD'],
      ['env', 'MAIL_PASSWORD'],
      ['env', 'PGPASSWORD'],
      ['label', 'deploy.token'],
      ['argument', 'PIP_PASSWORD'],
      ['command', null],
    ]),
  );
  expect(found).toContainEqual(expect.objectContaining({ path: files[0]?.path, hidden: 'deleted' }));

  const secrets = [
    variable,
    label,
    argument,
    header,
    pushed,
    mail,
    database,
    user,
    ...files.flatMap(each => each.secrets),
  ];
  // The image itself is there to be read.
  const shown = Object.entries({ ...ended, ...written }).filter(([name]) => !name.endsWith('app.tar'));
  expect(shown.some(([name]) => name.endsWith('.scan'))).toBe(true);
  for (const [name, content] of shown) {
    const text = Buffer.from(String(content)).toString('latin1');
    expect(secrets.filter(secret => text.includes(secret)).map(() => name)).toEqual([]);
  }

  // From the store, too.
  const again = await deadweight(args, { cwd, env });
  expect(again.stdout).toBe(ended.stdout);
});
