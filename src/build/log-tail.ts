/** Lines and characters a line that are kept: enough to see why a step failed, whatever it prints. */
const LINES = 50;
const CHARACTERS = 1000;

/** The last lines of an output that arrives in parts. A carriage return starts the line anew, as terminals show it. */
export class LogTail {
  readonly #lines: string[] = [];
  #open = '';

  add(text: string): void {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#extend(part);
      this.#lines.push(this.#shown());
      if (this.#lines.length > LINES) this.#lines.shift();
      this.#open = '';
    }
    this.#extend(last);
  }

  /** At most `count` lines, the last one last, without escape sequences. */
  lines(count: number): readonly string[] {
    const open = this.#shown();
    return [...this.#lines, ...(open === '' ? [] : [open])].slice(-count);
  }

  #extend(text: string): void {
    // Room for the returns that a progress bar writes before its line is whole.
    this.#open = (this.#open + text).slice(-4 * CHARACTERS);
  }

  #shown(): string {
    const visible = this.#open.replace(/\r$/, '');
    return visible
      .slice(visible.lastIndexOf('\r') + 1)
      .replace(/\u001B\[[0-9;?]*[ -/]*[@-~]/g, '')
      .slice(0, CHARACTERS);
  }
}
