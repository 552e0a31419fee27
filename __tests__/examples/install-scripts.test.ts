import { describe, expect, it } from 'vitest';
import { InstallScripts } from '../support/corpus/install-scripts.ts';

const EXIM = `#!/bin/sh
adduser --system --group --home /var/spool/exim4 Debian-exim
[ -e /etc/aliases ] || touch /etc/aliases
update-rc.d exim4 defaults >/dev/null
`;
const MAILX = `#!/bin/sh
update-alternatives --install /usr/bin/mailx mailx /usr/bin/bsd-mailx 50 \\
  --slave /usr/share/man/man1/mailx.1.gz mailx.1.gz /usr/share/man/man1/bsd-mailx.1.gz
`;

describe('what install scripts made', () => {
  const scripts = new InstallScripts([EXIM, MAILX]);
  it.each([
    ['etc/aliases', 'file'],
    ['etc/group', 'file'],
    ['etc/shadow-', 'file'],
    ['var/spool/exim4/db', 'directory'],
    ['etc/rc2.d/S01exim4', 'symlink -> ../init.d/exim4'],
    ['etc/alternatives/mailx', 'symlink -> /usr/bin/bsd-mailx'],
    ['usr/bin/mailx', 'symlink -> /etc/alternatives/mailx'],
    ['usr/share/man/man1/mailx.1.gz', 'symlink -> /etc/alternatives/mailx.1.gz'],
  ])('is %s', (path, before) => {
    expect(scripts.mayHaveMade(path, before)).toBe(true);
  });

  it.each([
    ['etc/hosts', 'file'],
    ['var/spool/cron', 'directory'],
    ['usr/bin/perl', 'file'],
    ['etc/rc2.d/S01cron', 'symlink -> ../init.d/cron'],
    ['etc/alternatives/pager', 'symlink -> /bin/less'],
    ['usr/share/man/man1/other.1.gz', 'file'],
  ])('is not %s', (path, before) => {
    expect(scripts.mayHaveMade(path, before)).toBe(false);
  });

  it('is no user where no script makes one', () => {
    expect(new InstallScripts([MAILX]).mayHaveMade('etc/group', 'file')).toBe(false);
    expect(new InstallScripts([]).mayHaveMade('etc/aliases', 'file')).toBe(false);
  });
});
