import { formatDuration, plural } from '../../base/number-text.ts';
import { code, type Phrase, phrase, place } from '../../base/phrase.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';
import { cacheMountOf, manifestsFirst } from './package-tool-words.ts';

/** What the order of instructions costs. */
export const ORDER_SENTENCES: FindingSentences = {
  'manifest-before-sources': finding => ({
    what: phrase`Sources copied${at(finding)} come before ${command(finding)}${related(finding)}, so every change of a file runs it again${took(finding)}`,
    fix: manifestsFirst(finding.args['tool'], finding.args['command']),
  }),
  'copy-before-install': finding => ({
    what: phrase`Sources copied${at(finding)} come before ${command(finding)}${related(finding)}${others(finding)}, which needs none of them: every change of a file runs it again${took(finding)}`,
    fix: phrase`install first, and copy the sources behind it`,
  }),
  'volatile-before-stable': finding =>
    typeof finding.args['argument'] === 'string'
      ? argument(finding, finding.args['argument'])
      : files(finding),
  'cache-mount': finding => ({
    what: phrase`${command(finding)}${at(finding)}${tookAlone(finding)}, and starts from nothing each time it runs`,
    fix: phrase`let the builder keep its downloads: ${cacheMountOf(finding.args['tool'])} (the mount is empty on a builder that is made anew)`,
  }),
};

function files(finding: ReportFinding): ReturnType<FindingSentences[string]> {
  return {
    what: phrase`The copy${at(finding)} missed the cache, and had ${runs(finding)} behind it run again that ${finding.args['runs'] === 1 ? 'needs' : 'need'} nothing of it${took(finding)}`,
    fix: finding.related
      ? phrase`move ${place(finding.related)}${alike(finding)} before it`
      : phrase`move it down`,
  };
}

function argument(finding: ReportFinding, name: string): ReturnType<FindingSentences[string]> {
  return {
    what: phrase`${code(`ARG ${name}`, 60)}${at(finding)} stands before ${runs(finding)} that ${finding.args['runs'] === 1 ? 'does' : 'do'} not use it, and each new value runs all RUNs behind it again${took(finding)}`,
    fix: phrase`move it down to the first instruction that uses it`,
  };
}

function alike({ args }: ReportFinding): string {
  return args['runs'] === 1 ? '' : ' and those like it';
}

function at({ location }: ReportFinding): Phrase {
  return location ? phrase` at ${place(location)}` : [];
}

function related({ related: other }: ReportFinding): Phrase {
  return other ? phrase` at ${place(other)}` : [];
}

function command({ args }: ReportFinding): Phrase {
  const title = args['command'];
  return typeof title === 'string' && title !== '' ? phrase`${code(title, 60)}` : phrase`the install`;
}

function others({ args }: ReportFinding): Phrase {
  const { runs: count } = args;
  return typeof count === 'number' && count > 1 ? phrase` (and ${plural(count - 1, 'RUN')} like it)` : [];
}

function runs({ args }: ReportFinding): string {
  const { runs: count } = args;
  return typeof count === 'number' ? plural(count, 'RUN') : 'RUNs';
}

/** `: 38 s in this build`. */
function took({ args }: ReportFinding): Phrase {
  const { ms } = args;
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0
    ? phrase`: ${formatDuration(ms)} in this build`
    : [];
}

function tookAlone({ args }: ReportFinding): Phrase {
  const { ms } = args;
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0
    ? phrase` took ${formatDuration(ms)}`
    : phrase` takes long`;
}
