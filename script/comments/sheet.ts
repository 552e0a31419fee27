/** A PNG with its size in CSS pixels. */
export interface Picture {
  readonly name: string;
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

const CAPTION = 28;
const MARGIN = 16;

/** A page of pictures in so many columns, each picture put where the least is so far. */
export function sheetPage(
  pictures: readonly Picture[],
  columns: number,
): { readonly html: string; readonly width: number; readonly height: number } {
  const heights = Array.from({ length: columns }, () => MARGIN);
  const step = Math.max(...pictures.map(({ width }) => width)) + MARGIN;
  const items = pictures.map(({ name, png, width, height }) => {
    const top = Math.min(...heights);
    const column = heights.indexOf(top);
    heights[column] = top + CAPTION + height + MARGIN;
    const source = `data:image/png;base64,${png.toString('base64')}`;
    return `<figure style="left:${MARGIN + column * step}px;top:${top}px"><figcaption>${name}</figcaption><img width="${width}" height="${height}" src="${source}"></figure>`;
  });
  const style =
    'body{margin:0;background:light-dark(#e6eaef,#262c36);color:light-dark(#59636e,#9198a1);color-scheme:light dark}' +
    `figure{position:absolute;margin:0}figcaption{height:${CAPTION}px;font:16px/1.5 sans-serif}img{display:block}`;
  const html = `<!doctype html><meta charset="utf-8"><style>${style}</style>${items.join('')}`;
  return { html, width: columns * step + MARGIN, height: Math.max(...heights) };
}
