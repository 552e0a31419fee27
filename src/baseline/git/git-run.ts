import type { ExecResult } from '../../base/effects.ts';
import type { Git } from './git.ts';

/** What a host that cannot be reached makes git say: it is not asked again. A repository that is not there may be another. */
const UNANSWERED =
  /could not resolve|timed out|operation too slow|failed to connect|unable to connect|couldn't connect|connection refused|network is unreachable|no route to host/i;

/** Prompts for nothing, and gives up on a host that is silent for ten seconds. */
const SSH = 'ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=2';

/** What one run made and learned of repositories: what one question fetched is there for the next. */
export class GitRun {
  /** Git directories of our own, by the folders of their clones. */
  readonly #made = new Map<string, Promise<Git>>();
  /** What git said of hosts that did not answer. */
  readonly #unanswered = new Map<string, ExecResult>();

  /** @param make is called once, and again where it failed */
  privateRepository(clone: string, make: () => Promise<Git>): Promise<Git> {
    const known = this.#made.get(clone);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(clone, made);
    made.catch(() => this.#made.delete(clone));
    return made;
  }

  /**
   * Runs a command that asks a remote, unless its host was asked in vain before.
   * @param remote its name
   */
  async askRemote(git: Git, remote: string, args: readonly string[]): Promise<ExecResult> {
    const address = (await git.attempt(['remote', 'get-url', '--', remote])).stdout.trim();
    const host = address === '' ? `${git.directory} ${remote}` : hostOf(address);
    const before = this.#unanswered.get(host);
    if (before !== undefined) return before;
    const result = await (await withoutPrompts(git)).attempt(args);
    if (result.exitCode !== 0 && UNANSWERED.test(result.stderr)) this.#unanswered.set(host, result);
    return result;
  }
}

/** `host:port` of an address, `host` of `git@host:path`; all of a path. */
function hostOf(address: string): string {
  const [, host] =
    /^[a-z][a-z+]*:\/\/(?:[^@/]*@)?([^/]+)/i.exec(address) ?? /^(?:[^@/]*@)?([^/:]+):/.exec(address) ?? [];
  return host ?? address;
}

async function withoutPrompts(git: Git): Promise<Git> {
  if (git.variable('GIT_SSH_COMMAND') ?? git.variable('GIT_SSH')) return git;
  const own = await git.attempt(['config', '--get', 'core.sshCommand']);
  return own.stdout.trim() === '' ? git.with({ GIT_SSH_COMMAND: SSH }) : git;
}
