import { describe, expect, it } from 'vitest';
import type { SquashedPlatform, SquashReport } from '../../src/report/squash-report.ts';
import { renderSquash } from '../../src/report/terminal/render-squash.ts';

const DIGESTS = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] as const;

const WRITTEN: SquashedPlatform = {
  platform: 'linux/amd64',
  imageId: DIGESTS[0],
  digest: DIGESTS[1],
  before: { layerCount: 6, size: 132_500_000, compressedSize: 52_000_000, largestLayer: 74_800_000 },
  after: { layerCount: 3, size: 103_500_000, compressedSize: 41_000_000, largestLayer: 80_000_000 },
  ranges: [{ first: 1, last: 4, size: 29_000_000, compressedSize: 9_000_000, saving: { bytes: 29_000_000 } }],
  shared: [{ image: 'other:1', layerCount: 2, size: 12_000_000 }],
  dropped: ['inline-cache', 'attestations'],
};

const UNTOUCHED: SquashedPlatform = {
  ...WRITTEN,
  platform: 'linux/arm64',
  after: WRITTEN.before,
  ranges: [],
  shared: [],
  dropped: ['attestations'],
};

const PLANNED: SquashedPlatform = {
  ...WRITTEN,
  imageId: null,
  digest: null,
  after: { ...WRITTEN.after, compressedSize: null },
  ranges: [{ first: 1, last: 4, size: 29_000_000, compressedSize: null, saving: { bytes: 0 } }],
  shared: [],
  dropped: [],
};

function reportOf(platforms: readonly SquashedPlatform[], rest: Partial<SquashReport> = {}): SquashReport {
  return {
    schemaVersion: 1,
    tool: { name: 'deadweight', version: '0.0.0' },
    image: 'app:1',
    platforms: [...platforms],
    advice: null,
    output: null,
    notices: [],
    ...rest,
  };
}

const OUTPUT = { target: 'docker-daemon:app:small', digest: DIGESTS[1] };
const HOSTILE = 'in\u001b[2J\u202e\u0007\n::error::x';

const REPORTS: Readonly<Record<string, SquashReport>> = {
  one: reportOf([WRITTEN], { output: OUTPUT }),
  several: reportOf([WRITTEN, UNTOUCHED], { output: { ...OUTPUT, target: 'oci:out:1' } }),
  nothing: reportOf([{ ...UNTOUCHED, imageId: null, digest: null, dropped: [] }]),
  planned: reportOf([PLANNED]),
  advice: reportOf([PLANNED], {
    advice: [{ first: 2, last: 4, size: 5_000_000, saving: { bytes: 24_000_000 } }],
  }),
  unadvised: reportOf([PLANNED], { advice: [] }),
  hostile: reportOf([{ ...WRITTEN, shared: [{ image: HOSTILE, layerCount: 1, size: 1 }] }], {
    image: HOSTILE,
    output: { target: `oci:${HOSTILE}`, digest: DIGESTS[1] },
    notices: [{ code: 'x', message: `It is ${HOSTILE}.` }],
  }),
};

describe.each(Object.entries(REPORTS))('the report of a squash: %s', (name, report) => {
  it.each([80, 120])('reads well in a terminal of %i columns', async columns => {
    const text = renderSquash(report, { columns, color: false });
    await expect(text).toMatchFileSnapshot(`../golden/squash-${name}.terminal-${columns}.txt`);
  });
});

it('has no control characters and no commands, whatever images are called', () => {
  const text = renderSquash(REPORTS['hostile'] ?? expect.fail(), { columns: 80, color: false });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::/m);
});
