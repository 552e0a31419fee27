import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editedPath, editorCommand, runEditor } from '../../../src/run/explore/editor.ts';
import { folderOf } from '../../support/folder.ts';

describe('the command of an editor', () => {
  it.each([
    [{ EDITOR: 'vi' }, 'vi', ['+3', '/w/Dockerfile']],
    [{ VISUAL: 'nano -w', EDITOR: 'vi' }, 'nano', ['-w', '+3', '/w/Dockerfile']],
    [{ VISUAL: ' ', EDITOR: 'code --wait' }, 'code', ['--wait', '--goto', '/w/Dockerfile:3']],
    [{ EDITOR: '/opt/bin/subl' }, '/opt/bin/subl', ['/w/Dockerfile:3']],
    [{ EDITOR: 'vi; rm -rf $HOME' }, 'vi;', ['rm', '-rf', '$HOME', '+3', '/w/Dockerfile']],
  ])('%j', (env, program, args) => {
    expect(editorCommand(env, '/w/Dockerfile', 3)).toEqual({ program, args });
  });

  it('is wanted', () => {
    expect(() => editorCommand({}, '/w/Dockerfile', 3)).toThrow('Neither VISUAL nor EDITOR');
  });
});

describe('the file that is edited', () => {
  it('is one of the working directory, without links that lead out of it', async () => {
    const other = await folderOf({ passwd: 'x' });
    const cwd = await folderOf({ 'app/Dockerfile': 'FROM x\n', '-x': '' });
    symlinkSync(join(other, 'passwd'), join(cwd, 'out'));
    symlinkSync('app/Dockerfile', join(cwd, 'in'));
    expect(editedPath('app/Dockerfile', cwd)).toBe(join(cwd, 'app/Dockerfile'));
    expect(editedPath('in', cwd)).toBe(join(cwd, 'app/Dockerfile'));
    expect(editedPath('-x', cwd)).toBe(join(cwd, '-x'));
    for (const file of ['out', 'app', '.', '..', '/etc/passwd', '../passwd', 'no/such', 'a\0b', ''])
      expect(() => editedPath(file, cwd)).toThrow('is no file of this directory');
  });
});

it('an editor that cannot be started, or fails, is told', async () => {
  const cwd = await folderOf();
  await expect(runEditor({ program: join(cwd, 'none'), args: [] }, cwd)).rejects.toThrow(
    'could not be started',
  );
  await expect(runEditor({ program: 'false', args: [] }, cwd)).rejects.toThrow('ended with 1');
  await expect(runEditor({ program: 'true', args: [] }, cwd)).resolves.toBeUndefined();
});
