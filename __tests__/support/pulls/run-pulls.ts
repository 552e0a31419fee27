import { BASE } from '../e2e/engines.ts';
import { generated, type Pull, seqSize, tells, text } from './pull.ts';

const COMPILER =
  'RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make && rm -rf /var/lib/apt/lists/*';

const INDEX = seqSize(400_000);

const RELAY = text('#include <stdio.h>', 'int main(void) { puts("relay"); return 0; }');

/** Pull requests that change which instruction does what, and hardly what it makes. */
export const RUN_PULLS: readonly Pull[] = [
  {
    name: 'update-install-clean-merged',
    story:
      'Three RUNs (update, install, clean up) become one, as every guide says. Nothing is installed or removed: the lists are no longer shipped in a layer below.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update',
        'RUN apt-get install -y --no-install-recommends sqlite3',
        'RUN rm -rf /var/lib/apt/lists/*',
        'VOLUME /data',
        'CMD ["sqlite3", "/data/app.db"]',
      ),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends sqlite3 \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'VOLUME /data',
        'CMD ["sqlite3", "/data/app.db"]',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %)',
        '−… MB: /var/lib/apt/lists/, shipped though deleted in a later RUN, is no longer in any layer (Dockerfile:2, was lines 2–4)',
      ],
      mustSay: [/\/var\/lib\/apt\/lists/, /[−-]\d+\.\d\s?MB/, /Dockerfile:2\b/],
      mustNotSay: [
        tells('sqlite3', 'added|removed'),
        tells('libsqlite3-0', 'added|removed'),
        /\+\d+\.\d\s?MB/,
      ],
    },
  },
  {
    name: 'three-installs-merged',
    story:
      'Three tidy installs become one. All that goes is what dpkg wrote three times over. No package may stand there with + or −.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update && apt-get install -y --no-install-recommends nano && rm -rf /var/lib/apt/lists/*',
        'RUN apt-get update && apt-get install -y --no-install-recommends sqlite3 && rm -rf /var/lib/apt/lists/*',
        'RUN apt-get update && apt-get install -y --no-install-recommends file && rm -rf /var/lib/apt/lists/*',
        'CMD ["bash"]',
      ),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update \\',
        ' && apt-get install -y --no-install-recommends \\',
        '      file \\',
        '      nano \\',
        '      sqlite3 \\',
        ' && rm -rf /var/lib/apt/lists/*',
        'CMD ["bash"]',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %), 2 layers fewer',
        '−… MB: the RUNs of lines 2–4 are one now (Dockerfile:2), with the same packages; debconf and dpkg write their databases once',
      ],
      mustSay: [/[−-]\d+(\.\d)?\s?[kM]B/, /Dockerfile:2\b/],
      mustNotSay: [
        tells('nano', 'added|removed'),
        tells('sqlite3', 'added|removed'),
        tells('libmagic-mgc', 'added|removed'),
        /[−-](3|8|9|10)\.\d\s?MB/,
        /\+\d+\.\d\s?MB/,
      ],
    },
  },
  {
    name: 'runs-reordered',
    story:
      'The step that changes seldom moves up, for the cache. Both images have the same files; what it costs is that both layers are pulled once more.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /srv/routes',
        'RUN seq 1 100000 > holidays.txt',
        'RUN seq 1 400000 > zones.txt',
        'CMD ["cat", "zones.txt"]',
      ),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /srv/routes',
        'RUN seq 1 400000 > zones.txt',
        'RUN seq 1 100000 > holidays.txt',
        'CMD ["cat", "zones.txt"]',
      ),
    },
    ideal: {
      delta: 0,
      lines: [
        'app: … MB, same size and same files',
        `Two RUNs changed places (Dockerfile:3 and 4): ${((seqSize(100_000) + INDEX) / 1e6).toFixed(1)} MB to pull again`,
      ],
      mustSay: [/same|unchanged|no change|moved|order/i],
      mustNotSay: [/\b(added|removed)\b/i, /[+−-]2\.7\s?MB/],
    },
  },
  {
    name: 'work-moved-to-a-builder',
    story:
      'The step that makes the index moves to a stage of its own and the result is copied. The same file comes from another instruction.',
    base: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /srv',
        'RUN seq 1 400000 > /srv/index.txt',
        'COPY serve.sh .',
        'CMD ["sh", "serve.sh"]',
      ),
      'serve.sh': text('exec cat /srv/index.txt'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE} AS index`,
        'RUN seq 1 400000 > /tmp/index.txt',
        '',
        `FROM ${BASE}`,
        'WORKDIR /srv',
        'COPY --from=index /tmp/index.txt /srv/index.txt',
        'COPY serve.sh .',
        'CMD ["sh", "serve.sh"]',
      ),
      'serve.sh': text('exec cat /srv/index.txt'),
    },
    ideal: {
      delta: 0,
      lines: [
        'app: … MB, same size and same files',
        '2.7 MB to pull again: /srv/index.txt comes from COPY --from=index (Dockerfile:6) instead of RUN (line 3 before)',
      ],
      mustSay: [/same|unchanged|no change|moved/i],
      mustNotSay: [/\b(added|removed)\b/i, /[+−-]2\.7\s?MB/],
    },
  },
  {
    name: 'build-tool-left',
    story:
      'An image in the style of the official ones compiles a small program and purges the compiler. The pull request "simplifies the long RUN" and drops the purge.',
    base: {
      'relay.c': RELAY,
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY relay.c /usr/src/relay.c',
        'RUN set -eux; \\',
        '\tsavedAptMark="$(apt-mark showmanual)"; \\',
        '\tapt-get update; \\',
        '\tapt-get install -y --no-install-recommends gcc libc6-dev; \\',
        '\tcc -O2 -o /usr/local/bin/relay /usr/src/relay.c; \\',
        "\tapt-mark auto '.*' > /dev/null; \\",
        '\tapt-mark manual $savedAptMark > /dev/null; \\',
        '\tapt-get purge -y --auto-remove; \\',
        '\trm -rf /var/lib/apt/lists/*; \\',
        '\trelay',
        'CMD ["relay"]',
      ),
    },
    head: {
      'relay.c': RELAY,
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY relay.c /usr/src/relay.c',
        'RUN set -eux; \\',
        '\tapt-get update; \\',
        '\tapt-get install -y --no-install-recommends gcc libc6-dev; \\',
        '\tcc -O2 -o /usr/local/bin/relay /usr/src/relay.c; \\',
        '\trm -rf /var/lib/apt/lists/*; \\',
        '\trelay',
        'CMD ["relay"]',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: gcc-12, cpp-12, libc6-dev and … more packages stay in the image; they are no longer purged (Dockerfile:3)',
      ],
      mustSay: [/\bgcc-12\b/, /Dockerfile:3\b/, /\+\d+\.\d\s?MB/],
      mustNotSay: [/\bremoved\b/i, tells('/usr/local/bin/relay', 'added')],
    },
  },
  {
    name: 'multi-stage-introduced',
    story:
      'A service that was built and run in one image gets a build stage. The binary is what it was, and the compiler leaves.',
    base: {
      'relay.c': RELAY,
      Makefile: text('relay: relay.c', '\tcc -O2 -o relay relay.c'),
      Dockerfile: text(
        `FROM ${BASE}`,
        COMPILER,
        'WORKDIR /src',
        'COPY . .',
        'RUN make && cp relay /usr/local/bin/relay',
        'CMD ["relay"]',
      ),
    },
    head: {
      'relay.c': RELAY,
      Makefile: text('relay: relay.c', '\tcc -O2 -o relay relay.c'),
      Dockerfile: text(
        `FROM ${BASE} AS build`,
        COMPILER,
        'WORKDIR /src',
        'COPY . .',
        'RUN make',
        '',
        `FROM ${BASE}`,
        'COPY --from=build /src/relay /usr/local/bin/relay',
        'CMD ["relay"]',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… MB (−… %)',
        '−… MB: gcc-12, cpp-12, libc6-dev and … more packages stay in the stage build (was installed at line 2)',
      ],
      mustSay: [/\bgcc-12\b/, /[−-]\d+\.\d\s?MB/],
      mustNotSay: [/\badded\b/i, tells('/usr/local/bin/relay', 'removed')],
    },
  },
  {
    name: 'debug-binary-deleted-later',
    story:
      'To chase a crash, a debugger is copied in, used and deleted by a later RUN. The final file system is what it was, and every pull carries 6 MB for nothing.',
    base: {
      'bin/gateway': generated(4_000_000, 'gateway'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY --chmod=755 bin/gateway /usr/local/bin/gateway',
        'CMD ["gateway"]',
      ),
    },
    head: {
      'bin/gateway': generated(4_000_000, 'gateway'),
      'tools/dlv': generated(6_000_000, 'dlv'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY --chmod=755 bin/gateway /usr/local/bin/gateway',
        'COPY --chmod=755 tools/dlv /usr/local/bin/dlv',
        'RUN test -x /usr/local/bin/dlv',
        'RUN rm /usr/local/bin/dlv',
        'CMD ["gateway"]',
      ),
    },
    ideal: {
      delta: 6_000_000,
      lines: [
        'app: … → … MB, +6.0 MB (+… %)',
        '+6.0 MB: /usr/local/bin/dlv (Dockerfile:3), deleted again at line 5 and still shipped',
      ],
      mustSay: [/\/usr\/local\/bin\/dlv/, /Dockerfile:3\b/, /deleted.*(line |Dockerfile:)5\b/, /\+6\.0\s?MB/],
      mustNotSay: [tells('/usr/local/bin/gateway', 'added|removed'), tells('/usr/local/bin/dlv', 'removed')],
    },
  },
  {
    name: 'sixty-small-runs',
    story:
      'Sixty languages, each a RUN that writes a catalogue of 50 kB. No line is worth a sentence; together they are all of the change.',
    base: {
      Dockerfile: text(`FROM ${BASE}`, 'ENV LANGUAGE=en', 'CMD ["bash"]'),
    },
    head: {
      Dockerfile: text(
        `FROM ${BASE}`,
        'ENV LANGUAGE=en',
        ...Array.from({ length: 60 }, (_, index) => {
          const folder = `/opt/i18n/l${String(index + 1).padStart(2, '0')}`;
          const fill = `head -c 50000 /dev/zero | tr '\\0' '${String.fromCharCode(97 + (index % 26))}'`;
          return `RUN mkdir -p ${folder} && ${fill} > ${folder}/messages-${index + 1}.po`;
        }),
        'CMD ["bash"]',
      ),
    },
    ideal: {
      delta: 3_000_000,
      lines: [
        'app: … → … MB, +3.0 MB (+… %), 60 layers more',
        '+3.0 MB: /opt/i18n/, 60 files of 50.0 kB, one in each RUN of Dockerfile:3–62',
      ],
      mustSay: [/\/opt\/i18n/, /\+3\.0\s?MB/, /\b60\b/],
      mustNotSay: [/\d+ smaller causes/],
    },
  },
];
