import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** Markdown as GitHub shows it: HTML of its kind, and its style sheet. */
export interface MarkdownRenderer {
  readonly html: (markdown: string) => string;
  readonly css: string;
}

const Marked = z.object({ parse: z.function({ input: [z.string()], output: z.string() }) });

/**
 * marked and github-markdown-css of a folder where somebody installed them: nothing that Deadweight does needs them.
 * @throws Error where they are not there
 */
export async function loadRenderer(folder: string): Promise<MarkdownRenderer> {
  const { resolve: find } = createRequire(join(resolve(folder), 'package.json'));
  const loaded: unknown = await import(pathToFileURL(find('marked')).href);
  const { parse } = Marked.parse(loaded);
  const css = await readFile(find('github-markdown-css/github-markdown.css'), 'utf8');
  return { css, html: markdown => parse(markdown) };
}

/**
 * A page that shows a comment as GitHub does: 16 px around its box and 16 px within, in letters of 14 px, so that 400 px
 * leave 334 px for the text.
 */
export function commentPage(markdown: string, { html, css }: MarkdownRenderer): string {
  const body = html(withAlerts(markdown.replaceAll(/<!--[\s\S]*?-->\n?/g, '')));
  return `<!doctype html><meta charset="utf-8"><style>${css}${STYLE}</style>
<div class="box"><header>deadweight commented</header>
<article class="markdown-body">${body.replaceAll('<details open', '<details data-open open')}</article></div>`;
}

const STYLE = `
:root { color-scheme: light dark }
body { margin: 0; padding: 16px; background: light-dark(#fff, #0d1117); display: flow-root }
.box { border: 1px solid light-dark(#d1d9e0, #3d444d); border-radius: 6px; overflow: hidden }
header { padding: 8px 16px; background: light-dark(#f6f8fa, #151b23); border-bottom: inherit;
  border-bottom: 1px solid light-dark(#d1d9e0, #3d444d);
  font: 14px/1.5 "Noto Sans", sans-serif; color: light-dark(#59636e, #9198a1) }
.markdown-body { padding: 16px; font-size: 14px; line-height: 1.5; overflow-wrap: break-word; background: none }
.alert { border-left-color: var(--tone) !important; color: inherit !important }
.alert p:first-child { color: var(--tone); font-weight: 500 }
.CAUTION { --tone: light-dark(#cf222e, #f85149) } .WARNING { --tone: light-dark(#9a6700, #d29922) }
`;

/** GitHub's own notation, which other renderers do not know. */
function withAlerts(markdown: string): string {
  return markdown.replace(/^> \[!(\w+)\]\n((?:> .*\n?)+)/gm, (_, kind: string, lines: string) => {
    const title = `${kind.charAt(0)}${kind.slice(1).toLowerCase()}`;
    const text = lines.replace(/^> /gm, '');
    return `<blockquote class="alert ${kind}"><p>${title}</p>\n\n${text}\n\n</blockquote>\n\n`;
  });
}
