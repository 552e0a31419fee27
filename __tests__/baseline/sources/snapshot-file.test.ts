import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { snapshotFileSource } from '../../../src/baseline/sources/snapshot-file.ts';
import { serializeSnapshot } from '../../../src/compare/parse-snapshot.ts';
import { fakeCommit, fakeSnapshot } from '../../support/fabricate/snapshot.ts';
import { folderOf } from '../../support/folder.ts';
import { headOf } from '../baseline-fixture.ts';

const amd64 = fakeSnapshot(fakeCommit(1));
const arm64 = fakeSnapshot(null, 'linux/arm64');
const folder = () =>
  folderOf({
    'a.json': serializeSnapshot(amd64),
    'b.json': serializeSnapshot(arm64),
    'old.json': serializeSnapshot(amd64).replace('"deadweightSnapshot":2', '"deadweightSnapshot":99'),
    'cut.json': serializeSnapshot(amd64).slice(0, 100),
  });

describe('the baseline from files', () => {
  it('is the snapshot of the platform', async () => {
    const source = await snapshotFileSource(['a.json', 'b.json'], true, await folder());
    const { baselines } = await source.find([headOf('linux/arm64'), headOf()]);
    expect(baselines).toEqual([
      { snapshot: arm64, explanation: 'The base is the snapshot b.json.', notices: [] },
      { snapshot: amd64, explanation: 'The base is the snapshot a.json, of 0000000.', notices: [] },
    ]);
  });

  it('is never one of another platform', async () => {
    const source = await snapshotFileSource(['b.json'], true, await folder());
    const { baselines } = await source.find([headOf()]);
    expect(baselines).toMatchObject([
      { absence: { message: expect.stringContaining('b.json is of "linux/arm64"') } },
    ]);
  });

  it.each([
    ['nope.json', 'input-missing', /There is no snapshot nope\.json/],
    ['old.json', 'snapshot-invalid', /version 99, and this Deadweight reads 1/],
    ['cut.json', 'snapshot-invalid', /not JSON, or was cut off/],
    ['.', 'input-missing', /it is a (?:directory|pipe)/],
    ['pipe', 'input-missing', /it is a (?:directory|pipe)/],
  ])('that is %s is an error where it is required, and a reason where not', async (path, code, why) => {
    const cwd = await folder();
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    await expect(snapshotFileSource([path], true, cwd)).rejects.toMatchObject({ code });
    const { baselines } = await (await snapshotFileSource([path], false, cwd)).find([headOf()]);
    expect(baselines).toMatchObject([
      { absence: { code: 'baseline-file-unusable', message: expect.stringMatching(why) } },
    ]);
  });
});
