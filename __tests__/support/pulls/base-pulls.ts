import { BASE } from '../e2e/engines.ts';
import { generated, type Pull, type Tree, tells, text } from './pull.ts';

type Debs = readonly (readonly [name: string, version: string, size: number])[];

const OLD: Debs = [
  ['libssl3', '3.0.11-1', 1_500_000],
  ['ca-certificates', '20230311', 400_000],
  ['zlib1g-dev', '1.2.13-1', 900_000],
];
const NEW: Debs = [
  ['libssl3', '3.0.15-1', 2_100_000],
  ['ca-certificates', '20240203', 410_000],
  ['zlib1g-dev', '1.2.13-1', 900_000],
];
const WITH_TOOLS: Debs = [...OLD, ['jq', '1.6-2.1', 1_300_000], ['libjq1', '1.6-2.1', 1_700_000]];
const TOOLS: Debs = WITH_TOOLS.slice(OLD.length);

/** Folders of which dpkg-deb makes packages. */
function debFolders(folder: string, packages: Debs): Tree {
  return Object.fromEntries(
    packages.flatMap(([name, version, size]) => [
      [
        `${folder}/${name}_${version}/DEBIAN/control`,
        text(
          `Package: ${name}`,
          `Version: ${version}`,
          'Architecture: all',
          'Maintainer: Ada <ada@example.org>',
          `Description: ${name}`,
        ),
      ],
      [`${folder}/${name}_${version}/usr/lib/${name}/${name}.so`, generated(size, `${name} ${version}`)],
    ]),
  );
}

const PACK =
  'RUN mkdir /repo && for dir in /debs/*; do dpkg-deb --root-owner-group -Znone -b $dir /repo; done';

/** A context for an image of a company that has these packages. */
function baseWith(packages: Debs): Tree {
  return {
    ...debFolders('debs', packages),
    Dockerfile: text(
      `FROM ${BASE} AS debs`,
      'COPY debs /debs',
      PACK,
      `FROM ${BASE}`,
      'RUN --mount=from=debs,source=/repo,target=/repo dpkg -i /repo/*.deb',
    ),
  };
}

/** One that has these packages, and an archive of newer ones that apt asks. */
function staleBase(packages: Debs, newer: Debs): Tree {
  return {
    ...debFolders('debs', packages),
    ...debFolders('newer', newer),
    'sources.list': text('deb [trusted=yes] file:/srv/archive ./'),
    'index.sh': text(
      'cd /repo',
      'for deb in *.deb; do',
      '  dpkg-deb -f "$deb"',
      '  echo "Filename: ./$deb"',
      '  echo "Size: $(stat -c %s "$deb")"',
      '  echo "SHA256: $(sha256sum "$deb" | cut -d" " -f1)"',
      '  echo',
      'done > Packages',
    ),
    Dockerfile: text(
      `FROM ${BASE} AS debs`,
      'COPY debs /debs',
      PACK,
      `FROM ${BASE} AS archive`,
      'COPY newer /debs',
      PACK,
      'COPY index.sh /',
      'RUN sh /index.sh',
      `FROM ${BASE}`,
      'COPY sources.list /etc/apt/sources.list',
      'COPY --from=archive /repo /srv/archive',
      'RUN --mount=from=debs,source=/repo,target=/repo dpkg -i /repo/*.deb',
    ),
  };
}

const APP: Tree = { 'bin/worker': generated(1_200_000, 'worker') };
const TAG = 'deadweight-e2e/acme-debian';

/** Pull requests that change what FROM brings. */
export const BASE_PULLS: readonly Pull[] = [
  {
    name: 'base-of-the-same-name-updated',
    story:
      'The tag of the base image has moved since main was built; the pull request itself touches the documentation only. The reviewer must see that the growth is not of this pull request.',
    base: {
      ...APP,
      'README.md': text('# Worker'),
      Dockerfile: text(`FROM ${TAG}:12`, 'COPY bin /usr/local/bin', 'CMD ["worker"]'),
    },
    head: {
      ...APP,
      'README.md': text('# The worker'),
      Dockerfile: text(`FROM ${TAG}:12`, 'COPY bin /usr/local/bin', 'CMD ["worker"]'),
    },
    images: { before: { [`${TAG}:12`]: baseWith(OLD) }, after: { [`${TAG}:12`]: baseWith(NEW) } },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +610.… kB (+… %)',
        '+610.… kB: the base image deadweight-e2e/acme-debian:12 was updated (Dockerfile:1): libssl3 3.0.11-1 → 3.0.15-1 +600.0 kB, ca-certificates 20230311 → 20240203 +10.0 kB',
      ],
      mustSay: [/acme-debian:12\b/, /libssl3.*3\.0\.11-1.*3\.0\.15-1/, /Dockerfile:1\b/, /base image/i],
      mustNotSay: [/\b(added|removed)\b/i, /zlib1g-dev/],
    },
  },
  {
    name: 'base-of-another-name',
    story:
      'A bot moves FROM to the next release of the company image. What its packages did is all there is.',
    base: {
      ...APP,
      Dockerfile: text(
        `ARG RELEASE=${TAG}:12.5`,
        'FROM $RELEASE',
        'COPY bin /usr/local/bin',
        'CMD ["worker"]',
      ),
    },
    head: {
      ...APP,
      Dockerfile: text(
        `ARG RELEASE=${TAG}:12.6`,
        'FROM $RELEASE',
        'COPY bin /usr/local/bin',
        'CMD ["worker"]',
      ),
    },
    images: { before: { [`${TAG}:12.5`]: baseWith(OLD), [`${TAG}:12.6`]: baseWith([...NEW, ...TOOLS]) } },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +3.6 MB (+… %)',
        '+3.6 MB: base image acme-debian:12.5 → acme-debian:12.6 (Dockerfile:2): libjq1 added (1.7 MB), jq added (1.3 MB), libssl3 3.0.11-1 → 3.0.15-1 +600.0 kB',
      ],
      mustSay: [/acme-debian:12\.5/, /12\.6/, tells('libjq1', 'added'), /libssl3/, /Dockerfile:2\b/],
      mustNotSay: [/removed/i, /zlib1g-dev/, tells('worker', 'added|removed')],
    },
  },
  {
    name: 'packages-moved-into-the-base',
    story:
      'The company image has jq now, so the line that installed it goes and FROM is updated. jq is in both images: its bytes only moved.',
    base: {
      ...APP,
      ...debFolders('debs', TOOLS),
      Dockerfile: text(
        `FROM ${BASE} AS debs`,
        'COPY debs /debs',
        PACK,
        '',
        `FROM ${TAG}:12.5`,
        'RUN --mount=from=debs,source=/repo,target=/repo dpkg -i /repo/*.deb',
        'COPY bin /usr/local/bin',
        'CMD ["worker"]',
      ),
    },
    head: {
      ...APP,
      Dockerfile: text(`FROM ${TAG}:12.7`, 'COPY bin /usr/local/bin', 'CMD ["worker"]'),
    },
    images: { before: { [`${TAG}:12.5`]: baseWith(OLD), [`${TAG}:12.7`]: baseWith(WITH_TOOLS) } },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, −… kB (−… %), 1 layer fewer',
        'Base image acme-debian:12.5 → acme-debian:12.7 (Dockerfile:1) has jq and libjq1 now, 3.0 MB, which RUN (line 6 before) installed',
      ],
      mustSay: [/acme-debian:12\.5/, /12\.7/],
      mustNotSay: [tells('jq', 'added|removed'), tells('libjq1', 'added|removed'), /[+−-]3\.\d\s?MB/],
    },
  },
  {
    name: 'upgrade-added',
    story:
      'A scanner complains, and apt-get upgrade is put on top of a base that is behind. The new libssl3 comes; the old one stays in the layer of the base, and is pulled too.',
    base: {
      ...APP,
      Dockerfile: text(`FROM ${TAG}:stale`, 'COPY bin /usr/local/bin', 'CMD ["worker"]'),
    },
    head: {
      ...APP,
      Dockerfile: text(
        `FROM ${TAG}:stale`,
        'RUN apt-get update && apt-get upgrade -y && rm -rf /var/lib/apt/lists/*',
        'COPY bin /usr/local/bin',
        'CMD ["worker"]',
      ),
    },
    images: { before: { [`${TAG}:stale`]: staleBase(OLD, NEW) } },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, +… MB (+… %)',
        '+… MB: apt-get upgrade (Dockerfile:2) updates libssl3 3.0.11-1 → 3.0.15-1 and ca-certificates; the base image still ships the old ones (1.9 MB)',
      ],
      mustSay: [/libssl3.*3\.0\.11-1.*3\.0\.15-1/, /Dockerfile:2\b/],
      mustNotSay: [/removed/i, tells('worker', 'added')],
    },
  },
];
