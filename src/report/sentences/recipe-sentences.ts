import { plural } from '../../base/number-text.ts';
import { code, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';
import { ORDER_SENTENCES } from './order-sentences.ts';

export const RECIPE_SENTENCES: FindingSentences = {
  ...ORDER_SENTENCES,
  'update-apart-from-install': finding => ({
    what: phrase`${named(finding, 'install')}${related(finding)} relies on the lists that ${named(finding, 'update')} fetched${at(finding)}: from the cache they go stale, and one day name packages that are gone`,
    fix: phrase`update and install in one RUN`,
  }),
  'frozen-command': finding => ({
    what: phrase`${named(finding, 'command')}${at(finding)} was run ${age(finding)} and is taken from the cache since: what it brings is as old`,
    fix: phrase`name the version that is wanted, or build with ${code('--no-cache')} from time to time`,
  }),
  'consecutive-runs': finding => ({
    what: phrase`Merging the ${count(finding)}${range(finding)} would save 0 B${others(finding)}: none hides what another wrote`,
    fix: phrase`leave them apart, as each is a step that the cache can keep`,
  }),
  'unpinned-base': finding => ({
    what: phrase`${image(finding)}${at(finding)} ${finding.args['isLatest'] === true ? 'is whatever is the latest' : 'has no tag, and is whatever is the latest'} when it is built`,
    fix: phrase`name the version that it is meant to be, such as ${code('debian:bookworm')}`,
  }),
  'volume-before-writes': finding => ({
    what: phrase`What the RUN${at(finding)} writes below ${volume(finding)} stands behind VOLUME${related(finding)}: BuildKit keeps it, and Docker's classic builder throws it away`,
    fix: phrase`declare the VOLUME behind the last RUN that writes there`,
  }),
};

function at({ location }: ReportFinding): Phrase {
  return location ? phrase` at ${place(location)}` : [];
}

function related({ related: other }: ReportFinding): Phrase {
  return other ? phrase` at ${place(other)}` : [];
}

function range({ location, related: last }: ReportFinding): Phrase {
  return location && last ? phrase` from ${place(location)} to ${place(last)}` : [];
}

function named({ args }: ReportFinding, name: string): Phrase {
  const title = args[name];
  return typeof title === 'string' && title !== '' ? phrase`${code(title, 60)}` : phrase`A command`;
}

function age({ args }: ReportFinding): string {
  const { days } = args;
  return typeof days === 'number' && days >= 0 ? `${plural(Math.floor(days), 'day')} ago` : 'some time ago';
}

function count({ args }: ReportFinding): string {
  const { runs } = args;
  return typeof runs === 'number' ? `${runs} RUNs` : 'RUNs';
}

function others({ args }: ReportFinding): string {
  const { others: more } = args;
  return typeof more === 'number' && more > 0 ? `, and so in ${plural(more, 'other place')}` : '';
}

function image({ args }: ReportFinding): Phrase {
  const name = args['image'];
  return typeof name === 'string' && name !== '' ? phrase`${code(name, 100)}` : phrase`The base image`;
}

function volume({ args }: ReportFinding): Phrase {
  const path = args['volume'];
  return typeof path === 'string' && path !== '' ? phrase`${pathCode(path, 60)}` : phrase`the volume`;
}
