import { changeFiles } from '../../folder.ts';
import { fresh, SMALL_BASE } from '../engines.ts';
import { checkoutOfJob, MERGE, type TeamRepository, teamPullRequest, textOf } from './team-repository.ts';

/** Code that a program makes of definitions, on both sides; nothing of it is in the repository. */
export const protobufs: TeamRepository = async () => {
  const generate = [
    '#!/bin/sh',
    'set -eu',
    'rm -rf gen && mkdir -p gen/go',
    'for file in proto/*.proto; do',
    '  name=gen/go/$(basename "$file" .proto).pb.go',
    '  printf "// generated\\n" > "$name"',
    '  cat "$file" "$file" "$file" >> "$name"',
    'done',
    'git describe --always --abbrev=7 --exclude="*" > gen/VERSION',
  ].join('\n');
  const dockerfile = [
    `FROM ${SMALL_BASE} AS build`,
    `ENV SEED=${fresh()}`,
    'COPY . /src',
    'WORKDIR /src',
    'RUN cat gen/go/*.go cmd/*.go > /server',
    `FROM ${SMALL_BASE}`,
    'COPY --from=build /server /src/gen/VERSION /srv/',
    'COPY proto /srv/proto',
  ].join('\n');
  const pull = await teamPullRequest(
    [
      {
        '.gitignore': '/gen/\n',
        '.dockerignore': '.git\n!.gitattributes\n',
        Makefile: '.PHONY: proto\nproto:\n\t./scripts/generate.sh\n',
        'scripts/generate.sh': { program: generate },
        Dockerfile: dockerfile,
      },
      { 'proto/user.proto': textOf(1_000), 'proto/order.proto': textOf(500), 'cmd/main.go': textOf(700) },
    ],
    [
      { 'proto/user.proto': textOf(1_000 + 400) },
      { 'proto/order.proto': null, 'proto/invoice.proto': textOf(900), 'cmd/main.go': textOf(700 + 31) },
    ],
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE });
  await changeFiles(workspace, { 'gen/go/left.pb.go': textOf(50_000) });
  const inputs = { prepare: 'make proto' };
  // Each definition is there once, and three times in the program.
  return { server: { pull, workspace, inputs, delta: 4 * (400 + 900 - 500) + 31, notices: {} } };
};

/** What a bundler made of the sources before the image is built: as any step of a job, or on both sides. */
export const frontEnd: TeamRepository = async () => {
  const dockerfile = `FROM ${SMALL_BASE}\nENV SEED=${fresh()}\nCOPY deploy/nginx.conf /etc/nginx/conf.d/default.conf\nCOPY dist /usr/share/nginx/html\n`;
  const bundle =
    'rm -rf dist; mkdir -p dist/assets; cp public/* dist/; cat src/*.js > dist/assets/index-4f1a.js; cp src/app.js dist/assets/index-4f1a.js.map\n';
  const pull = await teamPullRequest(
    [
      {
        Dockerfile: dockerfile,
        '.gitignore': 'node_modules\ndist\n.env*\n',
        '.dockerignore': '**\n!dist\n!deploy/nginx.conf\ndist/**/*.map\n',
        'package.json': '{ "scripts": { "build": "sh build.sh" } }\n',
        'build.sh': bundle,
        'deploy/nginx.conf': textOf(600),
        'public/index.html': textOf(800),
      },
      { 'src/app.js': textOf(90_000), 'src/vendor.js': textOf(200_000) },
    ],
    [
      { 'src/app.js': textOf(90_000 + 5_432) },
      { 'deploy/nginx.conf': textOf(600 + 321), 'public/logo.svg': textOf(2_000) },
    ],
  );
  const { origin } = pull;
  const built = await checkoutOfJob({ origin, ref: MERGE });
  await changeFiles(built, {
    'dist/index.html': textOf(800),
    'dist/logo.svg': textOf(2_000),
    'dist/assets/index-4f1a.js': textOf(295_432),
    'dist/assets/index-4f1a.js.map': textOf(95_432),
    'node_modules/vite/bin/vite.js': { program: textOf(70_000) },
    '.env.local': 'SECRET=1\n',
  });
  const prepared = await checkoutOfJob({ origin, ref: MERGE });
  await changeFiles(prepared, { 'node_modules/vite/bin/vite.js': { program: textOf(70_000) } });
  return {
    'built by an earlier step': {
      pull,
      workspace: built,
      inputs: {},
      delta: 321,
      notices: { 'uncommitted-files': /^298\.2 kB of the image .*"dist\/" 298\.2 kB/ },
    },
    'built by prepare': {
      pull,
      workspace: prepared,
      inputs: { prepare: 'sh build.sh' },
      delta: 5_432 + 2_000 + 321,
      notices: {},
    },
  };
};

/** A jar that an earlier step packed, copied by another name. */
export const javaJar: TeamRepository = async () => {
  const dockerfile = [
    `FROM ${SMALL_BASE}`,
    `ENV SEED=${fresh()}`,
    'ARG JAR_FILE=target/*.jar',
    'WORKDIR /app',
    'COPY --chmod=755 docker-entrypoint.sh /usr/local/bin/',
    'COPY config config',
    '# Copied under a name that scripts can rely on.',
    'COPY $JAR_FILE app.jar',
    'ENTRYPOINT ["docker-entrypoint.sh"]',
  ].join('\n');
  const pull = await teamPullRequest(
    [
      {
        Dockerfile: dockerfile,
        '.gitignore': 'target/\n!.mvn/wrapper/maven-wrapper.jar\n*.jar\n!.mvn/wrapper/*.jar\n',
        '.dockerignore': 'target/*\n!target/*.jar\n.mvn\nmvnw*\nsrc\n',
        'pom.xml': textOf(3_000),
        mvnw: { program: '#!/bin/sh\nexec mvn "$@"\n' },
        'mvnw.cmd': '@mvn %*\r\n',
        '.mvn/wrapper/maven-wrapper.jar': Buffer.alloc(50_000, 7),
        'docker-entrypoint.sh': '#!/bin/sh\nexec java -jar /app/app.jar\n',
      },
      { 'src/main/java/App.java': textOf(4_000), 'config/application.yml': textOf(1_000) },
    ],
    [
      { 'src/main/java/App.java': textOf(9_000), 'config/application.yml': textOf(1_000 + 1_234) },
      { 'docker-entrypoint.sh': '#!/bin/sh\nexec java -Xmx512m -jar /app/app.jar\n' },
    ],
  );
  const workspace = await checkoutOfJob({ origin: pull.origin, ref: MERGE });
  await changeFiles(workspace, {
    'target/demo-1.4.0.jar': Buffer.alloc(2_345_678, 1),
    'target/demo-1.4.0.jar.original': Buffer.alloc(12_000, 2),
    'target/classes/App.class': Buffer.alloc(3_000, 3),
    'target/surefire-reports/TEST-App.xml': textOf(2_000),
  });
  return {
    app: {
      pull,
      workspace,
      inputs: { tags: 'octo/app:ci' },
      delta: 1_234 + ' -Xmx512m'.length,
      notices: { 'uncommitted-files': /^2\.3 MB of the image .*"target\/demo-1\.4\.0\.jar" 2\.3 MB/ },
    },
  };
};
