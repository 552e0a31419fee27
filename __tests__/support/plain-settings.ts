import type { Decisions } from '../../src/findings/decisions/ignored-findings.ts';
import type { Settings } from '../../src/run/config/settings.ts';

/** Nothing is decided of findings. */
export const NO_DECISIONS: Decisions = { rules: new Map(), baselineIgnores: null };

/** What a run is held to that has no configuration. */
export const PLAIN_SETTINGS: Settings = {
  title: null,
  budgets: [],
  comment: 'auto',
  missingBaseline: 'warn',
  decisions: NO_DECISIONS,
  failOn: 'none',
  notices: [],
};
