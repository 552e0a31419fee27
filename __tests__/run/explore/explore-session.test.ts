import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exploreReport } from '../../../src/explore/exploration.ts';
import { runSession } from '../../../src/run/explore/explore-session.ts';
import { KeyTerminal } from '../../../src/run/explore/key-terminal.ts';
import { failing } from '../../report/reports.ts';
import { folderOf } from '../../support/folder.ts';

it('drops what was typed at once behind the key that opens an editor', async () => {
  const cwd = await folderOf({
    Dockerfile: 'FROM debian\n',
    editor: { program: '#!/bin/sh\necho edited >>edited\n' },
  });
  const input = Object.assign(new EventEmitter(), {
    setRawMode: () => undefined,
    resume: () => undefined,
    pause: () => undefined,
  });
  const written: string[] = [];
  const output = Object.assign(new EventEmitter(), {
    columns: 100,
    rows: 30,
    write: (text: string) => written.push(text),
  });
  const report = failing();
  const weighed = { title: report.title, report, list: () => exploreReport(report), image: null };
  const context = {
    cwd,
    env: { EDITOR: join(cwd, 'editor') },
    unfinished: { files: new Set<string>(), folders: new Set<string>() },
  };
  const ended = runSession(weighed, new KeyTerminal(input, output, true), context);
  await expect.poll(() => written.join('')).toContain('lists no files');
  input.emit('data', Buffer.from('eeq'));
  await expect.poll(() => read(join(cwd, 'edited'))).toContain('edited');
  await expect.poll(() => input.listenerCount('data')).toBe(1);
  input.emit('data', Buffer.from('q'));
  await ended;
  expect(read(join(cwd, 'edited'))).toBe('edited\n');
});

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
