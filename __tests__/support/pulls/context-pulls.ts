import { BASE } from '../e2e/engines.ts';
import { generated, npmPackages, type Pull, type Tree, tells, text } from './pull.ts';

const SHOP: Tree = {
  'src/server.js': generated(60_000, 'server'),
  'src/views.js': generated(40_000, 'views'),
  'db/dump.sql': generated(5_000_000, 'dump'),
  'coverage/lcov.info': generated(900_000, 'lcov'),
  Dockerfile: text(`FROM ${BASE}`, 'WORKDIR /app', 'COPY . .', 'CMD ["node", "src/server.js"]'),
};

const CATALOG: Tree = {
  'catalog/index.html': text('<!doctype html>'),
  'catalog/pages.json': generated(400_000, 'pages'),
};

const API: Tree = {
  'api/package.json': text('{ "name": "api", "version": "3.2.0" }'),
  'api/package-lock.json': text('{ "lockfileVersion": 3 }'),
  'api/src/main.js': generated(150_000, 'main'),
  'api/src/routes.js': generated(90_000, 'routes'),
  ...npmPackages('registry', [
    ['express', '4.21.2', 800_000],
    ['pg', '8.13.1', 600_000],
    ['pino', '9.6.0', 1_200_000],
  ]),
};

/** What stands for a registry: a step that installs from a stage, as `npm ci` does from the net. */
const REGISTRY = [`FROM ${BASE} AS registry`, 'COPY registry /registry', ''];
const INSTALL = 'RUN --mount=from=registry,source=/registry,target=/registry cp -R /registry node_modules';

const ATLAS: Tree = {
  'tiles.tar': {
    tar: {
      'tiles/0.bin': generated(1_400_000, 'tiles 0'),
      'tiles/1.bin': generated(1_100_000, 'tiles 1'),
    },
  },
};

/** Pull requests that change what is copied, from where, and when. */
export const CONTEXT_PULLS: readonly Pull[] = [
  {
    name: 'dockerignore-added',
    story:
      'A service that copied everything gets a .dockerignore. A dump, a coverage report and .git leave the image.',
    base: SHOP,
    head: { ...SHOP, '.dockerignore': text('.git', '.dockerignore', 'Dockerfile', 'coverage', 'db') },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %)',
        '−… MB: /app/.git/, /app/db/ and /app/coverage/ are no longer copied by COPY . . (Dockerfile:3): .dockerignore is new',
      ],
      mustSay: [/\/app\/\.git\/?(?![\w/])/, /\/app\/db\b/, /Dockerfile:3\b/, /[−-]\d+\.\d\s?MB/],
      mustNotSay: [/\badded\b/i, /server\.js/, /objects\/[0-9a-f]{2}/],
    },
  },
  {
    name: 'git-no-longer-ignored',
    story:
      'To print its commit at start, the build needs .git, so somebody takes it out of .dockerignore. The whole history is in the image now.',
    base: {
      ...CATALOG,
      '.dockerignore': text('.git', 'Dockerfile', '.dockerignore'),
      Dockerfile: text(`FROM ${BASE}`, 'COPY . /srv', 'CMD ["catalog"]'),
    },
    head: {
      ...CATALOG,
      'catalog/import.bin': generated(60_000, 'import'),
      '.dockerignore': text('Dockerfile', '.dockerignore'),
      Dockerfile: text(`FROM ${BASE}`, 'COPY . /srv', 'CMD ["catalog"]'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… kB (+… %)',
        '+… kB: /srv/.git/ is copied now (Dockerfile:2): .dockerignore no longer leaves it out',
      ],
      mustSay: [/\/srv\/\.git\/?(?![\w/])/, /Dockerfile:2\b/],
      mustNotSay: [/removed/i, /pages\.json/, /objects\/[0-9a-f]{2}/],
    },
  },
  {
    name: 'chown-in-its-own-run',
    story:
      'The service shall no longer run as root. The new RUN chown -R writes every file of the application a second time.',
    base: {
      'dist/server.js': generated(1_000_000, 'server'),
      ...npmPackages('node_modules', [
        ['next', '14.2.18', 2_600_000],
        ['react', '18.3.1', 1_400_000],
      ]),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY node_modules node_modules',
        'COPY dist dist',
        'CMD ["node", "dist/server.js"]',
      ),
    },
    head: {
      'dist/server.js': generated(1_000_000, 'server'),
      ...npmPackages('node_modules', [
        ['next', '14.2.18', 2_600_000],
        ['react', '18.3.1', 1_400_000],
      ]),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY node_modules node_modules',
        'COPY dist dist',
        'RUN chown -R 1000:1000 /app',
        'USER 1000',
        'CMD ["node", "dist/server.js"]',
      ),
    },
    ideal: {
      delta:
        5_000_000 +
        text(JSON.stringify({ name: 'next', version: '14.2.18' }, null, 2)).length +
        text(JSON.stringify({ name: 'react', version: '18.3.1' }, null, 2)).length,
      lines: [
        'app: … → … MB, +5.0 MB (+… %)',
        '+5.0 MB: RUN chown -R (Dockerfile:5) stores all of /app/ a second time; COPY --chown does not',
      ],
      mustSay: [/chown/, /\/app\b/, /Dockerfile:5\b/, /\+5\.0\s?MB/],
      mustNotSay: [tells('next', 'added|removed'), tells('react', 'added|removed'), /removed/i],
    },
  },
  {
    name: 'sources-copied-before-install',
    story:
      'To run a script of the sources at install time, COPY of the sources moves above the install. Same files, same size; and from now on every change of a source file pulls the packages again.',
    base: {
      ...API,
      Dockerfile: text(
        ...REGISTRY,
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY api/package.json api/package-lock.json ./',
        INSTALL,
        'COPY api/ ./',
        'CMD ["node", "src/main.js"]',
      ),
    },
    head: {
      ...API,
      Dockerfile: text(
        ...REGISTRY,
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY api/ ./',
        INSTALL,
        'CMD ["node", "src/main.js"]',
      ),
    },
    ideal: {
      delta: -Object.entries(API)
        .filter(([path]) => path.startsWith('api/package'))
        .reduce((sum, [, content]) => sum + (typeof content === 'string' ? content.length : 0), 0),
      lines: [
        'app: … MB, −… B',
        '2.6 MB of node_modules are pulled again at every change of a source file: COPY api/ (Dockerfile:6) stands before the install (line 7)',
      ],
      mustSay: [/Dockerfile:[67]\b/, /2\.[678]\s?MB/],
      mustNotSay: [
        tells('express', 'added|removed'),
        tells('pg', 'added|removed'),
        tells('pino', 'added|removed'),
        /[+−-]2\.[678]\s?MB/,
      ],
    },
  },
  {
    name: 'archive-copied-not-added',
    story:
      'A linter says that COPY is better than ADD. ADD unpacked the archive; COPY ships it, and the RUN that unpacks and deletes it comes too late.',
    base: {
      ...ATLAS,
      Dockerfile: text(`FROM ${BASE}`, 'WORKDIR /srv/atlas', 'ADD tiles.tar ./', 'CMD ["atlas"]'),
    },
    head: {
      ...ATLAS,
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /srv/atlas',
        'COPY tiles.tar ./',
        'RUN tar -xf tiles.tar && rm tiles.tar',
        'CMD ["atlas"]',
      ),
    },
    ideal: {
      // Two headers, two contents that are filled up to a block of 512 bytes, and the two blocks at the end.
      delta: 512 + 1_400_320 + 512 + 1_100_288 + 1024,
      lines: [
        'app: … → … MB, +2.5 MB (+… %)',
        '+2.5 MB: /srv/atlas/tiles.tar (Dockerfile:3), deleted again at line 4 and still shipped',
      ],
      mustSay: [/tiles\.tar/, /Dockerfile:3\b/, /deleted.*(line |Dockerfile:)4\b/, /\+2\.5\s?MB/],
      mustNotSay: [/tiles\/\d\.bin/, /\b(added|removed)\b/i],
    },
  },
];
