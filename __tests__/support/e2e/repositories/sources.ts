import { createHash } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { changeFiles, folderOf } from '../../folder.ts';
import { startGitDaemon } from '../../git/git-daemon.ts';
import { commit, createRepository, git } from '../../git/repository.ts';
import { fresh, SMALL_BASE } from '../engines.ts';
import {
  checkoutOfJob,
  MERGE,
  type TeamRepository,
  teamPullRequest,
  textOf,
  writeProgram,
} from './team-repository.ts';

/** What another repository makes of a library; the pull request takes a newer one, and with it a newer one of its own. */
export const submodules: TeamRepository = async () => {
  const json = await createRepository();
  await commit(json, { 'json.h': textOf(5_000), 'tests/all.json': textOf(900) });
  const engine = await createRepository();
  await git(engine, 'submodule', '--quiet', 'add', `file://${json}`, 'third_party/json');
  await commit(engine, { 'engine.c': textOf(10_000), 'old.c': textOf(500), '.gitignore': '*.o\n' });
  const theme = await createRepository();
  await commit(theme, { 'theme.css': textOf(7_000) });
  const pull = await teamPullRequest(
    [
      async work => {
        await git(work, 'submodule', '--quiet', 'add', `file://${engine}`, 'vendor/engine');
        await git(work, 'submodule', '--quiet', 'add', `file://${theme}`, 'docs/theme');
        await git(work, 'submodule', '--quiet', 'update', '--init', '--recursive');
      },
      {
        Dockerfile: `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nWORKDIR /src\nCOPY . .\nRUN test -s vendor/engine/third_party/json/json.h\n`,
        '.dockerignore': '.git\n.github\ndocs\n**/tests\n*.md\n',
        'src/main.c': textOf(2_000),
      },
    ],
    [
      { 'src/main.c': textOf(2_000 + 123) },
      async work => {
        await commit(json, { 'json.h': textOf(5_000 + 1_111), 'tests/more.json': textOf(4_000) });
        await git(join(engine, 'third_party/json'), 'pull', '--quiet', 'origin', 'main');
        await commit(engine, { 'engine.c': textOf(10_000 + 3_000), 'old.c': null });
        await commit(theme, { 'theme.css': textOf(9_000) });
        for (const path of ['vendor/engine', 'docs/theme']) {
          await git(join(work, path), 'pull', '--quiet', '--recurse-submodules', 'origin', 'main');
        }
      },
    ],
    { 'submodule.recurse': 'true' },
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE, submodules: true });
  return { app: { pull, workspace, inputs: {}, delta: 123 + 3_000 - 500 + 1_111, notices: {} } };
};

/** The pointer of a file that Git LFS holds. https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
function pointerTo(content: string): string {
  const oid = createHash('sha256').update(content).digest('hex');
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n`;
}

/** Models in Git LFS, with a checkout that has them (`lfs: true`) and one that has their pointers. */
export const largeFiles: TeamRepository = async () => {
  const models = {
    first: textOf(999_900, 'm'),
    second: textOf(999_900 + 45_678, 'n'),
    labels: textOf(12_000),
    voice: textOf(20_000),
  };
  const store = await folderOf(
    Object.fromEntries(
      Object.values(models).map(each => [createHash('sha256').update(each).digest('hex'), each]),
    ),
  );
  const pull = await teamPullRequest(
    [
      {
        '.gitattributes':
          '* text=auto\nmodels/** filter=lfs diff=lfs merge=lfs -text\nmodels/*.md !filter !diff text\n',
        '.dockerignore': '**\n!models/*.bin\n!models/labels.txt\n!serve\n',
        Dockerfile: `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nCOPY models /models\nCOPY serve /usr/local/bin/\n`,
        'models/classify.bin': pointerTo(models.first),
        'models/labels.txt': pointerTo(models.labels),
        'models/README.md': textOf(600),
        serve: { program: '#!/bin/sh\nexec true\n' },
      },
    ],
    [
      { 'models/classify.bin': pointerTo(models.second), 'models/README.md': textOf(900) },
      { 'models/voice.bin': pointerTo(models.voice), serve: { program: '#!/bin/sh\nexec true --port 80\n' } },
    ],
  );
  const smudge = `#!/bin/sh\n[ "$GIT_LFS_SKIP_SMUDGE" != 1 ] || exec cat\nexec cat "${store}/$(sed -n 's/^oid sha256://p')"\n`;
  const clean = [
    '#!/bin/sh',
    'file=$(mktemp); trap \'rm -f "$file"\' EXIT; cat > "$file"',
    'head -c 7 "$file" | grep -q "^version" && { cat "$file"; exit; }',
    'set -- $(sha256sum "$file")',
    'printf "version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n" "$1" "$(wc -c < "$file")"',
  ];
  const settings = {
    'filter.lfs.smudge': await writeProgram('smudge', smudge),
    'filter.lfs.clean': await writeProgram('clean', `${clean.join('\n')}\n`),
    'filter.lfs.required': 'true',
  };
  const { origin } = pull;
  const image = { pull, inputs: {}, notices: {} };
  return {
    'with its files': {
      ...image,
      workspace: await checkoutOfJob({ origin, ref: MERGE, settings }),
      delta: 45_678 + 20_000 + ' --port 80'.length,
    },
    // One digit more in one pointer, and a pointer more: 40 + 71 + 4 characters, 3 line ends, and the digits of its size.
    'with their pointers': {
      ...image,
      workspace: await checkoutOfJob({ origin, ref: MERGE }),
      delta: 1 + pointerTo(models.voice).length + ' --port 80'.length,
    },
  };
};

/** Modules of others in the repository itself, by a `.dockerignore` that lets in what it names. */
export const vendored: TeamRepository = async () => {
  const dockerfile = [
    `FROM ${SMALL_BASE} AS build`,
    `ENV SEED=${fresh()}`,
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'COPY vendor vendor',
    'COPY . .',
    "RUN find . -name '*.go' | sort | tr '\\n' '\\0' | xargs -0 cat > /server && chmod 755 /server",
    `FROM ${SMALL_BASE}`,
    'COPY --from=build /server /usr/local/bin/server',
    'COPY --from=build /src/vendor /usr/share/doc/server',
    'ENTRYPOINT ["server"]',
  ].join('\n');
  const moduleOf = (version: string): string =>
    `module example.org/app\r\n\r\nrequire example.org/log ${version}\r\n`;
  const pull = await teamPullRequest(
    [
      {
        Dockerfile: dockerfile,
        '.dockerignore': '*\n!cmd\n!go.*\n!vendor\nvendor/**/testdata\n**/*_test.go\n',
        '.gitattributes': '* text=auto\nvendor/** -text\n',
        '.gitignore': '*.test\n/bin/\n',
        'go.mod': moduleOf('v1.9.0'),
        'go.sum': textOf(300),
        'cmd/server/main.go': textOf(1_000),
        'cmd/server/main_test.go': textOf(1_000),
      },
      {
        'vendor/modules.txt': textOf(200),
        'vendor/example.org/log/log.go': textOf(12_000).replaceAll('x\n', '\r\n'),
        'vendor/example.org/log/LICENSE': textOf(1_100),
        'vendor/example.org/log/testdata/golden.json': textOf(5_000),
        'vendor/example.org/naïve text/fold.go': textOf(800),
        'vendor/example.org/.gitignore': 'generated.go\n',
      },
    ],
    [
      {
        'go.mod': moduleOf('v2.0.1'),
        'go.sum': textOf(420),
        'vendor/modules.txt': textOf(250),
        'vendor/example.org/log/log.go': null,
        'vendor/example.org/log/LICENSE': null,
        'vendor/example.org/log/v2/log.go': textOf(15_000).replaceAll('x\n', '\r\n'),
        'vendor/example.org/log/v2/testdata/golden.json': textOf(50_000),
      },
      {
        'vendor/example.org/log/v2/LICENSE': textOf(1_100),
        'vendor/example.org/naïve text/fold.go': textOf(800 + 77),
        'cmd/server/main.go': textOf(1_000 + 9),
        'cmd/server/main_test.go': textOf(6_000),
      },
    ],
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE });
  await changeFiles(workspace, { 'bin/server': { program: textOf(60_000) }, 'server.test': textOf(9_000) });
  // What is vendored is in the image twice: in the program, and as it is.
  const delta = 2 * (15_000 - 12_000 + 77) + 9 + (250 - 200);
  return { server: { pull, workspace, inputs: {}, delta, notices: {} } };
};

/** No checkout: BuildKit fetches the merge commit, its submodule by an address relative to its own. */
export const gitContextOnly: TeamRepository = async () => {
  const folder = await folderOf();
  const library = await createRepository(join(folder, 'octo/lib.git'));
  await commit(library, { 'lib.lua': textOf(3_000) });
  const pull = await teamPullRequest(
    [
      async work => {
        await git(work, 'submodule', '--quiet', 'add', `file://${library}`, 'lib');
        await git(work, 'config', '--file', '.gitmodules', 'submodule.lib.url', '../lib.git');
      },
      {
        // BuildKit reads no .dockerignore here, so that what is copied is named.
        'build/Dockerfile': `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nCOPY *.lua run* /app/\nCOPY lib /app/lib/\n`,
        '.dockerignore': 'docs\n*.md\n.git*\n!.gitattributes\n',
        'app.lua': textOf(2_000),
        'run.cmd': 'lua app.lua\r\n',
      },
    ],
    [
      { 'app.lua': textOf(2_000 + 777), run: { program: '#!/bin/sh\n' } },
      async work => {
        await commit(library, { 'lib.lua': textOf(3_000 + 1_500) });
        await git(join(work, 'lib'), 'pull', '--quiet', 'origin', 'main');
      },
    ],
    { 'submodule.recurse': 'true' },
  );
  await mkdir(join(folder, 'octo'), { recursive: true });
  await rename(pull.origin, join(folder, 'octo/app.git'));
  const daemon = await startGitDaemon(folder);
  const url = `${daemon.url}/octo/app.git`;
  const inputs = { context: `${url}#${MERGE}`, file: 'build/Dockerfile' };
  const delta = 777 + '#!/bin/sh\n'.length + 1_500;
  const workspace = await folderOf();
  return { app: { pull, workspace, inputs, delta, notices: {}, close: () => daemon.close() } };
};
