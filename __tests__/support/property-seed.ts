/*
 * Every day properties are tried on the same inputs, so that what is told is told of a change and not of a draw. The long run,
 * and a test that somebody runs by itself, draw others: what they find becomes a case.
 */
import fc from 'fast-check';

const seed = Number(process.env['DEADWEIGHT_SEED']);
if (seed) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
