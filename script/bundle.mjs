// Bundles the compiled entries into dist/, which is what a runner executes: one self-contained folder.
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ncc from '@vercel/ncc';
import config from '../ncc.config.js';

const root = join(import.meta.dirname, '..');
await rm(join(root, 'dist'), { recursive: true, force: true });

for (const { input, output, executable } of config.entries) {
  const path = join(root, 'dist', output);
  const folder = dirname(path);
  const { code, assets } = await ncc(join(root, input), { ...config.options, filename: 'index.js' });
  await mkdir(folder, { recursive: true });
  await writeFile(path, executable && !code.startsWith('#!') ? `#!/usr/bin/env node\n${code}` : code);
  if (executable) await chmod(path, 0o755);
  // package.json (`type: module`) is among the assets: without it the bundle would be read as CommonJS.
  for (const [name, asset] of Object.entries(assets)) {
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, asset.source);
  }
}
