import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ScreenLine } from '../../../src/explore/cells.ts';
import { KeyTerminal } from '../../../src/run/explore/key-terminal.ts';

/** Both streams of a terminal, and what is done to them. */
class FakeTerminal {
  readonly input = Object.assign(new EventEmitter(), {
    setRawMode: (isRaw: boolean) => this.done.push(isRaw ? 'raw' : 'cooked'),
    resume: () => this.done.push('resume'),
    pause: () => this.done.push('pause'),
  });
  readonly output = Object.assign(new EventEmitter(), {
    columns: 20,
    rows: 3,
    write: (text: string) => this.written.push(text),
  });
  readonly done: string[] = [];
  readonly written: string[] = [];
  readonly keys: string[] = [];
  readonly sizes: string[] = [];
  readonly terminal = new KeyTerminal(this.input, this.output, true);
  ends = 0;

  open(): this {
    this.terminal.open({
      keys: keys => this.keys.push(...keys.map(({ name }) => name)),
      resized: (columns, rows) => this.sizes.push(`${columns}×${rows}`),
      ended: () => {
        this.ends += 1;
      },
    });
    return this;
  }
}

const LEFT = ['\u001b[?25h', '\u001b[?1049l', '\u001b[?7h', '\u001b[?2004l'];
const line = (text: string): ScreenLine => [{ text, style: 'plain' }];

/** Listeners that the process has of the terminal. */
function listeners(): readonly number[] {
  return ['exit', 'uncaughtExceptionMonitor', 'SIGTSTP', 'SIGCONT', 'SIGQUIT', 'SIGUSR2'].map(name =>
    process.listenerCount(name),
  );
}

describe('the terminal', () => {
  it('is taken over, and given back as it was', () => {
    const before = listeners();
    const fake = new FakeTerminal().open();
    expect(fake.done).toEqual(['raw', 'resume']);
    fake.terminal.close();
    fake.terminal.close();
    expect(fake.done).toEqual(['raw', 'resume', 'cooked', 'pause']);
    const last = fake.written.at(-1) ?? '';
    for (const sequence of LEFT) expect(last).toContain(sequence);
    expect(listeners()).toEqual(before);
    expect(fake.input.eventNames()).toEqual([]);
    expect(fake.output.eventNames()).toEqual([]);
  });

  it('is given back before an exception is told, and when the process ends', () => {
    for (const event of ['uncaughtExceptionMonitor', 'exit']) {
      const fake = new FakeTerminal().open();
      const listener = process.rawListeners(event).at(-1) ?? expect.fail();
      Reflect.apply(listener, process, []);
      expect(fake.written.at(-1)).toContain('\u001b[?1049l');
      expect(fake.done.at(-1)).toBe('pause');
      fake.terminal.close();
    }
  });

  it('is lent to another program, and taken back whatever that does', async () => {
    const fake = new FakeTerminal().open();
    const before = fake.written.length;
    await expect(
      fake.terminal.lend(async () => {
        expect(fake.done.at(-1)).toBe('pause');
        fake.terminal.draw([line('a')]);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(fake.done.slice(-2)).toEqual(['raw', 'resume']);
    // Left and entered, and nothing drawn between.
    expect(fake.written.length - before).toBe(2);
    fake.terminal.close();
  });

  it('stays with another program that is stopped and goes on', async () => {
    const before = listeners();
    const fake = new FakeTerminal().open();
    const interrupted: string[] = [];
    const interrupt = (): void => void interrupted.push('SIGINT');
    process.on('SIGINT', interrupt);
    await fake.terminal.lend(async () => {
      const written = fake.written.length;
      // The system stops this process with the job.
      expect(process.listenerCount('SIGTSTP')).toBe(before[2]);
      process.emit('SIGCONT');
      fake.output.emit('resize');
      // Typed for the other program.
      process.emit('SIGINT');
      expect(process.listenerCount('SIGQUIT')).toBe(1);
      expect(fake.done.at(-1)).toBe('pause');
      expect(fake.written.length).toBe(written);
    });
    expect(fake.done.at(-1)).toBe('resume');
    expect(interrupted).toEqual([]);
    process.emit('SIGINT');
    expect(interrupted).toEqual(['SIGINT']);
    process.off('SIGINT', interrupt);
    await fake.terminal.lend(async () => fake.terminal.close());
    expect(fake.done.at(-1)).toBe('pause');
    expect(listeners()).toEqual(before);
  });

  it('is set up anew when the process goes on that was stopped without a word', () => {
    const fake = new FakeTerminal().open();
    fake.terminal.draw([line('a')]);
    const written = fake.written.length;
    process.emit('SIGCONT');
    // Node.js sets no mode that it believes to be set.
    expect(fake.done.slice(-3)).toEqual(['cooked', 'raw', 'resume']);
    expect(fake.written.slice(written).join('')).toContain('\u001b[?1049h');
    expect(fake.sizes).toHaveLength(2);
    fake.terminal.draw([line('a')]);
    expect(fake.written.at(-1)).toContain('\u001b[1;1Ha');
    fake.input.emit('data', Buffer.from('j'));
    expect(fake.keys).toEqual(['j']);
    fake.terminal.close();
  });

  it.each(['SIGQUIT', 'SIGUSR2', 'SIGALRM'] as const)('is given back before %s ends the process', signal => {
    const fake = new FakeTerminal().open();
    const heeded = (): void => undefined;
    process.on(signal, heeded);
    process.emit(signal, signal);
    expect(fake.written.at(-1)).toContain('\u001b[?1049l');
    expect(fake.done.at(-1)).toBe('pause');
    fake.terminal.close();
    process.off(signal, heeded);
    expect(process.listenerCount(signal)).toBe(0);
  });

  it('gets one write a screen, of the lines that changed', () => {
    const fake = new FakeTerminal().open();
    const before = fake.written.length;
    fake.terminal.draw([line('a'), line('b')]);
    expect(fake.written.length).toBe(before + 1);
    fake.terminal.draw([line('a'), line('b')]);
    expect(fake.written.length).toBe(before + 1);
    fake.terminal.draw([line('a'), line('c')]);
    expect(fake.written.at(-1)).toBe('\u001b[?2026h\u001b[2;1Hc\u001b[?2026l');
    // Of another size, all of it.
    fake.output.emit('resize');
    fake.terminal.draw([line('a'), line('c')]);
    expect(fake.written.at(-1)).toContain('\u001b[1;1Ha');
    fake.terminal.close();
  });

  it('tells its size, its keys and its end', async () => {
    const fake = new FakeTerminal().open();
    fake.output.columns = 30;
    fake.output.emit('resize');
    expect(fake.sizes).toEqual(['20×3', '30×3']);
    fake.input.emit('data', Buffer.from('q\u001b[', 'utf8'));
    fake.input.emit('data', Buffer.from([0x41, 0xc3]));
    fake.input.emit('data', Buffer.from([0xa9]));
    expect(fake.keys).toEqual(['q', 'up', 'é']);
    fake.input.emit('data', Buffer.from('\u001b'));
    await expect.poll(() => fake.keys.at(-1)).toBe('escape');
    fake.input.emit('error', new Error('EIO'));
    fake.input.emit('end');
    expect(fake.ends).toBe(2);
    fake.terminal.close();
  });

  it('copies by OSC 52', () => {
    const fake = new FakeTerminal().open();
    fake.terminal.copy('/a b');
    expect(fake.written.at(-1)).toBe('\u001b]52;c;L2EgYg==\u0007');
    fake.terminal.close();
  });
});
