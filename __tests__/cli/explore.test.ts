import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/program.ts';
import { renderJson } from '../../src/report/json.ts';
import { failing } from '../report/reports.ts';
import { COMMAND_LINE, inherited, runNode } from '../support/e2e/child-process.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file, whiteout } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import type { Fault } from '../support/registry/strict-registry.ts';
import { imageOf, withRegistry } from '../support/registry/with-registry.ts';
import { HAS_TMUX, TmuxShell } from '../support/terminal/tmux.ts';

async function archive(extra: number): Promise<Uint8Array> {
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [
      {
        createdBy: 'ADD rootfs',
        layer: { 'usr/bin/tool': file(50_000, { mode: 0o4755 }), 'etc/motd': file('hello\n') },
      },
      { createdBy: 'RUN make', layer: { 'opt/tmp': file(90_000), 'opt/odd\u001b[2Jname': file(extra) } },
      { createdBy: 'RUN rm', layer: { 'opt/tmp': whiteout() } },
    ],
  });
  return dockerArchive([image]);
}

describe('the command line', () => {
  it('takes one image, or two', () => {
    expect(parseArguments(['explore', 'app:1'], '')).toMatchObject({
      request: { command: 'explore', head: 'app:1', baseline: null },
    });
    expect(parseArguments(['explore', 'app:1', 'app:2'], '')).toMatchObject({
      request: { command: 'explore', head: 'app:2', baseline: 'app:1' },
    });
  });

  it('says what to use without a terminal', async () => {
    const cwd = await folderOf({ 'app.tar': await archive(1000) });
    const env = { ...inherited('PATH', 'TMPDIR'), HOME: cwd };
    const { code, stderr, stdout } = await runNode(COMMAND_LINE, ['explore', 'app.tar'], { cwd, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('deadweight explore needs a terminal');
    expect(stderr).toContain('deadweight inspect');
  });
});

describe.skipIf(!HAS_TMUX)('in a terminal', () => {
  let cwd: string;
  let shell: TmuxShell;
  let settings: string;

  beforeAll(async () => {
    cwd = await folderOf({
      'app.tar': await archive(1000),
      'before.tar': await archive(400),
      'report.json': renderJson(failing()),
      Dockerfile: 'FROM debian\n',
      'bin/stopping': {
        program:
          '#!/bin/bash\ntrap "echo interrupted" INT\necho editing\nuntil read -r line; do :; done\necho "$line" >typed\nstty -a >while-edited\n',
      },
      'bin/editor': { program: '#!/bin/sh\nprintf "%s\\n" "$@" >edited\nstty -a >while-edited\n' },
    });
    shell = new TmuxShell(cwd, 100, 30, { EDITOR: `${cwd}/bin/editor --wait` });
    settings = await shell.run('stty -a');
  });
  afterAll(() => shell.close());

  /** The terminal is as it was. */
  async function expectSane(): Promise<void> {
    expect(shell.modes).toEqual({ isAlternate: false, isCursorShown: true });
    expect(await shell.run('stty -a')).toBe(settings);
  }

  it('shows, takes keys, has a page of keys, follows the size, and quits', async () => {
    shell.explore('app.tar');
    await shell.shows('after layer 2, with its changes');
    expect(shell.modes).toEqual({ isAlternate: true, isCursorShown: false });
    shell.press('Tab', 'C-Space');
    await shell.shows('odd\\x1b[2Jname');
    shell.press('?');
    await shell.shows('switch between the layers and the tree');
    shell.press('Escape');
    await shell.shows(/├── usr/);
    shell.resize(80, 24);
    await shell.shows(/^.{39}│/m);
    shell.resize(39, 9);
    await shell.shows('this is 39×9');
    shell.resize(100, 30);
    await shell.shows('after layer 2');
    shell.press('w');
    await shell.shows('wasted in layers 0 to 2');
    shell.press('q');
    expect(await shell.code()).toBe(0);
    await expectSane();
  });

  it.each([
    ['TERM', 143],
    ['HUP', 129],
    ['INT', 130],
    ['QUIT', 131],
    ['USR2', 140],
  ])('leaves the terminal as it was when it is ended by SIG%s', async (signal, code) => {
    shell.explore('app.tar');
    await shell.shows('after layer 2');
    process.kill(shell.pid, `SIG${signal}`);
    expect(await shell.code()).toBe(code);
    await expectSane();
  });

  it('stops and goes on', async () => {
    shell.explore('app.tar');
    await shell.shows('after layer 2');
    shell.press('C-z');
    await shell.shows('Stopped');
    // 128 and the number of SIGTSTP.
    expect(await shell.code()).toBe(148);
    await expectSane();
    shell.start('clear; fg');
    await shell.shows('after layer 2');
    shell.press('C-c');
    await expectSane();
  });

  it('goes on after it was stopped without a word', async () => {
    shell.explore('app.tar');
    await shell.shows('after layer 2');
    process.kill(shell.pid, 'SIGSTOP');
    await shell.shows('Stopped');
    // 128 and the number of SIGSTOP.
    expect(await shell.code()).toBe(147);
    shell.start('clear; fg');
    await shell.shows('after layer 2');
    shell.press('w');
    await shell.shows('wasted in layers 0 to 2');
    shell.press('q');
    await expectSane();
  });

  it('writes a file of the image, once, and without its set-id bit', async () => {
    shell.explore('app.tar');
    await shell.shows('after layer 2');
    shell.press('/', 't', 'o', 'o', 'l', 'Enter', 'End', 'C-e');
    await shell.shows('./tool');
    shell.press('Enter');
    await shell.shows('Wrote 50.0 kB to ./tool.');
    shell.press('C-e', 'Enter');
    await shell.shows('is there already');
    shell.press('q');
    expect(await shell.code()).toBe(0);
    const { mode, size } = lstatSync(join(cwd, 'tool'));
    expect({ mode: mode & 0o7777, size }).toEqual({ mode: 0o755, size: 50_000 });
  });

  it.each([
    ['q', 0],
    ['TERM', 143],
    ['HUP', 129],
    ['INT', 130],
  ])('ends at %s while no more comes of a file that it writes', async (ending, code) => {
    const image = await imageOf([1]);
    const layer = image.layers[0] ?? expect.fail();
    const faults: readonly Fault[] = [
      { on: new RegExp(layer.digest), do: response => response.end(layer.bytes) },
      {
        on: new RegExp(layer.digest),
        do: response => void response.write(layer.bytes.subarray(0, layer.bytes.length / 2)),
      },
    ];
    await withRegistry([image], { faults }, async ({ host }) => {
      shell.explore(`docker://${host}/app:1`);
      await shell.shows('after layer 0');
      shell.press('Tab', 'C-e');
      await shell.shows('./f1');
      shell.press('Enter');
      await shell.shows('Writing ./f1');
      await expect.poll(() => read('f1')?.length).toBeGreaterThan(0);
      if (ending === 'q') shell.press('q');
      else process.kill(shell.pid, `SIG${ending}`);
      expect(await shell.code()).toBe(code);
      expect(read('f1')).toBe(null);
      await expectSane();
    });
  });

  it('compares two images', async () => {
    shell.explore('before.tar', 'app.tar');
    expect(await shell.shows('against the baseline')).toContain('+600 B');
    shell.press('q');
    expect(await shell.code()).toBe(0);
  });

  it('opens the line of an instruction in the editor, with the terminal as it was', async () => {
    shell.explore('report.json');
    await shell.shows('lists no files');
    shell.press('e');
    await shell.shows('wasted in layers');
    await expect.poll(() => read('edited')).toBe(`--wait\n+6\n${join(cwd, 'Dockerfile')}\n`);
    await shell.shows('23.2 MB wasted in layers 0 to 4');
    shell.press('q');
    expect(await shell.code()).toBe(0);
    expect(read('while-edited')).toBe(settings);
    await expectSane();
  });

  it('stops with an editor, goes on with it, and leaves it the terminal', async () => {
    await shell.run('export EDITOR=$PWD/bin/stopping');
    shell.explore('report.json');
    await shell.shows('lists no files');
    shell.press('e');
    await shell.shows('editing');
    // Ctrl-C is for the editor; Ctrl-Z is for both.
    shell.press('C-c');
    await shell.shows('interrupted');
    shell.press('C-z');
    await shell.shows('Stopped');
    expect(await shell.code()).toBe(148);
    await expectSane();
    shell.start('clear; fg');
    await shell.shows('exec "$@"');
    shell.start('typed on');
    await shell.shows('23.2 MB wasted in layers 0 to 4');
    expect(read('typed')).toBe('typed on\n');
    expect(read('while-edited')).toBe(settings);
    shell.press('q');
    await expectSane();
  });

  function read(name: string): string | null {
    try {
      return readFileSync(join(cwd, name), 'utf8');
    } catch {
      return null;
    }
  }
});
