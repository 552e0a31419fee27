/**
 * Runs in the page: what of a comment a reader does not see whole. Each list holds the texts concerned; the folds are
 * measured open.
 */
(() => {
  for (const fold of document.querySelectorAll('.markdown-body details')) fold.open = true;
  const body = document.querySelector('.markdown-body');
  const textOf = element => element.textContent.trim().replace(/\s+/g, ' ').slice(0, 80);

  // A table that is wider than its place scrolls: columns are cut.
  const cut = [...body.querySelectorAll('table')]
    .filter(table => table.scrollWidth > table.clientWidth + 1)
    .map(table => `${textOf(table)} (${table.scrollWidth} > ${table.clientWidth})`);
  // So does a cell, or the whole comment.
  for (const cell of body.querySelectorAll('td, th')) {
    if (cell.scrollWidth > cell.clientWidth + 1) cut.push(textOf(cell));
  }
  if (body.scrollWidth > body.clientWidth + 1) cut.push('the comment');

  // A number and its unit, or its sign, stand on one line.
  const parted = [];
  const AMOUNT = /[+−±]?\d[\d.,]*\s?(?:[kMGTP]?B|[KMGT]iB|pt|%|ms|s|min)(?![\p{L}\d])/gu;
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('pre, code')) continue;
    for (const { 0: amount, index } of node.data.matchAll(AMOUNT)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + amount.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) parted.push(`${amount} in ${textOf(node.parentElement)}`);
    }
  }

  for (const fold of document.querySelectorAll('.markdown-body details'))
    fold.open = fold.dataset.open === '';
  return { cut, parted, height: Math.ceil(document.body.getBoundingClientRect().height) };
})();
