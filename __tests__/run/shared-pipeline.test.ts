import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderSharedJson } from '../../src/report/json.ts';
import { type SharedReport, sharedReportSchema } from '../../src/report/shared-report.ts';
import { renderShared } from '../../src/report/terminal/render-shared.ts';
import { inspectShared } from '../../src/run/shared-pipeline.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage, type Step } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';
import { testEnvironment } from '../support/test-environment.ts';

const BASE: Step = { createdBy: 'FROM base', layer: { 'bin/sh': file(90_000), 'etc/issue': file(100) } };
const TOOLS: Step = { createdBy: 'RUN install tools', layer: { 'usr/bin/tool': file(50_000, { seed: 1 }) } };
const MODEL: Step = { createdBy: 'COPY model /', layer: { model: file(70_000, { seed: 2 }) } };
/** As `TOOLS`, installed by another line. */
const OTHER_TOOLS: Step = {
  createdBy: 'RUN install other tools',
  layer: { 'usr/bin/tool': file(50_000, { seed: 1 }), 'usr/bin/more': file(10) },
};

/** Files in the current folder, one an image. */
async function share(images: Readonly<Record<string, readonly Step[]>>): Promise<SharedReport> {
  const files = Object.entries(images).map(async ([name, steps]) => {
    return [name, await dockerArchive([await fabricateImage({ steps: [...steps] })])] as const;
  });
  const cwd = await folderOf(Object.fromEntries(await Promise.all(files)));
  const references = Object.keys(images).map(name => `docker-archive:${join(cwd, name)}`);
  const report = await inspectShared(references, null, false, testEnvironment(cwd));
  return {
    ...report,
    images: report.images.map((image, index) => ({ ...image, name: Object.keys(images)[index] ?? '' })),
  };
}

function ofImages(report: SharedReport) {
  return report.images.map(({ name, sharedSize, ownSize }) => [name, sharedSize, ownSize]);
}

describe('what images share', () => {
  it('is the layers that stand on the same layers', async () => {
    const report = await share({ a: [BASE, TOOLS, MODEL], b: [BASE, TOOLS], c: [BASE, OTHER_TOOLS] });
    expect(report).toMatchObject({
      size: 3 * 90_100 + 2 * 50_000 + 70_000 + 50_010,
      machineSize: 90_100 + 50_000 + 70_000 + 50_010,
      shared: [
        { images: [0, 1, 2], first: 0, last: 0, size: 90_100, createdBy: 'FROM base' },
        { images: [0, 1], first: 1, last: 1, size: 50_000 },
      ],
      misplaced: [],
    });
    expect(ofImages(report)).toEqual([
      ['a', 140_100, 70_000],
      ['b', 140_100, 0],
      ['c', 90_100, 50_010],
    ]);
  });

  it('could be the layers that stand on others, and the files that different layers hold', async () => {
    const report = await share({
      a: [BASE, MODEL, TOOLS],
      b: [BASE, TOOLS, MODEL],
      c: [BASE, OTHER_TOOLS],
      d: [BASE, MODEL],
    });
    expect(report.misplaced).toEqual([
      {
        places: [
          { image: 0, layer: 1 },
          { image: 1, layer: 2 },
          { image: 3, layer: 1 },
        ],
        size: 70_000,
        saving: 70_000,
        createdBy: 'COPY model /',
      },
      {
        places: [
          { image: 0, layer: 2 },
          { image: 1, layer: 1 },
        ],
        size: 50_000,
        saving: 50_000,
        createdBy: 'RUN install tools',
      },
    ]);
    expect(report.machineSize).toBe(90_100 + 2 * 70_000 + 2 * 50_000 + 50_010);
    expect(report.repeated).toEqual({ count: 1, bytes: 50_000, packages: [] });
  });

  it('is nothing for images with nothing in common', async () => {
    const report = await share({ a: [BASE], b: [MODEL] });
    expect(report).toMatchObject({ shared: [], misplaced: [], repeated: { count: 0 }, registrySize: null });
    expect(report.machineSize).toBe(report.size);
  });

  it('is all of an image that is named twice', async () => {
    const report = await share({ a: [BASE, TOOLS], b: [BASE, TOOLS] });
    expect(report).toMatchObject({ machineSize: 140_100, size: 280_200, shared: [{ first: 0, last: 1 }] });
  });

  it('needs two images', async () => {
    const one = share({ a: [BASE] });
    await expect(one).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('several') });
  });

  it.each([80, 120])('reads well in a terminal of %i columns, and is JSON of the schema', async columns => {
    const report = await share({
      'registry.example/team/app:1.2.3': [BASE, MODEL, TOOLS],
      'registry.example/team/worker:1.2.3': [BASE, TOOLS, MODEL],
      'other\u001b[2J\u202e\n::error::x': [BASE, OTHER_TOOLS],
    });
    const text = renderShared(report, { columns, color: false });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::/m);
    await expect(text).toMatchFileSnapshot(`../golden/shared.terminal-${columns}.txt`);
    expect(sharedReportSchema().parse(JSON.parse(renderSharedJson(report)))).toEqual(report);
  });
});
