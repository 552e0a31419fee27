import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/base/phrase.ts';
import { reportedFinding } from '../../../src/findings/finding.ts';
import { describeFinding, findFindings } from '../../../src/findings/rules.ts';
import { editsPhrase } from '../../../src/report/sentences/edit-phrase.ts';
import { random } from '../../support/credentials/made-up.ts';
import { contextOf } from '../finding-case.ts';

/** What is said of what `COPY . /app` brings. */
function told(
  files: Readonly<Record<string, number>>,
  ownIgnoreFile?: string,
  later: readonly string[] = [],
) {
  const context = contextOf({
    dockerfile: ['FROM debian:12', 'COPY . /app', 'RUN rm -rf /app/data/big', 'USER app'],
    user: 'app',
    ...(ownIgnoreFile && { ownIgnoreFile }),
    layers: [
      { base: true, files: { 'bin/sh': 1_000_000 } },
      { line: 2, files: { 'app/main.py': 500, ...files } },
      ...(later.length > 0 ? [{ line: 3, deletes: [...later] }] : []),
    ],
    findings: [],
  });
  return findFindings(context).map(found => {
    const words = describeFinding(reportedFinding(found));
    return {
      rule: found.rule,
      what: plainText(words?.what ?? []),
      fix: plainText(words?.fix ?? []),
      edits: plainText(editsPhrase(found.edits, 'Dockerfile')),
    };
  });
}

const OWN = 'docker/app.Dockerfile.dockerignore';

describe('the ignore file that a finding names', () => {
  it.each([
    ['context-clutter', { 'app/.idea/a': 500_000 }, []],
    ['copied-tests', { 'app/tests/data': 5_000_000 }, []],
    ['copied-env-file', { 'app/.env': 50 }, []],
    ['copied-dependencies', { 'app/node_modules/a/index.js': 5_000_000 }, []],
    ['deleted-later', { 'app/data/big': 5_000_000, 'app/data/small': 5 }, ['app/data/big']],
  ] as const)('%s', (rule, files, later) => {
    const [finding] = told(files, undefined, later);
    expect(finding).toMatchObject({ rule, fix: expect.stringMatching(/exclude them in \.dockerignore/) });
    const [own] = told(files, OWN, later);
    expect(own?.fix).toBe(finding?.fix.replace('.dockerignore', OWN));
    expect(own?.edits).toBe(finding?.edits.replace('.dockerignore', OWN));
  });

  it.each([
    ['of a file', 'app/.env', 'DB_PASSWORD=Tr0ub4dor-and-3\n'],
    [
      'of a checkout',
      'app/.git/config',
      `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${random(60)}\n`,
    ],
  ])('credentials %s', (_name, path, text) => {
    const fixOf = (ownIgnoreFile?: string): string => {
      const found = findFindings(
        contextOf({
          dockerfile: ['FROM debian:12', 'COPY . /app', 'USER app'],
          user: 'app',
          ...(ownIgnoreFile && { ownIgnoreFile }),
          layers: [
            { base: true, files: { 'bin/sh': 1_000_000 } },
            { line: 2, texts: { [path]: text } },
          ],
          findings: [],
        }),
      ).find(({ rule }) => rule === 'credentials');
      return plainText(found === undefined ? [] : (describeFinding(reportedFinding(found))?.fix ?? []));
    };
    expect(fixOf()).toMatch(/exclude .* in \.dockerignore/);
    expect(fixOf(OWN)).toBe(fixOf().replace('in .dockerignore', `in ${OWN}`));
  });

  it('is named by the edit', () => {
    expect(told({ 'app/.idea/a': 500_000 }, OWN)).toMatchObject([{ edits: `add .idea to ${OWN}` }]);
  });
});

describe('a history that was copied along', () => {
  const WITH = 'that still holds what was deleted';

  it('is named where the sentence names something else', () => {
    const files = { 'app/.git/objects/ab/c': 900, 'app/.idea/a': 500_000 };
    expect(told(files)[0]?.what).toMatch(new RegExp(`, with a history in /app/\\.git/ ${WITH}$`));
    const large = { 'app/.git/objects/ab/c': 900_000, 'app/.idea/a': 500_000 };
    expect(told(large)[0]?.what).toMatch(new RegExp(`in /app/\\.git/ and .*, with a history ${WITH}$`));
  });

  it('is none without what was committed', () => {
    const [finding] = told({ 'app/.git/config': 900, 'app/.git/HEAD': 20, 'app/.idea/a': 500_000 });
    expect(finding?.rule).toBe('context-clutter');
    expect(finding?.what).not.toContain('history');
    expect(told({ 'app/.git/config': 900, 'app/Dockerfile': 400 })).toEqual([]);
  });
});
