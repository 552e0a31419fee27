/*
 * The runner starts this when the job's other steps are over: also after a step that was cancelled before its first line,
 * which then could not say that the next start is no step. In dist/ it stands beside the bundle that it loads.
 */
process.env['STATE_is-post'] ||= 'true';
// @ts-expect-error: the bundle of main.ts
await import('./index.js');
export {};
