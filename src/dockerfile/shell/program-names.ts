/** The shells that read a script of the POSIX shell language. */
export const SHELLS = ['sh', 'ash', 'bash', 'dash', 'zsh'] as const;

/** Programs that images are started with to give up root for another user. */
export const ROOT_DROPPERS = ['gosu', 'su-exec', 'setpriv', 's6-setuidgid', 'chpst'] as const;

/** Programs that run a command as another user, or in another root directory. */
export const USER_CHANGERS: ReadonlySet<string> = new Set([
  ...['sudo', 'su', 'doas', 'runuser', 'chroot'],
  ...ROOT_DROPPERS,
]);
