import type { Report } from '../../src/report/report.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { compressedTo, fabricateReport } from '../support/fabricate/report.ts';
import { ADD, COPY, deletedFiles } from './reports.ts';

const DEBIAN: LayerSpec = { base: true, createdBy: ADD, files: { 'usr/lib/libc.so.6': 74_800_000 } };

/** `deadweight inspect app:1` of an image whose Dockerfile is not there: an archive came in one layer and went in another. */
export function squashable(): Report {
  return fabricateReport({
    layers: [
      { createdBy: ADD, files: { 'usr/lib/libc.so.6': 74_800_000 } },
      { createdBy: 'COPY model.tar.gz /tmp/ # buildkit', files: { 'tmp/model.tar.gz': 220_000_000 } },
      {
        createdBy: 'RUN /bin/sh -c tar -xzf /tmp/model.tar.gz -C /opt # buildkit',
        files: { 'opt/model.bin': 301_000_000 },
      },
      { createdBy: 'RUN /bin/sh -c rm /tmp/model.tar.gz # buildkit', deletes: ['tmp/model.tar.gz'] },
      { createdBy: 'COPY --chown=app:app . /app # buildkit', files: { 'app/main': 1_204_321 } },
    ],
    image: { reference: 'app:1', baseKnown: false },
    find: deletedFiles,
    title: 'app:1',
    origin: LOCAL_ORIGIN,
  });
}

/** A build that copies each of its files by itself, in more layers than its budget allows. */
export function crowded(): Report {
  const own = Array.from({ length: 13 }, (_, index): LayerSpec => {
    const text = `COPY config/${index}.yml /etc/app/`;
    return { line: index + 2, text, files: { [`etc/app/${index}.yml`]: index < 8 ? 900_000 : 40_000 } };
  });
  return fabricateReport({
    layers: compressedTo(98_000_000, [
      DEBIAN,
      ...own,
      { ...COPY, line: 15, files: { 'app/main': 1_204_321 } },
    ]),
    build: { durationMs: 41_312, steps: [], cacheBreak: null, warnings: [] },
    budgets: { 'max-layers': { warn: 10, fail: 12 } },
  });
}
