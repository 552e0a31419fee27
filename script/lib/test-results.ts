/**
 * Reads what vitest's JSON reporter wrote.
 *   test-results.ts RESULTS FAILURES
 * Prints how many tests passed and failed (a file that cannot run counts as one), and appends the failed ones to FAILURES.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** Characters of what a test says of its failure, of its beginning and of its end: a program's output ends with its error. */
const MAX_MESSAGE = { begin: 1200, end: 2000 };

function shortened(text: string): string {
  const { begin, end } = MAX_MESSAGE;
  return text.length <= begin + end ? text : `${text.slice(0, begin)}\n[…]\n${text.slice(-end)}`;
}

const [results = '', failures = ''] = process.argv.slice(2);
const run: { readonly numPassedTests: number; readonly testResults: readonly TestFile[] } = JSON.parse(
  readFileSync(results, 'utf8'),
);
const failed = run.testResults.flatMap(({ name, status, message, assertionResults }) => {
  const file = relative(process.cwd(), name);
  const tests = assertionResults
    .filter(test => test.status === 'failed')
    .map(test => `${file} > ${test.fullName}\n${test.failureMessages.join('\n')}`);
  return status === 'failed' && tests.length === 0 ? [`${file}\n${message}`] : tests;
});
appendFileSync(failures, failed.map(text => `FAILED: ${shortened(text)}\n`).join(''));
console.log(run.numPassedTests, failed.length);
