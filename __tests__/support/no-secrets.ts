import { SecretMask } from '../../src/run/secret-values.ts';

/** Of a run that knows no secret. */
export const noSecrets = new SecretMask([]);
