// Holds the waste that one report predicts against the size that another image really has.
import { readFileSync } from 'node:fs';

const [before, after] = process.argv.slice(2).map(path => JSON.parse(readFileSync(path, 'utf8')));
const predicted = before.efficiency.wastedBytes;
const measured = before.image.size - after.image.size;
const difference = Math.abs(predicted - measured) / measured;
const megabytes = bytes => `${(bytes / 1e6).toFixed(2)} MB`;

console.log(`Waste reported for the three RUNs:        ${megabytes(predicted)}`);
console.log(`What merging them really saved:           ${megabytes(measured)}`);
console.log(`Difference:                               ${(100 * difference).toFixed(2)} %`);
if (!(difference <= 0.01)) {
  console.error('The prediction is more than 1 % off.');
  process.exitCode = 1;
}
