/** What is there of a path, as `FinalFilesystem` has it: `symlink 777 0:0 -> /etc/alternatives/mail`. */
type FileState = string | undefined;

/** The databases of users and groups, and their copies of before the last change. */
const USERS = /^etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-?$/;
const MAKES_USERS = /\b(?:adduser|addgroup|useradd|groupadd|deb-systemd-sysusers|systemd-sysusers)\b/;
/** Directories that programs are told to use, but not all that lies in them. */
const SHARED =
  /^(?:etc|usr|var|bin|sbin|lib|opt|run|home|root|tmp|usr\/(?:bin|sbin|lib|share|local)|var\/(?:lib|log|spool|cache|mail|run)|etc\/(?:alternatives|default|systemd|init\.d|cron\.\w+|pam\.d|ssl))$/;

/** What the maintainer scripts of packages make when these are installed, told by what the scripts name. */
export class InstallScripts {
  readonly #words: ReadonlySet<string>;
  readonly #text: string;

  /** @param texts of `preinst`, `postinst` and `config` */
  constructor(texts: readonly string[]) {
    this.#text = texts.join('\n');
    this.#words = new Set(this.#text.match(/[\w.+/-]+/g) ?? []);
  }

  /** Whether they made it, or a directory that it is in, or had it written anew. */
  mayHaveMade(path: string, before: FileState): boolean {
    if (USERS.test(path)) return MAKES_USERS.test(this.#text);
    const [, target = ''] = (before ?? '').split(' -> ');
    const isAlternative = path.startsWith('etc/alternatives/') || target.startsWith('/etc/alternatives/');
    if (isAlternative) return this.#text.includes('update-alternatives') && this.#names(path);
    if (/^etc\/rc[0-6S]\.d\//.test(path))
      return this.#text.includes('update-rc.d') && this.#words.has(path.replace(/^.*\/[SK]\d\d/, ''));
    return this.#names(path) || this.#areInside(path);
  }

  #names(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return this.#words.has(`/${path}`) || (name.length >= 4 && this.#words.has(name));
  }

  #areInside(path: string): boolean {
    const parts = path.split('/');
    return parts.some((_, index) => {
      const directory = parts.slice(0, index).join('/');
      return directory !== '' && !SHARED.test(directory) && this.#words.has(`/${directory}`);
    });
  }
}
