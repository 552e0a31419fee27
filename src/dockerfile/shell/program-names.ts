import type { ShellScript } from './shell-command.ts';

/** Builtins, and programs that no command of a RUN puts a newer one in front of. */
const SETTLED: ReadonlySet<string> = new Set(
  (
    '[ [[ test true false : echo printf pwd type wait kill ' +
    'apt-get apt apt-cache apt-mark apt-key aptitude dpkg dpkg-query dpkg-reconfigure add-apt-repository apk yum dnf ' +
    'microdnf rpm zypper pacman ' +
    'rm mv cp ln mkdir rmdir touch chmod chown chgrp install cat head tail cut sort uniq tr wc tee ls du df stat find ' +
    'grep sed awk tar gzip gunzip xz unxz bzip2 unzip zip curl wget sha256sum sha512sum md5sum gpg date env id uname ' +
    'basename dirname readlink realpath mktemp sleep xargs strip ldconfig ' +
    'useradd usermod userdel groupadd groupmod groupdel adduser addgroup deluser delgroup chpasswd passwd chsh ' +
    'update-ca-certificates update-alternatives locale-gen localedef ln'
  ).split(' '),
);

/**
 * The programs that a shell looks up for a script, and whose place it then remembers: in the same shell `pip` stays
 * /usr/bin/pip, even when a newer one has come to /usr/local/bin. Settled ones are left out.
 */
export function programNames({ commands }: ShellScript): ReadonlySet<string> {
  return new Set(
    commands.flatMap(({ words: [program = ''] }) => {
      return program === '' || program.includes('/') || SETTLED.has(program) ? [] : [program];
    }),
  );
}
