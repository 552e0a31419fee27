interface Delimiter {
  readonly word: string;
  /** `<<-`: leading tabs do not count. */
  readonly chomp: boolean;
}

/** The here-documents that a line of a script has opened: their lines follow it, in order. */
export class HereDocuments {
  readonly #text: string;
  #open: Delimiter[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get areOpen(): boolean {
    return this.#open.length > 0;
  }

  /** @param written `<<EOF` or `<<-"EOF"`, as it stands in the script */
  open(written: string): void {
    const [operator = '', chomp = ''] = /^\d*<<(-?)[ \t]*/.exec(written) ?? [];
    const word = written.slice(operator.length).replace(/['"\\]/g, '');
    this.#open.push({ word, chomp: chomp !== '' });
  }

  /**
   * Behind the last line of all that are open.
   * @param from the first character of the line behind the one that opened them
   * @returns null where one of them never ends
   */
  end(from: number): number | null {
    let at = from;
    for (const delimiter of this.#open) {
      const end = this.#endOf(delimiter, at);
      if (end === null) return null;
      at = end;
    }
    this.#open = [];
    return at;
  }

  #endOf({ word, chomp }: Delimiter, from: number): number | null {
    for (let at = from; at < this.#text.length; ) {
      const newline = this.#text.indexOf('\n', at);
      const end = newline < 0 ? this.#text.length : newline;
      const line = this.#text.slice(at, end);
      if ((chomp ? line.replace(/^\t+/, '') : line) === word) return Math.min(end + 1, this.#text.length);
      at = end + 1;
    }
    return null;
  }
}
