// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import { describe, expect, it } from 'vitest';
import { asChainMember, chainParts } from '../../../src/dockerfile/shell/chain-part.ts';
import { continuation } from '../../../src/dockerfile/shell/continuation.ts';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';

/** What the first of two scripts becomes. */
function first(text: string, { next = 'next', hasErrexit = false } = {}): string {
  const [part = 'bare'] = chainParts([readScript(text), readScript(next)], hasErrexit);
  return typeof part === 'string' ? part : part.problem;
}

describe('a script in front of another', () => {
  it.each([
    'nginx -t && a',
    'sshd -t',
    'mysqld --initialize-insecure',
    'pg_ctl initdb',
    'useradd -D',
    'install -D x y',
    'gpg --dearmor x',
    'gpg --batch --verify x y',
    'gpg --recv-keys X && gpgconf --kill all',
    'gpg --import x && rm -rf "$GNUPGHOME"',
    'systemctl enable x',
    'ln -s bash /rootfs/bin/sh',
    'cp /bin/bash /opt',
  ])('%j leaves no process, and the shell as it is', text => {
    expect(first(text)).toBe('bare');
  });

  it.each([
    'a && b',
    'a | b && c',
    '! a',
    'if a; then b; fi',
    '( cd x; a ) && b',
    'a > f',
    'X=1 a',
    'printf x',
  ])('%j stays as it is', text => {
    expect(first(text)).toBe(text.includes('cd') ? 'subshell' : 'bare');
  });

  it.each([
    ...[
      'a; b',
      'a || b',
      'a\nb',
      'a && b || c',
      'a;',
      'cd x',
      'cd x && a',
      'export A=1',
      'A=1',
      'A=1 :',
      'unset A',
    ],
    ...[
      'set -x && a',
      'umask 077',
      'trap a EXIT',
      'ulimit -n 9',
      'alias a=b',
      'pushd x',
      'exit 0',
      'exec a',
      'a && exit',
    ],
    ...[
      'if a; then exit 0; fi',
      'shift',
      'read x',
      '. x && a',
      'eval x && a',
      '$CMD x',
      '`a` b',
      'a ${X:=1}',
      'printf -v x y',
    ],
    ...['for x in 1; do a; done', '> f', 'command cd x', 'set -e && a'],
  ])('%j runs in a subshell', text => {
    expect(first(text)).toBe('subshell');
  });

  it.each([
    ['a & b', 'leaves processes'],
    ['nohup a', 'leaves processes'],
    ['service x start', 'leaves processes'],
    ['/etc/init.d/x start', 'leaves processes'],
    ['pg_ctl -D /data start && a', 'leaves processes'],
    ['su postgres -c "pg_ctl start && psql"', 'leaves processes'],
    ['gosu postgres pg_ctlcluster 15 main start', 'leaves processes'],
    ['mysqld --user=x --daemonize', 'leaves processes'],
    ['mongod --fork --logpath x', 'leaves processes'],
    ['redis-server --daemonize yes', 'leaves processes'],
    ['nginx && a', 'leaves processes'],
    ['/usr/sbin/sshd', 'leaves processes'],
    ['dbus-daemon --system --fork', 'leaves processes'],
    ['apachectl start', 'leaves processes'],
    ['radiusd -D x', 'leaves processes'],
    ['own-server --daemon', 'leaves processes'],
    ['gpg --batch --recv-keys X', 'leaves processes'],
    ['gpg --import x', 'leaves processes'],
    ['ln -sf bash /bin/sh', 'another shell'],
    ['rm /bin/sh && ln -s /bin/bash /bin/sh', 'another shell'],
    ['dpkg-reconfigure -p critical dash', 'another shell'],
    ['cd /bin && ln -sf bash sh', 'another shell'],
    ['set -e; a', 'relies on `set -e`'],
    ['set -eux; a; b', 'relies on `set -e`'],
    ['set -o errexit\na', 'relies on `set -e`'],
    ['a && ( set -e; b; c )', 'relies on `set -e`'],
    ['trap x ERR; a', 'relies on `set -e`'],
    ['set $X; a', 'relies on `set -e`'],
    ['. x', 'are not seen'],
    ['a && eval "$x"', 'are not seen'],
    ['a # b', 'end of one'],
    ['f() { a; }; f', 'end of one'],
    ['a "b', 'end of one'],
  ])('%j is none: %s', (text, reason) => {
    expect(first(text)).toContain(reason);
  });

  it('of a shell with -e has to be a chain', () => {
    expect(first('a && b', { hasErrexit: true })).toBe('bare');
    expect(first('a; b', { hasErrexit: true })).toContain('set -e');
    expect(first('for x in 1; do a; done', { hasErrexit: true })).toContain('set -e');
  });

  it('is kept from telling the next one where it found a program', () => {
    expect(first('pip install -U pip', { next: 'pip install x' })).toBe('subshell');
    expect(first('apt-get update', { next: 'apt-get install x' })).toBe('bare');
    expect(first('/usr/bin/pip install -U pip', { next: 'pip install x' })).toBe('bare');
    const parts = chainParts(['pip a', 'b', 'pip c'].map(readScript), false);
    expect(parts).toEqual(['subshell', 'bare', 'bare']);
  });
});

describe('the last script', () => {
  it.each([
    ['cd x && a', 'bare'],
    ['if a; then b; fi', 'bare'],
    ['exit 0', 'bare'],
    ['a; b', 'subshell'],
    ['a || b', 'subshell'],
    ['set -e; a', 'subshell'],
    ['a & b', 'subshell'],
    ['a &', 'subshell'],
    ['a && b &', 'subshell'],
  ])('%j: %s', (text, expected) => {
    expect(chainParts([readScript('x'), readScript(text)], false)[1]).toBe(expected);
  });

  it('has to be understood too', () => {
    expect(chainParts([readScript('x'), readScript('a # b')], false)[1]).toHaveProperty('problem');
  });
});

describe('a command behind a script', () => {
  const behind = (text: string, hasErrexit = false): string => {
    const found = continuation(readScript(text), hasErrexit);
    return typeof found === 'string' ? found : found.problem;
  };

  it.each([
    ['a', '&&'],
    ['a; b', '&&'],
    ['a || b', '&&'],
    ['a && b || c', '&&'],
    ['for x in 1; do a; done', '&&'],
    ['set -e; a', ';'],
    ['set -eux; a; b | c', ';'],
    ['set -e; for x in 1; do a; done', ';'],
    ['set -e; ( a && b )', ';'],
    ['set -e; for x in 1; do ( a || b ); done', ';'],
    ['set -e; if a && ! b; then c; elif d || e; then f; fi', ';'],
    ['set -e; while ! a; do b; done', ';'],
    ['set -e; a && b', '&&'],
    ['set -e; ! a', '&&'],
    ['set -e && a', '&&'],
    ['a; set -e; b', '&&'],
    ['. x && a', '&&'],
  ])('%j: %s', (text, expected) => {
    expect(behind(text)).toBe(expected);
  });

  it('of a shell with -e', () => {
    expect(behind('a', true)).toBe('&&');
    expect(behind('for x in 1; do a; done', true)).toBe(';');
    expect(behind('a; b', true)).toBe(';');
    expect(behind('set +e; for x in 1; do a; done', true)).toContain('relies on');
  });

  it.each([
    ['set -e; b && for x in 1; do a; done', 'relies on'],
    ['a; set -e; for x in 1; do a; done', 'relies on'],
    ['( set -e; a; b )', 'relies on'],
    ['set -e; for x in 1; do a && b; done', 'relies on'],
    ['set -e; if a; then ! b; fi', 'relies on'],
    ['set -e; { case x in x) a || b; esac; }', 'relies on'],
    ['set -e; set +e; if a; then b; fi', 'relies on'],
    ['. x', 'not seen'],
    ['if a; then . x; fi', 'not seen'],
    ['a # b', 'nothing can be added'],
    ['a &', 'nothing can be added'],
    ['a;', 'nothing can be added'],
    ['a && exec b', 'nothing can be added'],
    ['if a; then exit 0; fi', 'nothing can be added'],
    ['f() { a; }; f', 'nothing can be added'],
    ['', 'nothing can be added'],
  ])('%j has none: %s', (text, reason) => {
    expect(behind(text)).toContain(reason);
  });
});

describe('a command as a member of a chain', () => {
  it.each([
    ['a b', 'a b'],
    ['a && b | c', 'a && b | c'],
    ['a || true', '( a || true )'],
    ['a; b', '( a; b )'],
  ])('%j: %j', (text, expected) => {
    expect(asChainMember(text, readScript(text))).toBe(expected);
  });
});
