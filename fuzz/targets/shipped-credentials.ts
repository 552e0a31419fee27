import { Buffer } from 'node:buffer';
import { madeUpFiles } from '../../__tests__/support/credentials/made-up.ts';
import { file } from '../../__tests__/support/scans/scan.ts';
import { findTextCredentials, maskTextCredentials } from '../../src/base/text-credentials.ts';
import { RangeReading } from '../../src/layer/collector.ts';
import { findConfigCredentials, runtimeCommands } from '../../src/oci/config-credentials.ts';
import { credentialCollector, credentialFiles } from '../../src/packages/credentials/credential-collector.ts';
import { mutateTextBytes } from '../mutators/text.ts';
import { accept, require, type Target } from '../target.ts';

const FILES = madeUpFiles();
const TOKENS = [
  'password',
  'token',
  '=',
  ': ',
  '"',
  "'",
  '://',
  '@',
  '\n',
  '-----',
  '_authToken',
  'Authorization: ',
  ' -u ',
  '<!--',
];

/** What is kept of an input has nothing of a value: keys, kinds and numbers are all there is. */
export const shippedCredentials: Target = {
  name: 'shipped-credentials',
  parsers: [
    'packages/credentials/credential-collector.ts',
    'packages/credentials/credential-format.ts',
    'packages/credentials/credential-place.ts',
    'base/token-shapes.ts',
    'base/text-credentials.ts',
    'base/placeholder.ts',
    'oci/config-credentials.ts',
  ],
  accepts: ['collector', 'text'],
  holds: 'what is kept names kinds, lines and keys; a masked text has as many lines',
  maxMs: 1500,
  generate(random) {
    const { path, text } = random.pick(FILES);
    const mutated = mutateTextBytes({ seeds: [text], tokens: TOKENS }, random);
    return Buffer.concat([Buffer.from(`${path}\n`), mutated]);
  },
  check(input) {
    const end = Math.max(input.indexOf(0x0a), 0);
    const path = input.toString('utf8', 0, end);
    const content = input.subarray(end + 1);
    const entry = file(path, content.length);
    if (credentialCollector.wants(entry)) {
      const reading = new RangeReading(credentialCollector, entry, content.length);
      reading.take(content, 0);
      const value = accept('collector', reading.value);
      const found = value === null ? [] : credentialFiles({ collected: { credentials: [{ path, value }] } });
      for (const each of found.flatMap(({ credentials: all }) => all)) {
        require(each.line >= 0 &&
          (each.name === null || /^[\w.-]+$/.test(each.name)), 'a credential is more');
      }
    }
    const text = content.toString('utf8');
    const masked = accept('text', maskTextCredentials(text));
    require(masked.split('\n').length === text.split('\n').length, 'lines are lost');
    for (const { start, end: to } of findTextCredentials(text)) require(start < to, 'a credential is empty');
    const commands = runtimeCommands({
      Cmd: text.split(' '),
      Healthcheck: { Test: text.split('\n') },
      OnBuild: [text],
    });
    findConfigCredentials({ env: [text], labels: { [text]: text }, history: [text], commands });
  },
};
