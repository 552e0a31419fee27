import { describe, expect, it } from 'vitest';
import { scriptCollector, TRUNCATED } from '../../src/packages/script-words.ts';
import { file } from '../support/scans/scan.ts';

const words = (text: string, path = 'entrypoint.sh'): unknown =>
  scriptCollector.collect(file(path, text.length), Buffer.from(text));

describe('scriptCollector', () => {
  it('wants what somebody put into the image, and nothing of systems and package managers', () => {
    const wants = (path: string, mode = 0o755, size = 100): boolean =>
      scriptCollector.wants(file(path, size, { mode }));
    expect(wants('entrypoint.sh', 0o644)).toBe(true);
    expect(wants('usr/local/bin/start')).toBe(true);
    expect(wants('start', 0o644)).toBe(false);
    expect(wants('app/node_modules/x/run.sh')).toBe(false);
    expect(wants('usr/lib/git-core/git-submodule')).toBe(false);
    expect(wants('big.sh', 0o755, 100_000)).toBe(false);
  });

  it('keeps each word once, and no comment but for the program that runs it', () => {
    expect(words('#!/bin/sh\n# calls nobody\ngit clone x\n  git pull\nexec "/usr/bin/app"\n')).toBe(
      '/bin/sh git clone x pull exec /usr/bin/app',
    );
    expect(words('\x7fELF\0', 'app')).toBeNull();
    expect(words('hello', 'app')).toBeNull();
  });

  it('keeps no word that looks like a secret', () => {
    const secrets = [
      'ghp_0123456789abcdefghijABCDEFGHIJ012345',
      'AKIAIOSFODNN7EXAMPLE',
      'sk-12a34b56c78d90e',
    ];
    expect(words(`curl -H "token ${secrets.join(' ')}"\n`)).toBe('curl -H token');
  });

  it('keeps no password that is a plain word', () => {
    const script = [
      'mysql -uroot -pWordOne db',
      "echo 'root:WordTwo' | chpasswd",
      'sshpass -p WordThree ssh a',
      'export PGPASSWORD=WordFour',
      'unheard-of -pWordFive -p WordSix -p /etc/six -p',
      'mkdir -p data',
    ];
    expect(words(script.join('\n'))).toBe(
      'mysql -uroot -p db echo root chpasswd sshpass ssh a export unheard-of /etc/six mkdir data',
    );
  });

  it('says that there is more than it keeps', () => {
    const many = Array.from(
      { length: 5000 },
      (_, index) => `w${String(index).replaceAll(/\d/g, d => 'abcdefghij'[Number(d)] ?? '')}`,
    );
    expect(String(words(many.join('\n'))).endsWith(TRUNCATED)).toBe(true);
  });
});
