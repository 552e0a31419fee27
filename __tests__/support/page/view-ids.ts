/** Of all views of the page, as the address names them. */
export const VIEW_IDS = [
  'dockerfile',
  'treemap',
  'files',
  'packages',
  'waste',
  'fixes',
  'build',
  'trend',
  'compare',
] as const;
