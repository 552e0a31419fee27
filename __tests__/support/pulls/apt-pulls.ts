import { BASE } from '../e2e/engines.ts';
import { type Pull, tells, text } from './pull.ts';

const LISTS = /\/var\/lib\/apt\/lists/;

/** Pull requests that change what apt installs, or how. */
export const APT_PULLS: readonly Pull[] = [
  {
    name: 'package-beside-a-large-one',
    story:
      'A Python service compiles its wheels in the image. The pull request adds the shell of SQLite for the people on call, in the list where the compiler stands. Only sqlite3 and what it needs is news.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'ENV PYTHONUNBUFFERED=1',
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends \\',
        '      gcc \\',
        '      libc6-dev \\',
        '      make \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'WORKDIR /srv',
        'COPY manage.py ./',
        'CMD ["./manage.py", "serve"]',
      ),
      'manage.py': text('#!/usr/bin/env python3', 'print("serve")'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'ENV PYTHONUNBUFFERED=1',
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends \\',
        '      gcc \\',
        '      libc6-dev \\',
        '      make \\',
        '      sqlite3 \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'WORKDIR /srv',
        'COPY manage.py ./',
        'CMD ["./manage.py", "serve"]',
      ),
      'manage.py': text('#!/usr/bin/env python3', 'print("serve")'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: sqlite3 added, with libsqlite3-0, libreadline8 and readline-common (Dockerfile:3)',
      ],
      mustSay: [tells('sqlite3', 'added'), /Dockerfile:3\b/],
      mustNotSay: [/\bgcc\b/, /\blibc6-dev\b/, /removed/i, LISTS],
    },
  },
  {
    name: 'package-removed',
    story:
      'An nginx front asks a socket for its health now, so curl goes. The reviewer wants to know what that frees, and that nginx is what it was.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends ca-certificates curl nginx-light \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY site.conf /etc/nginx/conf.d/default.conf',
        'HEALTHCHECK CMD curl -fs http://127.0.0.1/ || exit 1',
        'CMD ["nginx", "-g", "daemon off;"]',
      ),
      'site.conf': text('server { listen 80; root /var/www; }'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends ca-certificates nginx-light \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY site.conf /etc/nginx/conf.d/default.conf',
        'CMD ["nginx", "-g", "daemon off;"]',
      ),
      'site.conf': text('server { listen 80; root /var/www; }'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %)',
        '−… MB: curl removed, with libcurl4 and … libraries that only it needed (Dockerfile:2)',
      ],
      mustSay: [tells('curl', 'removed'), /Dockerfile:2\b/],
      mustNotSay: [/nginx-light/, /nginx-common/, /\badded\b/i],
    },
  },
  {
    name: 'recommends-forgotten',
    story:
      'A runner of CI jobs: somebody shortens the install line and drops --no-install-recommends. git stays, and an SSH client, X11 libraries and more come along. The reviewer must learn why, not only what.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'ARG DEBIAN_FRONTEND=noninteractive',
        'RUN apt-get update \\',
        ' && apt-get install --yes --no-install-recommends git \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY run-job /usr/local/bin/run-job',
        'ENTRYPOINT ["sh", "/usr/local/bin/run-job"]',
      ),
      'run-job': text('git clone --depth 1 "$REPOSITORY" job && cd job && sh ci.sh'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'ARG DEBIAN_FRONTEND=noninteractive',
        'RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*',
        'COPY run-job /usr/local/bin/run-job',
        'ENTRYPOINT ["sh", "/usr/local/bin/run-job"]',
      ),
      'run-job': text('git clone --depth 1 "$REPOSITORY" job && cd job && sh ci.sh'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: openssh-client, libx11-data and … more packages, which git only recommends: --no-install-recommends is gone (Dockerfile:3)',
      ],
      mustSay: [/openssh-client/, /recommend/i, /Dockerfile:3\b/],
      mustNotSay: [tells('git', 'added'), /removed/i, LISTS],
    },
  },
  {
    name: 'run-split-lists-left',
    story:
      'One RUN becomes two, so that the second can be cached apart. The new one forgets to remove the lists. Every package is in both images; the lists are the whole news.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends ca-certificates curl sqlite3 \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'COPY backup.sh /usr/local/bin/',
        'CMD ["sh", "/usr/local/bin/backup.sh"]',
      ),
      'backup.sh': text('sqlite3 /data/app.db .dump | curl -T - "$TARGET"'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends ca-certificates curl \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends sqlite3',
        'COPY backup.sh /usr/local/bin/',
        'CMD ["sh", "/usr/local/bin/backup.sh"]',
      ),
      'backup.sh': text('sqlite3 /data/app.db .dump | curl -T - "$TARGET"'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: /var/lib/apt/lists/ stays in the image (Dockerfile:5); the packages are the same',
      ],
      mustSay: [LISTS, /Dockerfile:5\b/],
      mustNotSay: [/removed/i, tells('sqlite3', 'added'), tells('curl', 'added')],
    },
  },
  {
    name: 'editor-swapped-in-a-heredoc',
    story:
      'A dev container, written with a here-document: vim for nano. A swap is told as both: what came and what went.',
    base: {
      '.devcontainer/devcontainer.json': text(
        '{ "build": { "dockerfile": "../Dockerfile", "context": ".." } }',
      ),
      Dockerfile: text(
        '# Development container',
        `FROM ${BASE}`,
        'SHELL ["/bin/bash", "-euo", "pipefail", "-c"]',
        'RUN <<EOF',
        'apt-get update',
        'apt-get install -y --no-install-recommends nano',
        'rm -rf /var/lib/apt/lists/*',
        'EOF',
        'ENV EDITOR=nano',
        'RUN useradd --create-home --shell /bin/bash vscode',
        'USER vscode',
      ),
    },
    head: {
      '.devcontainer/devcontainer.json': text(
        '{ "build": { "dockerfile": "../Dockerfile", "context": ".." } }',
      ),
      Dockerfile: text(
        '# Development container',
        `FROM ${BASE}`,
        'SHELL ["/bin/bash", "-euo", "pipefail", "-c"]',
        'RUN <<EOF',
        'apt-get update',
        'apt-get install -y --no-install-recommends vim',
        'rm -rf /var/lib/apt/lists/*',
        'EOF',
        'ENV EDITOR=vim',
        'RUN useradd --create-home --shell /bin/bash vscode',
        'USER vscode',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: vim added, with vim-runtime … MB (Dockerfile:4); nano removed, −… MB',
      ],
      mustSay: [tells('vim-runtime', 'added'), tells('nano', 'removed'), /Dockerfile:4\b/],
      mustNotSay: [/useradd|\/home\/vscode/],
    },
  },
  {
    name: 'apt-cache-mounts',
    story:
      'Cache mounts for apt, so that builds download less. The lists, which nobody had removed, are in the mount now and leave the image.',
    base: {
      Dockerfile: text(
        '# syntax is built in',
        `FROM ${BASE}`,
        'RUN apt-get update; \\',
        '    apt-get install -y --no-install-recommends file gettext-base',
        'COPY entrypoint.sh /',
        'ENTRYPOINT ["sh", "/entrypoint.sh"]',
      ),
      'entrypoint.sh': text('envsubst < /etc/app.tmpl > /etc/app.conf', 'exec "$@"'),
    },
    head: {
      Dockerfile: text(
        '# syntax is built in',
        `FROM ${BASE}`,
        'RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\',
        '    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\',
        '    apt-get update; \\',
        '    apt-get install -y --no-install-recommends file gettext-base',
        'COPY entrypoint.sh /',
        'ENTRYPOINT ["sh", "/entrypoint.sh"]',
      ),
      'entrypoint.sh': text('envsubst < /etc/app.tmpl > /etc/app.conf', 'exec "$@"'),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %)',
        '−… MB: /var/lib/apt/lists/ is in a cache mount now (Dockerfile:3)',
      ],
      mustSay: [LISTS, /[−-]\d+\.\d\s?MB/, /Dockerfile:3\b/],
      mustNotSay: [tells('libmagic-mgc', 'added'), tells('gettext-base', 'added'), /\+\d+\.\d\s?MB/],
    },
  },
];
