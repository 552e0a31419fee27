// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import { expect, it } from 'vitest';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import { readMetadataChange } from '../../../src/findings/waste/metadata-change.ts';

function changeOf(script: string) {
  const [command] = readScript(script).commands;
  return command === undefined ? null : readMetadataChange(command);
}

it.each([
  ['chown -R app:app /app', { kind: 'owner', value: 'app:app', isRecursive: true, paths: ['/app'] }],
  ['chown 1000 /a/ "/b"', { kind: 'owner', value: '1000', isRecursive: false, paths: ['/a', '/b'] }],
  ['chmod --recursive 0755 /a', { kind: 'mode', value: '0755', isRecursive: true, paths: ['/a'] }],
  ['chmod +x /a', { kind: 'mode', value: '+x', isRecursive: false, paths: ['/a'] }],
  [
    'chown $U:${G} /a ./b $D',
    { kind: 'owner', value: '$U:${G}', isRecursive: false, paths: ['/a', null, null] },
  ],
  ['chown app /a/../b', { kind: 'owner', value: 'app', isRecursive: false, paths: [null] }],
])('reads %s', (script, { paths, ...change }) => {
  const found = changeOf(script);
  expect(found).toMatchObject(change);
  expect(found?.operands.map(({ path }) => path)).toEqual(paths);
});

it.each([
  'chgrp app /app',
  'chown -h app /app',
  'chown --from=root app /app',
  'chown "$(id -u)" /app',
  'chown ${U:-app} /app',
  'chmod +x /app/*.sh',
  'chown app /',
  'chmod 755',
  'X=1 chown app /app',
  'sudo chown app /app',
])('leaves %s to whoever wrote it', script => {
  expect(changeOf(script)).toBeNull();
});
