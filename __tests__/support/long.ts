/** Whether `script/test long` runs: what takes minutes, and fuzzing in earnest. */
const IS_LONG = process.env['DEADWEIGHT_TESTS'] === 'long';

/** How often something is tried: few times every day, and many in the long run. */
export function times(everyday: number, long = everyday * 20): number {
  return IS_LONG ? long : everyday;
}
