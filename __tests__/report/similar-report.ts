import type { Report } from '../../src/report/report.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus } from '../support/fabricate/dpkg.ts';
import { fabricateReport, filled } from '../support/fabricate/report.ts';
import { ADD, deletedFiles } from './reports.ts';

const MODULE =
  'srv/monorepo/packages/frontend/applications/customer-portal/node_modules/@babel/plugin-bugfix-safari-id-destructuring';

/** Paths of 120 and more characters, which differ in their middle alone, at their end alone, and in wide characters. */
const DELETED: Readonly<Record<string, number>> = {
  [`${MODULE}-collision-in-function-expression/lib/index.js`]: 4_200_000,
  [`${MODULE}-collision-in-class-expression/lib/index.js`]: 4_100_000,
  [`${MODULE}-collision-in-class-expression/lib/index.js.map`]: 4_000_000,
  'srv/資料/顧客ポータル/二〇二六年十一月の請求書の控え/請求書の控えと領収書の写し（東京本社）.pdf': 3_900_000,
  'srv/資料/顧客ポータル/二〇二六年十月の請求書の控え/請求書の控えと領収書の写し（東京本社）.pdf': 3_800_000,
  'srv/assets/👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉/release-notes-2026-11-26.mp4': 3_700_000,
  'srv/assets/👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉👩‍💻🚀🎉/release-notes-2026-11-27.mp4': 3_600_000,
};

const PLUGIN = '@babel/plugin-bugfix-safari-id-destructuring-collision-in';

/** Packages of npm whose names are the same for sixty characters. */
function pluginLayer(): LayerSpec {
  const names = [`${PLUGIN}-function-expression`, `${PLUGIN}-class-expression`];
  const folder = (name: string) => `usr/lib/node_modules/${name}`;
  return {
    files: Object.fromEntries(
      names.map((name, index) => [`${folder(name)}/index.js`, 6_000_000 - 500_000 * index]),
    ),
    texts: Object.fromEntries(
      names.map(name => [`${folder(name)}/package.json`, JSON.stringify({ name, version: '7.25.9' })]),
    ),
  };
}

const KERNELS: DpkgPackages = {
  'linux-headers-6.1.0-28-common': ['6.1.119-1', 'usr/src/linux-headers-6.1.0-28-common/Makefile'],
  'linux-headers-6.1.0-29-common': ['6.1.123-1', 'usr/src/linux-headers-6.1.0-29-common/Makefile'],
};

const INSTALL =
  'RUN apt-get update && apt-get install -y --no-install-recommends --option=Acquire::Retries=5 build-essential ca-certificates curl';
const TOOLS = ['git', 'gnupg', 'jq', 'less', 'make', 'nano', 'rsync', 'unzip', 'vim', 'zip'];

/** As the history of an image has it: there is no Dockerfile that tells the layers apart. */
function layerOf(command: string, more: LayerSpec): LayerSpec {
  return { createdBy: `${command.replace('RUN ', 'RUN /bin/sh -c ')} # buildkit`, ...more };
}

/** Ten instructions that differ in their last word, two packages of one beginning, and long paths that are deleted again. */
function layers(kernels: DpkgPackages): readonly LayerSpec[] {
  const installs = TOOLS.map((tool, index) =>
    layerOf(`${INSTALL} ${tool}`, { files: { [`usr/bin/${tool}`]: 1_000_000 * (index + 1) } }),
  );
  const headers = Object.fromEntries(
    Object.values(kernels).map(([, path], index) => [path, 21_000_000 + 1_000_000 * index]),
  );
  return [
    filled(74_800_000, 'usr/lib/rest', { createdBy: ADD, texts: dpkgStatus({}) }),
    ...installs,
    layerOf('RUN apt-get install -y linux-headers-amd64', {
      files: headers,
      texts: { ...dpkgLists(kernels), ...dpkgStatus(kernels) },
    }),
    ...(Object.keys(kernels).length === 0 ? [] : [layerOf('RUN npm install --global', pluginLayer())]),
    layerOf('COPY . /srv', { files: DELETED }),
    layerOf('RUN rm -rf /srv/monorepo /srv/資料 /srv/assets', { deletes: Object.keys(DELETED) }),
  ];
}

/** `deadweight diff` of two images whose names, instructions, packages and files are long and alike. */
export function similar(): Report {
  const team = 'docker://registry.example.org/platform/kernel-builders';
  return fabricateReport({
    layers: layers(KERNELS),
    image: { reference: `${team}/linux-headers-6.1.0-29-common`, baseKnown: false },
    baseline: {
      layers: layers({}).filter((_layer, index) => index < 2 || index > 4),
      reference: `${team}/linux-headers-6.1.0-28-common`,
      explanation: null,
    },
    find: deletedFiles,
    title: 'linux-headers-6.1.0-29-common',
    origin: LOCAL_ORIGIN,
  });
}
