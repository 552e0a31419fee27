import { baseName } from '../../base/slash-path.ts';
import { SHELLS, USER_CHANGERS } from './program-names.ts';
import type { ShellCommand, ShellScript } from './shell-command.ts';

/** Started commands that may outlive the one that started them: the end of a RUN is what ends them. */
export function leavesProcesses({ commands, hasBackground }: ShellScript): boolean {
  return hasBackground || commands.some((command, index) => isLeft(command, commands.slice(index + 1)));
}

/** Programs that run the one which follows, or the text. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...USER_CHANGERS,
  ...SHELLS,
  ...['env', 'exec', 'command', 'time', 'nice', 'timeout'],
]);

/** Whose whole purpose it is to start what goes on. */
const STARTERS: ReadonlySet<string> = new Set(
  (
    'nohup setsid service start-stop-daemon daemonize invoke-rc.d rc-service pg_ctlcluster apachectl apache2ctl ' +
    'mysqld_safe mariadbd-safe dbus-launch tmux screen adb'
  ).split(' '),
);
/** Servers that put themselves into the background when nothing says otherwise, or that nobody starts but so. */
const SERVERS: ReadonlySet<string> = new Set(
  (
    'nginx sshd httpd apache2 dbus-daemon Xvfb Xvnc vncserver cron crond rsyslogd syslogd syslog-ng supervisord named ' +
    'slapd unbound dnsmasq exim4 smbd nmbd winbindd proftpd vsftpd lighttpd haproxy varnishd squid php-fpm rpcbind ' +
    'xinetd inetd epmd icecast2 memcached redis-server mysqld mariadbd mongod mongos postgres rabbitmq-server ' +
    'gpg-agent dirmngr keyboxd'
  ).split(' '),
);
/** Verbs of programs that do not stay themselves. */
const VERBS: Readonly<Record<string, RegExp>> = {
  pg_ctl: /^(?:re)?start$/,
  systemctl: /^(?:re)?start$/,
  'catalina.sh': /^start$/,
  'gpg-connect-agent': /./,
  gpg: /^(?:--(?:batch-)?(?:recv|keyserver|refresh|search|locate|import|gen|full-gen|quick|sign|clear|detach|decrypt|symmetric|export-secret)|-\w*[scdb]$)/,
};
/** What tells of itself, or prepares, and is over. */
const OVER =
  /^(?:-[vVth]|-tt|-T|--version|--help|--test|--initialize(?:-insecure)?|--configtest|configtest)$/;
const DETACHED = /^-?-(?:fork|daemon|daemonize|detached|background)(?:=(?:yes|true|on))?$/;

function isLeft(command: ShellCommand, later: readonly ShellCommand[]): boolean {
  const { words } = command;
  const isWrapped = RUNNERS.has(programName(words[0] ?? ''));
  const all = isWrapped ? words.flatMap(word => word.split(/[\s;&|()]+/)) : words;
  if (all.some(word => DETACHED.test(word))) return true;
  const starts = isWrapped ? all.map((_, index) => index) : [0];
  return starts.some(index => {
    const [program = '', ...rest] = all.slice(index);
    const name = programName(program);
    if (program.includes('/init.d/') || STARTERS.has(name)) return true;
    // `sshd -D` would not let the RUN end; of others it is the daemon's.
    if (SERVERS.has(name) || (/d$/.test(name) && rest.includes('-D') && name !== 'useradd'))
      return !rest.some(word => OVER.test(word));
    const isStarted = VERBS[name] !== undefined && rest.some(word => VERBS[name]?.test(word) === true);
    return isStarted && !(name.startsWith('gpg') && later.some(endsAgents));
  });
}

/** `gpgconf --kill all` ends the agent, the key server's client and the like; they end when their directory goes, too. */
function endsAgents({ words: [program = '', ...rest] }: ShellCommand): boolean {
  const name = programName(program);
  if (name === 'rm') return rest.some(word => /GNUPGHOME|\.gnupg\b/.test(word));
  return (name === 'gpgconf' && rest.includes('--kill')) || name === 'pkill' || name === 'killall';
}

function programName(path: string): string {
  return baseName(path).replace(/^php-fpm[\d.]*$/, 'php-fpm');
}

/** Whether the script puts another shell in a shell's place: the next RUN begins with it, a shell that runs does not. */
export function replacesShell({ commands }: ShellScript): boolean {
  return commands.some(({ words: [program = '', ...rest] }) => {
    const name = programName(program);
    if (name === 'dpkg-reconfigure') return rest.includes('dash');
    if (['dpkg-divert', 'update-alternatives', 'rm', 'unlink', 'mv'].includes(name))
      return rest.some(isShell);
    const last = rest.at(-1) ?? '';
    return ['ln', 'cp', 'install'].includes(name) && (isShell(last) || last === 'sh');
  });
}

function isShell(word: string): boolean {
  return /^\/?(?:usr\/)?bin\/(?:sh|bash|dash|zsh)$/.test(word);
}
