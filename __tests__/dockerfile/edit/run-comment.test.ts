import { describe, expect, it } from 'vitest';
import { edited, merge } from './edited.ts';

/** What becomes of `RUN a`, with a comment above each. */
function merged(above: string, between: string): string {
  const lines = [...(above === '' ? [] : [above]), 'RUN a', ...(between === '' ? [] : [between]), 'RUN b'];
  const [first, last] = [lines.indexOf('RUN a') + 2, lines.indexOf('RUN b') + 2];
  return edited(`${lines.join('\n')}\n`, merge(first, last));
}

const APART = [
  'Separate layer so that the encoder does not bust the cache of the browsers',
  'separate RUN to facilitate caching',
  'On its own: 240 MB that seldom change',
  'in its own layer so it caches across rebuilds above it',
  'Kept apart: clients pull these in parallel',
  'Layers are pulled concurrently, so this one is split off',
  'Two layers, since the registry refuses a layer size of more than 2 GB',
  "We build them first in separate RUN commands so we don't exceed the limits",
  'This layer is cached when these files do not change',
  'cached unless the version changes',
  'so that a source edit does not reinstall the dependencies',
  "don't merge with the one above",
  'Do not combine: the second fails now and then',
  'to make use of Docker layer caching',
  'avoid re-downloads while developing',
  'the next RUN needs the keys',
  'uses what the RUN above has made',
  'Layer 2: the tools',
] as const;

const DESCRIBING = [
  'why',
  'Install the tools',
  'Clean npm cache',
  'remove the build cache',
  'no cache, please',
  'must run before the server starts',
  'This command installs the tools',
  'Do all this in a single RUN to avoid duplicating the files across image layers',
  'Step 2: configure',
  'compile in parallel',
  'reinstall with documentation',
  'make the image smaller',
] as const;

describe('a comment that would be false of a merged RUN', () => {
  it.each(APART)('keeps it apart: %s', text => {
    expect(merged('', `# ${text}`)).toMatch(/^! a comment keeps the RUN at line 4 apart$/);
    expect(merged(`# ${text}`, '')).toMatch(/^! a comment keeps the RUN at line 3 apart$/);
  });

  it('may take several lines, and stand inside of the RUN', () => {
    expect(edited('RUN a\n# Not with the others, as its own\n#   layer\nRUN b\n', merge(2, 5))).toContain(
      'apart',
    );
    expect(edited('RUN a\nRUN b \\\n# in a separate layer\n && c\n', merge(2, 3))).toContain('apart');
  });

  it('may be about all RUNs that follow', () => {
    const lines = '# Separate layers, pulled in parallel\nRUN a\n# tools\nRUN b\n\nRUN c\n';
    expect(edited(lines, merge(5, 7))).toBe('! a comment keeps the RUN at line 3 apart');
    const alone = '# Its own layer\nRUN a\n# tools\nRUN b\n\nRUN c\n';
    expect(edited(alone, merge(5, 7))).toContain('RUN b \\\n    && c');
    expect(edited('# Separate layers\nRUN a\nCOPY x y\nRUN b\nRUN c\n', merge(5, 6))).toContain('b \\\n');
  });

  it.each(DESCRIBING)('is not one that describes what is done: %s', text => {
    expect(merged(`# ${text}`, `# ${text}`)).toBe(`# ${text}\nRUN a \\\n# ${text}\n    && b\n`);
  });
});

describe('what a linter is to overlook', () => {
  it('is told once', () => {
    const pragma = '# hadolint ignore=DL3008';
    expect(merged(pragma, pragma)).toBe(`${pragma}\nRUN a \\\n    && b\n`);
    expect(merged(pragma, '')).toBe(`${pragma}\nRUN a \\\n    && b\n`);
  });

  it('is not lost', () => {
    const reason = '! a linter is told to overlook something at line 4 alone';
    expect(merged('', '# hadolint ignore=DL3008')).toBe(reason);
    expect(
      edited('# hadolint ignore=DL3008\nRUN a\n# hadolint ignore=DL3013\nRUN b\n', merge(3, 5)),
    ).toContain('line 5 alone');
    expect(edited('RUN a\nRUN b \\\n# hadolint ignore=DL3008\n && c\n', merge(2, 3))).toBe(
      '! a linter is told to overlook something at line 3 alone',
    );
  });

  it('holds for no more than before where it is ours', () => {
    const ours = '# deadweight ignore=apt-lists';
    const reason = '! a comment ignores findings of the RUN at line 3 alone';
    expect(merged(ours, '')).toBe(reason);
    expect(edited(`RUN a \\\n${ours}\n && b\nRUN c\n`, merge(2, 5))).toBe(reason.replace('3', '2'));
    expect(merged(ours, ours)).toBe(`${ours}\nRUN a \\\n    && b\n`);
    expect(merged('# deadweight ignore-file=no-user', '')).not.toContain('!');
  });
});
