import { BASE } from '../e2e/engines.ts';
import { generated, type Pull, sizeOf, type Tree, text } from './pull.ts';

const RANKER = text(
  `FROM ${BASE}`,
  'WORKDIR /srv',
  'COPY serve.sh ./',
  'COPY models/ /srv/models/',
  'CMD ["sh", "serve.sh"]',
);

const SITE: Tree = {
  'assets/app.css': generated(90_000, 'app.css'),
  'assets/app.js': generated(700_000, 'app.js'),
  'assets/fonts/inter.woff2': generated(310_000, 'inter'),
  'assets/img/hero.avif': generated(1_900_000, 'hero'),
};

/** 200 files of a PHP library; every one of them differs between two versions, and is longer by 40 bytes. */
function library(version: string, size: number): Tree {
  return {
    'vendor/composer/installed.json': text(
      JSON.stringify({ packages: [{ name: 'acme/mailer', version, 'install-path': '../acme/mailer' }] }),
    ),
    'vendor/acme/mailer/composer.json': text(`{ "name": "acme/mailer", "version": "${version}" }`),
    ...Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => {
        const path = `vendor/acme/mailer/src/Part${index % 9}/Class${index}.php`;
        return [path, generated(size, `${path} ${version}`)];
      }),
    ),
  };
}

const [MAILER_BEFORE, MAILER_AFTER] = [library('6.4.1', 3000), library('6.4.9', 3040)];

const PHP = text(
  `FROM ${BASE}`,
  'WORKDIR /var/www',
  'COPY vendor/ vendor/',
  'COPY public/ public/',
  'CMD ["php-fpm"]',
);

const GUIDE_IMAGE: Tree = {
  '.dockerignore': text('.git', 'docs', '*.md', 'Dockerfile', '.dockerignore'),
  'bin/agent': generated(2_000_000, 'agent'),
  Dockerfile: text(`FROM ${BASE}`, 'COPY . /opt/agent', 'CMD ["/opt/agent/bin/agent"]'),
};

const LOCALES: Tree = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`locales/l${index + 10}.json`, generated(40_000, `l${index}`)]),
);

function renamed(tree: Tree, from: string, to: string): Tree {
  return Object.fromEntries(Object.entries(tree).map(([path, content]) => [path.replace(from, to), content]));
}

/** Pull requests that change files which a COPY brings. */
export const FILE_PULLS: readonly Pull[] = [
  {
    name: 'model-of-another-size',
    story: 'A quantised model replaces the one of 8 MB under the same name.',
    base: {
      Dockerfile: RANKER,
      'serve.sh': text('exec ranker /srv/models'),
      'models/vocab.txt': generated(230_000, 'vocab'),
      'models/encoder.onnx': generated(8_000_000, 'encoder fp32'),
    },
    head: {
      Dockerfile: RANKER,
      'serve.sh': text('exec ranker /srv/models'),
      'models/vocab.txt': generated(230_000, 'vocab'),
      'models/encoder.onnx': generated(5_000_000, 'encoder int8'),
    },
    ideal: {
      delta: -3_000_000,
      lines: [
        'app: … → … MB, −3.0 MB (−… %)',
        '−3.0 MB: /srv/models/encoder.onnx, 8.0 → 5.0 MB (Dockerfile:4)',
      ],
      mustSay: [/encoder\.onnx/, /[−-]3\.0\s?MB/, /Dockerfile:4\b/],
      mustNotSay: [/\b(added|removed)\b/i, /vocab/],
    },
  },
  {
    name: 'model-of-equal-size',
    story:
      'A retrained model has the size of the old one. Nothing grows, and every machine pulls the layer again: the reviewer should learn that the file did change.',
    base: {
      Dockerfile: RANKER,
      'serve.sh': text('exec ranker /srv/models'),
      'models/vocab.txt': generated(230_000, 'vocab'),
      'models/ranker.bin': generated(6_000_000, 'ranker of May'),
    },
    head: {
      Dockerfile: RANKER,
      'serve.sh': text('exec ranker /srv/models'),
      'models/vocab.txt': generated(230_000, 'vocab'),
      'models/ranker.bin': generated(6_000_000, 'ranker of June'),
    },
    ideal: {
      delta: 0,
      lines: [
        'app: … MB, same size, 6.2 MB to pull',
        '/srv/models/ranker.bin (6.0 MB) has other content of the same size (Dockerfile:4)',
      ],
      mustSay: [/ranker\.bin/, /6\.\d\s?MB/],
      mustNotSay: [/\b(added|removed)\b/i, /vocab/, /[+−-]6\.\d\s?MB/],
    },
  },
  {
    name: 'directory-renamed',
    story: 'assets/ becomes static/, in the repository and in the image. No byte is new.',
    base: {
      ...SITE,
      Dockerfile: text(`FROM ${BASE}`, 'COPY assets /usr/share/site/assets', 'CMD ["nginx"]'),
    },
    head: {
      ...renamed(SITE, 'assets/', 'static/'),
      Dockerfile: text(`FROM ${BASE}`, 'COPY static /usr/share/site/static', 'CMD ["nginx"]'),
    },
    ideal: {
      delta: 0,
      lines: [
        'app: … MB, same size',
        '/usr/share/site/assets/ renamed to /usr/share/site/static/, 3.0 MB in 4 files (Dockerfile:2)',
      ],
      mustSay: [/site\/assets/, /site\/static/, /renamed|moved|assets.*→.*static/i],
      mustNotSay: [/\b(added|removed)\b/i, /[+−-]3\.0\s?MB/],
    },
  },
  {
    name: 'file-renamed-beside-growth',
    story: 'The tool gets its full name, and its rules grow by 200 kB. The rename weighs nothing.',
    base: {
      'bin/ac': generated(3_500_000, 'ac'),
      'rules/default.yar': generated(100_000, 'rules'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY rules /etc/acme/rules',
        'COPY --chmod=755 bin/ac /usr/local/bin/ac',
        'ENTRYPOINT ["ac"]',
      ),
    },
    head: {
      'bin/acme-check': generated(3_500_000, 'ac'),
      'rules/default.yar': generated(300_000, 'more rules'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'COPY rules /etc/acme/rules',
        'COPY --chmod=755 bin/acme-check /usr/local/bin/acme-check',
        'ENTRYPOINT ["acme-check"]',
      ),
    },
    ideal: {
      delta: 200_000,
      lines: [
        'app: … → … MB, +200.0 kB (+… %)',
        '+200.0 kB: /etc/acme/rules/default.yar, 100.0 → 300.0 kB (Dockerfile:2); /usr/local/bin/ac is now acme-check',
      ],
      mustSay: [/\/etc\/acme\/rules/, /\+200(\.0)?\s?kB/, /Dockerfile:2\b/],
      mustNotSay: [/[+−-]3\.5\s?MB/, /\b(added|removed)\b/i],
    },
  },
  {
    name: 'jar-of-a-new-version',
    story:
      'A Java service whose jar has its version in its name. One jar goes, another comes: it is one thing that grew by 20 kB.',
    base: {
      'target/billing-1.4.0.jar': generated(4_100_000, 'billing 1.4.0'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /opt/billing',
        'COPY target/billing-*.jar ./',
        'ENTRYPOINT ["sh", "-c", "exec java -jar billing-*.jar"]',
      ),
    },
    head: {
      'target/billing-1.5.0.jar': generated(4_120_000, 'billing 1.5.0'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /opt/billing',
        'COPY target/billing-*.jar ./',
        'ENTRYPOINT ["sh", "-c", "exec java -jar billing-*.jar"]',
      ),
    },
    ideal: {
      delta: 20_000,
      lines: [
        'app: … → … MB, +20.0 kB (+… %)',
        '+20.0 kB: /opt/billing/billing-1.4.0.jar → billing-1.5.0.jar, 4.1 MB (Dockerfile:3)',
      ],
      mustSay: [/billing-1\.5\.0\.jar/, /billing-1\.4\.0\.jar/, /\+20(\.0)?\s?kB/, /Dockerfile:3\b/],
      mustNotSay: [/[+−-]4\.1\s?MB/, /\b(added|removed)\b/i],
    },
  },
  {
    name: 'vendored-library-upgraded',
    story: 'A vendored PHP library of 200 files goes from 6.4.1 to 6.4.9: every file changes a little.',
    base: { ...MAILER_BEFORE, 'public/index.php': text('<?php'), Dockerfile: PHP },
    head: { ...MAILER_AFTER, 'public/index.php': text('<?php'), Dockerfile: PHP },
    ideal: {
      delta: sizeOf(MAILER_AFTER) - sizeOf(MAILER_BEFORE),
      lines: [
        'app: … → … MB, +8.0 kB (+… %)',
        '+8.0 kB: acme/mailer 6.4.1 → 6.4.9, 201 files changed in /var/www/vendor/acme/mailer/ (Dockerfile:3)',
      ],
      mustSay: [/acme\/mailer/, /\+8\.0\s?kB/, /Dockerfile:3\b/],
      mustNotSay: [/\b(added|removed)\b/i, /Class\d+\.php/],
    },
  },
  {
    name: 'documentation-only',
    story: 'A guide is rewritten. Nothing of it is in the image: one line is enough.',
    base: { ...GUIDE_IMAGE, 'README.md': text('# Agent'), 'docs/guide.md': text('Install it.') },
    head: {
      ...GUIDE_IMAGE,
      'README.md': text('# Agent', '', 'See the guide.'),
      'docs/guide.md': text('# Guide', '', 'Install it, then run it.'),
    },
    ideal: {
      delta: 0,
      lines: ['app: … MB, unchanged', 'Every layer is the same: nothing to pull'],
      mustSay: [/unchanged|no change|same/i],
      mustNotSay: [/\b(added|removed)\b/i, /Dockerfile:\d/],
    },
  },
  {
    name: 'labels-only',
    story: 'LABEL and ENV lines for a registry page. They make no layer.',
    base: GUIDE_IMAGE,
    head: {
      ...GUIDE_IMAGE,
      Dockerfile: text(
        `FROM ${BASE}`,
        'LABEL org.opencontainers.image.title="Agent" \\',
        '      org.opencontainers.image.licenses="MIT"',
        'ENV AGENT_LOG=info',
        'COPY . /opt/agent',
        'CMD ["/opt/agent/bin/agent"]',
      ),
    },
    ideal: {
      delta: 0,
      lines: ['app: … MB, same size', 'Only labels and environment changed (Dockerfile:2–4)'],
      mustSay: [/unchanged|no change|same/i],
      mustNotSay: [/\b(added|removed)\b/i, /[+−-]2\.0\s?MB/],
    },
  },
  {
    name: 'sixty-small-files',
    story: 'A web application gets sixty catalogues of messages in one directory.',
    base: {
      'locales/en.json': generated(40_000, 'en'),
      'dist/server.js': generated(800_000, 'server'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY dist dist',
        'COPY locales locales',
        'CMD ["node", "dist/server.js"]',
      ),
    },
    head: {
      ...LOCALES,
      'locales/en.json': generated(40_000, 'en'),
      'dist/server.js': generated(800_000, 'server'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'WORKDIR /app',
        'COPY dist dist',
        'COPY locales locales',
        'CMD ["node", "dist/server.js"]',
      ),
    },
    ideal: {
      delta: sizeOf(LOCALES),
      lines: ['app: … → … MB, +2.4 MB (+… %)', '+2.4 MB: 60 files added in /app/locales/ (Dockerfile:4)'],
      mustSay: [/\/app\/locales/, /\b60 (\w+ )?files\b/, /\+2\.4\s?MB/, /Dockerfile:4\b/],
      mustNotSay: [/smaller causes/, /removed/i, /server\.js/],
    },
  },
];
