import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export interface Viewport {
  /** CSS pixels. */
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

/** One page of a headless Chromium, spoken to in its DevTools protocol. */
export interface Page {
  readonly show: (html: string, viewport: Viewport) => Promise<void>;
  /** The value of an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** All of the page as a PNG. */
  readonly picture: (height: number, scale: number) => Promise<Buffer>;
}

const Answer = z.object({
  id: z.number().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Result = Readonly<Record<string, unknown>>;

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
];

/** Hands a page to `use`, and ends the browser afterwards. */
export async function withPage(executable: string, use: (page: Page) => Promise<void>): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'deadweight-browser-'));
  const child = spawn(executable, [...ARGUMENTS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise(resolve => child.once('close', resolve));
  try {
    const socket = new WebSocket(await addressOf(child.stderr));
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('The browser refuses its DevTools socket.')));
    });
    await use(await openPage(socket));
    socket.close();
  } finally {
    child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function addressOf(stderr: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stderr) {
    text += chunk.toString();
    const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`The browser did not start: ${text}`);
}

type Send = (method: string, params?: Result, sessionId?: string) => Promise<Result>;

function sender(socket: WebSocket): Send {
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = Answer.parse(JSON.parse(String(data)));
    const call = id === undefined ? undefined : waiting.get(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result ?? {});
  });
  let last = 0;
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) }));
    });
}

async function openPage(socket: WebSocket): Promise<Page> {
  const send = sender(socket);
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const session = z.string().parse(sessionId);
  const call = (method: string, params: Result) => send(method, params, session);
  const { frameTree } = await call('Page.getFrameTree', {});
  const frameId = z.object({ frame: z.object({ id: z.string() }) }).parse(frameTree).frame.id;
  return {
    show: async (html, { width, theme }) => {
      const features = [{ name: 'prefers-color-scheme', value: theme }];
      await call('Emulation.setEmulatedMedia', { features });
      await call('Emulation.setDeviceMetricsOverride', {
        width,
        height: 1000,
        deviceScaleFactor: 1,
        mobile: false,
      });
      await call('Page.setDocumentContent', { frameId, html });
    },
    evaluate: async expression => {
      const { result, exceptionDetails } = await call('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return z.object({ value: z.unknown() }).parse(result).value;
    },
    picture: async (height, scale) => {
      const { cssLayoutViewport } = await call('Page.getLayoutMetrics', {});
      const { clientWidth: width } = z.object({ clientWidth: z.number() }).parse(cssLayoutViewport);
      const clip = { x: 0, y: 0, width, height, scale };
      const { data } = await call('Page.captureScreenshot', { clip, captureBeyondViewport: true });
      return Buffer.from(z.string().parse(data), 'base64');
    },
  };
}
