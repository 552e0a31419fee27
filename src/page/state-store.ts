import { formatState, type PageState, parseState } from './page-state.ts';

/** The state that all views draw from, kept in the fragment of the address. */
export class StateStore {
  #state: PageState;
  readonly #followers: ((state: PageState) => void)[] = [];

  constructor() {
    this.#state = parseState(fragment());
    window.addEventListener('hashchange', () => {
      if (fragment() !== formatState(this.#state)) this.#take(parseState(fragment()));
    });
  }

  get current(): PageState {
    return this.#state;
  }

  /** The address of the page with something else chosen. */
  address(change: Partial<PageState>): string {
    return `#${formatState({ ...this.#state, ...change })}`;
  }

  /**
   * Chooses something.
   * @param step `push`: the back button comes back to what was; `replace`: it does not, as while somebody types
   */
  set(change: Partial<PageState>, step: 'push' | 'replace' = 'push'): void {
    const state = { ...this.#state, ...change };
    const address = `#${formatState(state)}`;
    if (address === `#${formatState(this.#state)}`) return;
    this.#state = state;
    // A page inside of another one may have no history.
    try {
      if (step === 'push') history.pushState(null, '', address);
      else history.replaceState(null, '', address);
    } catch {
      location.hash = address;
    }
    this.#tell();
  }

  /** Calls the follower at each change. */
  follow(follower: (state: PageState) => void): void {
    this.#followers.push(follower);
  }

  #take(state: PageState): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const follower of this.#followers) follower(this.#state);
  }
}

function fragment(): string {
  return location.hash.replace(/^#/, '');
}
