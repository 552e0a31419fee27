import { code, type Phrase, phrase, place } from '../../base/phrase.ts';
import { inPlaces as where } from '../../findings/words/evidence-phrases.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';

const IGNORE = code('.dockerignore');

/** What came along with a directory of the context. */
export const CONTEXT_SENTENCES: FindingSentences = {
  'context-clutter': finding => ({
    what: phrase`${copied('files that only developers need', finding)}${history(finding)}`,
    fix: phrase`name them in ${IGNORE}`,
  }),
  'copied-env-file': finding => ({
    what: phrase`${copied('environment files', finding)}, and may hold secrets`,
    fix: phrase`name them in ${IGNORE}; give secrets to the container, or to ${code('RUN --mount=type=secret')}`,
  }),
  'copied-tests': finding => ({
    what: copied('tests and their data', finding),
    fix: phrase`name them in ${IGNORE}, or test in another stage`,
  }),
  'copied-dependencies': finding => ({
    what: phrase`${copied('packages of the machine that builds', finding)}, and are installed anew or deleted later`,
    fix: phrase`name them in ${IGNORE}`,
  }),
};

/** `of tests in /app/tests/ were copied with their directory at Dockerfile:4`. */
function copied(noun: string, finding: ReportFinding): Phrase {
  const at = finding.location ? phrase` at ${place(finding.location)}` : [];
  return phrase`of ${noun} ${where(finding)} were copied with their directory${at}`;
}

function history({ args }: ReportFinding): Phrase {
  return args['hasHistory'] === true ? phrase`, with a history that has what was deleted, too` : [];
}
