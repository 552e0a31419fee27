import { expect, it } from 'vitest';
import { measuringLimit } from '../../../src/run/weigh/measured-savings.ts';

it('reads again what is at hand, more beside a build, and nothing that has to be downloaded', () => {
  const archive = { reference: 'docker-archive:app.tar', compressedSize: null };
  const layout = { reference: 'oci:layout', compressedSize: 5 };
  const engine = { reference: 'docker-daemon:app', compressedSize: null };
  expect(measuringLimit(false, { reference: 'docker://example.org/app:1', compressedSize: 5 }).read).toBe(0);
  expect(measuringLimit(false, archive).compress).toBeLessThan(measuringLimit(true, archive).compress);
  expect(measuringLimit(true, engine).read).toBeLessThan(measuringLimit(true, layout).read);
});
