import { describe, expect, it } from 'vitest';
import { withCheckStage } from '../../src/build/check-stage.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';

const lines = (text: string | null): readonly string[] => (text ?? '').split('\n');

describe('withCheckStage', () => {
  it('runs the command on top of the last stage, which gets a name for it', () => {
    expect(
      lines(withCheckStage('FROM a AS b\nFROM --platform=linux/amd64 \\\n  c  \nUSER x', '', 'app -v')),
    ).toEqual([
      'FROM a AS b',
      'FROM --platform=linux/amd64 \\',
      '  c AS deadweight-image',
      'USER x',
      'FROM deadweight-image AS deadweight-check',
      'RUN --network=none ["/bin/sh","-c","app -v"]',
      '',
    ]);
  });

  it('takes the stage that the build is for, by its own name', () => {
    const text = 'FROM a AS one\r\nFROM b\r\n';
    expect(lines(withCheckStage(text, 'One', 'true'))).toContain('FROM one AS deadweight-check');
    expect(lines(withCheckStage(text, '1', 'true'))[1]).toBe('FROM b AS deadweight-image\r');
    expect(withCheckStage(text, 'three', 'true')).toBeNull();
  });

  it('hands the command over as it is, whatever a Dockerfile would make of it', () => {
    const command = 'cat <<EOF && echo "$HOME" \\\n# not a comment\nEOF\n';
    const text = withCheckStage('# escape=`\nFROM a\n', '', command) ?? '';
    const run = parseDockerfile(text, 'Dockerfile').instructions.at(-1);
    expect(run?.heredocs).toEqual([]);
    expect(JSON.parse(run?.body ?? '')).toEqual(['/bin/sh', '-c', command]);
  });
});
