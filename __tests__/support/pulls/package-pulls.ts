import { BASE } from '../e2e/engines.ts';
import { generated, npmPackages, type Pull, pythonPackages, sizeOf, type Tree, tells, text } from './pull.ts';

type Packages = readonly (readonly [name: string, version: string, size: number])[];

const LOCKED: Packages = [
  ['@babel/runtime', '7.23.2', 240_000],
  ['axios', '1.6.0', 410_000],
  ['date-fns', '2.30.0', 900_000],
  ['esbuild', '0.19.5', 2_400_000],
  ['fastify', '4.24.3', 700_000],
  ['graphql', '16.8.1', 560_000],
  ['ioredis', '5.3.2', 330_000],
  ['lodash', '4.17.21', 540_000],
  ['prisma', '5.5.2', 3_000_000],
  ['sharp', '0.32.6', 1_900_000],
  ['typescript', '5.2.2', 2_100_000],
  ['zod', '3.22.4', 220_000],
];

const BUMPED: Packages = [
  ['@babel/runtime', '7.26.0', 246_000],
  ['axios', '1.7.9', 425_000],
  ['date-fns', '3.6.0', 1_350_000],
  ['esbuild', '0.24.0', 2_520_000],
  ['fastify', '5.1.0', 690_000],
  ['graphql', '16.9.0', 566_000],
  ['ioredis', '5.4.1', 334_000],
  ['lodash', '4.17.21', 540_000],
  ['prisma', '6.0.1', 4_100_000],
  ['sharp', '0.33.5', 1_300_000],
  ['typescript', '5.7.2', 2_250_000],
  ['zod', '3.23.8', 232_000],
];

const NODE = text(
  `FROM ${BASE}`,
  'ENV NODE_ENV=production',
  'WORKDIR /usr/src/app',
  'COPY node_modules ./node_modules',
  'COPY index.js ./',
  'CMD ["node", "index.js"]',
);

const SITE_PACKAGES = 'venv/lib/python3.11/site-packages';
const WHEELS: Packages = [
  ['fastapi', '0.109.0', 300_000],
  ['numpy', '1.26.3', 5_200_000],
  ['pydantic', '2.5.3', 700_000],
];
const MORE_WHEELS: Packages = [
  ['fastapi', '0.109.0', 300_000],
  ['numpy', '1.26.3', 5_200_000],
  ['pydantic', '2.5.3', 700_000],
  ['scikit_learn', '1.4.0', 4_000_000],
  ['joblib', '1.3.2', 250_000],
];

/** As `pip install` does: keeps what it downloads, and unpacks it. */
const PIP = text(
  'mkdir -p /root/.cache/pip/http /opt/venv',
  'cp /wheels/*.whl /root/.cache/pip/http/',
  'cat /wheels/*.whl > /opt/venv/packages.bin',
);
const CACHED: Tree = {
  'pip.sh': PIP,
  'wheels/torch-2.2.0.whl': generated(4_500_000, 'torch'),
  'wheels/tokenizers-0.15.1.whl': generated(500_000, 'tokenizers'),
};

const VENV = (packages: Packages): Tree => pythonPackages(SITE_PACKAGES, packages);

/** Pull requests that change what npm and pip install. */
export const PACKAGE_PULLS: readonly Pull[] = [
  {
    name: 'lock-file-bumped',
    story: 'A weekly update of the lock file: eleven of twelve packages have another version.',
    base: {
      ...npmPackages('node_modules', LOCKED),
      'index.js': text('require("fastify")'),
      Dockerfile: NODE,
    },
    head: {
      ...npmPackages('node_modules', BUMPED),
      'index.js': text('require("fastify")'),
      Dockerfile: NODE,
    },
    ideal: {
      delta: sizeOf(npmPackages('node_modules', BUMPED)) - sizeOf(npmPackages('node_modules', LOCKED)),
      lines: [
        'app: … → … MB, +1.3 MB (+… %)',
        '+1.3 MB: 11 npm packages updated (Dockerfile:4): prisma 5.5.2 → 6.0.1 +1.1 MB, date-fns 2.30.0 → 3.6.0 +450.0 kB, sharp 0.32.6 → 0.33.5 −600.0 kB and 8 more',
      ],
      mustSay: [/prisma.*5\.5\.2.*6\.0\.1/, /sharp/, /date-fns/, /Dockerfile:4\b/],
      mustNotSay: [/\b(added|removed)\b/i, /lodash/, /dist\/index\.js/],
    },
  },
  {
    name: 'python-package-added-in-a-builder',
    story:
      'An ML service makes its virtual environment in a builder. scikit-learn is new in the requirements and brings joblib.',
    base: {
      ...VENV(WHEELS),
      'requirements.txt': text('fastapi==0.109.0', 'numpy==1.26.3', 'pydantic==2.5.3'),
      'app/main.py': text('import fastapi'),
      Dockerfile: text(
        `FROM ${BASE} AS builder`,
        'COPY requirements.txt .',
        'COPY venv /opt/venv',
        '',
        `FROM ${BASE} AS runtime`,
        'ENV PATH="/opt/venv/bin:$PATH"',
        'COPY --from=builder /opt/venv /opt/venv',
        'COPY app /srv/app',
        'CMD ["uvicorn", "app.main:app"]',
      ),
    },
    head: {
      ...VENV(MORE_WHEELS),
      'requirements.txt': text('fastapi==0.109.0', 'numpy==1.26.3', 'pydantic==2.5.3', 'scikit-learn==1.4.0'),
      'app/main.py': text('import fastapi, sklearn'),
      Dockerfile: text(
        `FROM ${BASE} AS builder`,
        'COPY requirements.txt .',
        'COPY venv /opt/venv',
        '',
        `FROM ${BASE} AS runtime`,
        'ENV PATH="/opt/venv/bin:$PATH"',
        'COPY --from=builder /opt/venv /opt/venv',
        'COPY app /srv/app',
        'CMD ["uvicorn", "app.main:app"]',
      ),
    },
    ideal: {
      delta: sizeOf(VENV(MORE_WHEELS)) - sizeOf(VENV(WHEELS)) + ', sklearn'.length,
      lines: [
        'app: … → … MB, +4.3 MB (+… %)',
        '+4.3 MB: scikit_learn 1.4.0 added (4.0 MB), with joblib (250 kB) (Dockerfile:7)',
      ],
      mustSay: [/scikit[_-]learn/, /joblib/, /\badded\b/i, /Dockerfile:7\b/, /\+4\.[03]\s?MB/],
      mustNotSay: [/removed/i, /numpy/, /pydantic/],
    },
  },
  {
    name: 'pip-cache-mount',
    story:
      'pip gets a cache mount. The cache that it left in the image, as large as the packages, is gone; the packages are not.',
    base: {
      ...CACHED,
      Dockerfile: text(
        `FROM ${BASE} AS wheels`,
        'COPY wheels /wheels',
        '',
        `FROM ${BASE}`,
        'COPY pip.sh /usr/local/bin/pip',
        'RUN --mount=from=wheels,source=/wheels,target=/wheels \\',
        '    sh /usr/local/bin/pip install torch tokenizers',
        'CMD ["python3"]',
      ),
    },
    head: {
      ...CACHED,
      Dockerfile: text(
        `FROM ${BASE} AS wheels`,
        'COPY wheels /wheels',
        '',
        `FROM ${BASE}`,
        'COPY pip.sh /usr/local/bin/pip',
        'RUN --mount=type=cache,target=/root/.cache/pip \\',
        '    --mount=from=wheels,source=/wheels,target=/wheels \\',
        '    sh /usr/local/bin/pip install torch tokenizers',
        'CMD ["python3"]',
      ),
    },
    ideal: {
      delta: -5_000_000,
      lines: [
        'app: … → … MB, −5.0 MB (−… %)',
        '−5.0 MB: /root/.cache/pip/ is in a cache mount now (Dockerfile:6)',
      ],
      mustSay: [/\/root\/\.cache\/pip/, /[−-]5\.0\s?MB/, /Dockerfile:6\b/],
      mustNotSay: [/\/opt\/venv/, /\badded\b/i],
    },
  },
  {
    name: 'several-small-things',
    story:
      'A Friday clean-up: the old editor goes, a linter of file types comes, fonts are subset, a data file grows. Four things, up and down; the sum hides all of them.',
    base: {
      'fonts/inter.woff2': generated(1_600_000, 'inter'),
      'data/zones.json': generated(300_000, 'zones'),
      'notes.txt': text('old'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update && apt-get install -y --no-install-recommends nano && rm -rf /var/lib/apt/lists/*',
        'COPY fonts /usr/share/fonts/app',
        'COPY data notes.txt /srv/',
        'CMD ["bash"]',
      ),
    },
    head: {
      'fonts/inter.woff2': generated(400_000, 'inter, latin'),
      'data/zones.json': generated(2_700_000, 'zones of the world'),
      'notes.txt': text('newer'),
      Dockerfile: text(
        `FROM ${BASE}`,
        'RUN apt-get update && apt-get install -y --no-install-recommends mg && rm -rf /var/lib/apt/lists/*',
        'COPY fonts /usr/share/fonts/app',
        'COPY data notes.txt /srv/',
        'CMD ["bash"]',
      ),
    },
    ideal: {
      delta: null,
      lines: [
        'app: … → … MB, ±… MB (… %)',
        '+2.4 MB: /srv/zones.json, 300.0 kB → 2.7 MB (Dockerfile:4); −1.2 MB: inter.woff2 (line 3); −… MB: nano removed, mg added (line 2)',
      ],
      mustSay: [/zones\.json/, /\+2\.4\s?MB/, /inter\.woff2/, /[−-]1\.2\s?MB/, tells('nano', 'removed')],
      mustNotSay: [/notes\.txt/],
    },
  },
];
