import { expect, it } from 'vitest';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import { readMetadataChange } from '../../../src/findings/waste/metadata-change.ts';

function changeOf(script: string) {
  const [command] = readScript(script).commands;
  return command === undefined ? null : readMetadataChange(command);
}

it.each([
  ['chown -R app:app /app', { kind: 'owner', owner: 'app:app', isRecursive: true, operands: ['/app'] }],
  ['chown 1000 /a/ "/b"', { kind: 'owner', owner: '1000', isRecursive: false, operands: ['/a', '/b'] }],
  ['chmod --recursive 0755 /a', { kind: 'mode', isRecursive: true, operands: ['/a'] }],
  ['chmod +x /a', { kind: 'mode', isRecursive: false, operands: ['/a'] }],
])('reads %s', (script, change) => {
  expect(changeOf(script)).toEqual(change);
});

it.each([
  'chgrp app /app',
  'chown -h app /app',
  'chown --from=root app /app',
  'chown app app.conf',
  'chown "$USER" /app',
  'chmod +x /app/*.sh',
  'chown app /',
  'chmod 755',
  'X=1 chown app /app',
  'sudo chown app /app',
])('leaves %s to whoever wrote it', script => {
  expect(changeOf(script)).toBeNull();
});
