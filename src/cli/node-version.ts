/**
 * Imported before everything else: an older Node lacks what the rest is made of, and would fail with a riddle.
 */
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `deadweight needs Node ${OLDEST} or newer, and this is ${process.version}: https://nodejs.org\n`,
  );
  process.exit(2);
}
