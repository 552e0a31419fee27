import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { modelFiles } from '../../__tests__/dockerfile/edit/random-dockerfile.ts';
import { contextWith } from '../../__tests__/findings/finding-case.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { readIgnoreComments } from '../../src/dockerfile/ignore-comment.ts';
import { IgnoreFile } from '../../src/dockerfile/ignore-file.ts';
import { readScript } from '../../src/dockerfile/shell/read-script.ts';
import { runScript } from '../../src/dockerfile/shell/run-script.ts';
import { reportedFinding } from '../../src/findings/finding.ts';
import { findFixes } from '../../src/findings/fix/fix.ts';
import { editTexts, makePatch } from '../../src/findings/fix/patch.ts';
import { describeFinding, findFindings, RULES } from '../../src/findings/rules.ts';
import { bindLayers, generateBuild, readBuild } from '../mutators/image-build.ts';
import { type Language, mutateText, mutateTextBytes } from '../mutators/text.ts';
import { accept, require, type Target } from '../target.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

function dockerfilesBelow(folder: string): readonly string[] {
  return readdirSync(join(EXAMPLES, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => /Dockerfile$/.test(path))
    .map(path => readFileSync(join(EXAMPLES, folder, path), 'utf8'));
}

const DOCKERFILES: Language = {
  seeds: [
    ...dockerfilesBelow('good'),
    ...dockerfilesBelow('lessons'),
    ...fc.sample(modelFiles(), { numRuns: 60, seed: 12 }).map(({ text }) => text),
  ],
  tokens: [
    '# deadweight ignore=apt-lists,no-user -- why\n',
    '# deadweight: ignore-file = ',
    ' # deadweight ignore=apt-lists',
    '# deadweight-ignore a',
    'FROM ',
    'FROM scratch AS a\n',
    'FROM a\n',
    'RUN ',
    'RUN <<EOF\n',
    'EOF\n',
    "<<'A' <<-B ",
    'COPY ',
    'COPY --from=a ',
    'COPY . .\n',
    'ADD ',
    'ARG ',
    'ENV A=b ',
    'ENV A $A\n',
    'SHELL ["/bin/bash", "-c"]\n',
    'ONBUILD ',
    'USER ',
    'WORKDIR ',
    'VOLUME ',
    'LABEL ',
    'HEALTHCHECK ',
    '--mount=type=cache,target=/x ',
    '--mount=',
    '--chown=1:1 ',
    '--',
    '\\\n',
    '`\n',
    '# escape=`\n',
    '# syntax=docker/dockerfile:1\n',
    '#',
    '# x\n',
    '\n',
    '\r',
    ' ',
    '\t',
    ' && ',
    ' || ',
    '; ',
    ' | ',
    '"',
    "'",
    '$',
    '$\u007bA:-',
    '}',
    '$(',
    '`',
    '(',
    ')',
    '{',
    ' do ',
    ' done ',
    ' if ',
    ' fi ',
    'apt-get update && apt-get install -y gcc ',
    'rm -rf /var/lib/apt/lists/* ',
    'pip install x ',
    'npm ci ',
    'apk add --no-cache a ',
    'cd /x ',
    'chmod -R 755 /app ',
    '[',
    ']',
    '["a", "b"]',
    '<<',
    '>',
    '*',
    '?',
    '\\',
    '!',
    '=',
  ],
};

const dockerfiles: Target = {
  name: 'dockerfiles',
  parsers: [
    'dockerfile/dockerfile.ts',
    'dockerfile/instruction-ranges.ts',
    'dockerfile/logical-line.ts',
    'dockerfile/stage.ts',
    'dockerfile/mount.ts',
    'dockerfile/shell-word.ts',
    'dockerfile/built-dockerfile.ts',
    'dockerfile/edit/apply-edits.ts',
    'findings/rules.ts',
    'package-managers/package-command.ts',
  ],
  accepts: [...RULES.map(({ id }) => id), 'editTexts'],
  holds:
    'instructions are in order and within the file; what a rule finds it knows again, in words; a fix leaves as many stages',
  maxMs: 4000,
  generate: random => generateBuild(DOCKERFILES, random),
  check(input) {
    const { text, image } = readBuild(input);
    const file = parseDockerfile(text, 'Dockerfile');
    const lines = text.split('\n').length;
    let last = 0;
    // A lone CR parts lines for one of the readers and not for the other: such a file has lines that are nobody's.
    const hasLines = !/\r(?!\n)/.test(text);
    for (const { startLine, endLine } of file.instructions) {
      const isPlaced = startLine > last && endLine >= startLine && endLine <= lines;
      require(isPlaced || !hasLines, 'an instruction is not where it can be');
      last = endLine;
    }
    if (image === null) return;
    const found = findFindings(contextWith(file, bindLayers(image, file)));
    for (const finding of found) {
      accept(finding.rule, true);
      require(describeFinding(reportedFinding(finding)) !== null, 'a finding is not known again');
    }
    const files = { dockerfile: { path: 'Dockerfile', text }, ignore: { path: '.dockerignore', text: '' } };
    for (const { edits } of findFixes(found)) {
      const edited = editTexts(files, edits);
      makePatch(files, edits);
      if ('reason' in edited) continue;
      accept('editTexts', edited);
      const stages = parseDockerfile(edited.dockerfile, 'Dockerfile').stages.length;
      require(stages === file.stages.length, 'a fix changes the stages');
    }
  },
};

const reading: Target = {
  name: 'dockerfile-texts',
  parsers: [
    'dockerfile/dockerfile.ts',
    'dockerfile/shell/run-script.ts',
    'dockerfile/dockerfile-instruction.ts',
    'dockerfile/comment-place.ts',
    'dockerfile/ignore-comment.ts',
  ],
  accepts: ['runScript', 'readIgnoreComments'],
  holds: 'as `dockerfiles`, without rules: it tries fifty times as many',
  maxMs: 2000,
  generate: random => mutateTextBytes(DOCKERFILES, random),
  check(input) {
    const file = parseDockerfile(input.toString('utf8'), 'Dockerfile');
    const { comments, mistakes } = readIgnoreComments(file);
    for (const comment of comments) accept('readIgnoreComments', comment);
    for (const { line } of [...comments, ...mistakes]) {
      require(line >= 1 && line <= file.lines.length, 'a comment is on no line');
      require(/dead/i.test(file.lines[line - 1] ?? ''), 'a comment is on another line');
    }
    for (const instruction of file.instructions) {
      if (instruction.keyword === 'RUN') accept('runScript', runScript(instruction));
    }
  },
};

const SHELL: Language = {
  seeds: [
    'set -eux; apt-get update && apt-get install -y --no-install-recommends gcc make && rm -rf /var/lib/apt/lists/*',
    'for a in x y; do echo "$a" | tee -a /log; done; if [ -f /x ]; then rm /x; else mkdir -p /x; fi',
    "curl -fsSL https://example.org/x.tar.gz | tar -xz -C /opt && echo 'a;b' > /etc/x 2>&1 || exit 3",
    'case "$(uname -m)" in x86_64) A=1;; aarch64|arm*) A=2 ;; *) exit 1;; esac; export A; (cd /tmp && make) & wait',
    'while read -r l; do printf "%s\\n" "$\u007bl%%=*}"; done <<EOF\na=b\nEOF\necho $((1 + 2)) `id -u`',
    'f() { local a=$1; shift; "$@" 2>/dev/null; }; f x; trap "rm -f $t" EXIT; { a; b; } > c',
  ],
  tokens: [
    '&&',
    '||',
    ';',
    ';;',
    '|',
    '&',
    '(',
    ')',
    '{ ',
    ' }',
    '$(',
    '`',
    '$((',
    '))',
    '"',
    "'",
    '\\',
    '\\\n',
    '\n',
    ' ',
    '\t',
    '#',
    '<<EOF\n',
    '\nEOF\n',
    '<<-A ',
    '<',
    '>',
    '2>&1',
    '$\u007b',
    '}',
    '%',
    '!',
    'if ',
    'then ',
    'else ',
    'elif ',
    'fi ',
    'for ',
    'in ',
    'do ',
    'done ',
    'while ',
    'until ',
    'case ',
    'esac ',
    'function ',
    '[[ ',
    ' ]]',
    'eval ',
    'exec ',
    'env A=1 ',
    'sudo ',
    'sh -c ',
    '*',
    '?',
    '[a-z]',
    '~',
    '=',
    '--',
    '-y ',
    "$'",
    '$"',
  ],
};

const shell: Target = {
  name: 'shell',
  parsers: [
    'dockerfile/shell/read-script.ts',
    'dockerfile/shell/shell-token.ts',
    'dockerfile/shell/compound-command.ts',
    'dockerfile/shell/quoting.ts',
  ],
  accepts: ['readScript'],
  holds: 'commands have words',
  maxMs: 1500,
  generate: random => Buffer.from(mutateText(SHELL, random)),
  check(input) {
    const { commands } = readScript(input.toString('utf8'));
    accept('readScript', commands.length > 0);
    for (const { words } of commands)
      require(words.every(word => typeof word === 'string'), 'a command has no words');
  },
};

const IGNORES: Language = {
  seeds: [
    'node_modules\n**/*.log\n!keep.log\n# c\n.git\n',
    '*\n!src/**\n!package*.json\n',
    '**/a/**/b/**/c?[a-z]\\*\n/x/../y\n',
    '[^a-c]*\n[]a]\n[!x]\n\\#x\n',
  ],
  tokens: [
    '*',
    '**',
    '**/',
    '/**',
    '?',
    '[',
    ']',
    '[^',
    '[!',
    '-',
    '\\',
    '!',
    '#',
    '/',
    '..',
    '.',
    '\n',
    ' ',
    'a',
    'b',
    'aa',
    '\\d',
    '\\b',
    '(',
    ')',
    '+',
    '|',
    '{2}',
    '^',
    '$',
    '[a-z]*',
  ],
};

const PATHS = [
  'a',
  'a/b',
  'a/b/c',
  'node_modules/x/y.log',
  'src/main.ts',
  'keep.log',
  'b'.repeat(300),
  'a/'.repeat(60),
  '.git/config',
  '#x',
  'ä/ö',
];

const ignoreFiles: Target = {
  name: 'ignore-files',
  parsers: ['dockerfile/ignore-file.ts', 'dockerfile/path-pattern.ts'],
  accepts: ['excludes'],
  holds:
    'the time grows with the patterns and the paths, and a path that is asked for twice is decided as before',
  maxMs: 3000,
  generate: random => Buffer.from(mutateText(IGNORES, random)),
  check(input) {
    const file = new IgnoreFile(input.toString('utf8'));
    const first = PATHS.map(path => accept('excludes', file.excludes(path)));
    require(PATHS.map(path => file.excludes(path)).every(
      (each, index) => each === first[index],
    ), 'a path is decided otherwise');
  },
};

export const DOCKERFILE_TARGETS: readonly Target[] = [dockerfiles, reading, shell, ignoreFiles];
