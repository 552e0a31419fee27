import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';

export interface PageView {
  /** CSS pixels; 1280 when absent. */
  readonly width?: number;
  /** `light` when absent. */
  readonly theme?: 'light' | 'dark';
  /** Of the address, without `#`. */
  readonly fragment?: string;
}

/** Of a window. CSS pixels. */
const HEIGHT = 900;

/** What is not there by then will not come. Milliseconds; machines may be busy. */
const TIMEOUT = 20_000;

let connected: Promise<Browser> | null = null;

/** The browser of this run, which all tests share. */
export function testBrowser(): Promise<Browser> {
  connected ??= chromium.connect(inject('browserEndpoint'));
  return connected;
}

/**
 * Opens a page from the disk, and hands it to `use`. The test fails on all that the page says in the console, on errors
 * that nobody catches, and on requests for anything but the page itself.
 * @param file path of the HTML
 */
export async function withPage(
  file: string,
  view: PageView,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await newContext(view);
  try {
    const page = await context.newPage();
    const address = addressOf(file, view);
    const complaints = complaintsOf(page, address);
    await page.goto(address);
    await use(page);
    expect(complaints.join('\n')).toBe('');
  } finally {
    await context.close();
  }
}

/** The same for programs that are put into the page, which its policy forbids: for axe alone. */
export async function withoutPolicy(
  file: string,
  view: PageView,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await newContext(view, true);
  try {
    const page = await context.newPage();
    await page.goto(addressOf(file, view));
    await use(page);
  } finally {
    await context.close();
  }
}

async function newContext(
  { width = 1280, theme = 'light' }: PageView,
  bypassCSP = false,
): Promise<BrowserContext> {
  const browser = await testBrowser();
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    reducedMotion: 'reduce',
    bypassCSP,
  });
  context.setDefaultTimeout(TIMEOUT);
  return context;
}

function addressOf(file: string, { fragment = '' }: PageView): string {
  return `${pathToFileURL(file).href}${fragment === '' ? '' : `#${fragment}`}`;
}

function complaintsOf(page: Page, address: string): readonly string[] {
  const complaints: string[] = [];
  page.on('console', message => complaints.push(`console.${message.type()}: ${message.text()}`));
  page.on('pageerror', error => complaints.push(`error: ${error.message}`));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('popup', popup => complaints.push(`opened ${popup.url()}`));
  page.on('request', request => {
    const isPage = request.isNavigationRequest() && request.url() === address.replace(/#.*/, '');
    if (!isPage) complaints.push(`request: ${request.url().slice(0, 200)}`);
  });
  return complaints;
}
