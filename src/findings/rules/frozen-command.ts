import { z } from 'zod';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { plural } from '../../base/number-text.ts';
import { code, phrase } from '../../base/phrase.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { type PackageCommand, packageCommand } from '../../package-managers/package-command.ts';
import { readProgram } from '../../package-managers/program.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { defineRule } from '../rule.ts';
import { atLocation } from '../words/evidence-phrases.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Before, nobody would call it old: a cache is there to be used. Days. */
const MIN_DAYS = 14;
/** Builds that leave no traces of their time put a year like 1970 or 1980 there. */
const EARLIEST = Date.UTC(2013, 2, 20);

/** A layer from the cache, of a command that would do something else today. */
export const frozenCommand = defineRule({
  id: 'frozen-command',
  family: 'dockerfile',
  order: 50,
  severity: 'info',
  args: () =>
    z.object({
      command: z.string().describe('`apt-get upgrade`, `git clone`'),
      days: z.int().min(0).describe('Whole days since the layer was made'),
    }),
  finds: `Commands whose result changes, taken from the cache for ${MIN_DAYS} days or more`,
  why: 'The build cache compares the text of a command, not what the command fetches: a cached `git clone` or `apt-get upgrade` gives what was current on the day when its layer was made.',
  usual: 'None of the image: it is about how old its content is.',
  remedy:
    'Build with `--no-cache-filter STAGE` (or `--no-cache`) from time to time, or name the version that you want, so that a new one changes the line.',
  whenToIgnore: 'Where the age does not matter, or a scheduled build without the cache takes care of it.',
  find: context => {
    const { analysis, build, ownFrom } = context;
    const builtAt = build?.builtAt ?? null;
    if (builtAt === null) return [];
    const made = madeAt(analysis, ownFrom);
    return analysis.layers.flatMap(({ index, cache }) => {
      const instruction = cache === 'cached' ? context.instructionOf(index) : null;
      const since = made[index] ?? null;
      if (instruction?.keyword !== 'RUN' || since === null) return [];
      const days = Math.floor((builtAt - since) / DAY_MS);
      const command = days >= MIN_DAYS ? timeVaryingCommand(instruction) : null;
      return command === null ? [] : [{ args: { command, days }, location: locationOf(instruction) }];
    });
  },
  what: finding => {
    const { command, days } = finding.args;
    return phrase`${code(command, 60)}${atLocation(finding)} ran ${plural(days, 'day')} ago and has come from the cache since: its result is that old`;
  },
  fix: () => phrase`name a version, or build with ${code('--no-cache')} from time to time`,
});

/**
 * When each layer was made, as history tells; null where it does not. Where all own layers have the same time
 * (SOURCE_DATE_EPOCH), it is not theirs.
 */
function madeAt({ history, layers }: ImageAnalysis, ownFrom: number): readonly (number | null)[] {
  const makers = history.filter(({ emptyLayer }) => !emptyLayer);
  if (makers.length !== layers.length) return [];
  const times = makers.map(({ created }) => timeOf(created));
  const own = times.slice(ownFrom);
  const isGiven = own.length > 1 && own.every(time => time === own[0]);
  return isGiven ? [] : times;
}

function timeOf(created: string | null): number | null {
  const time = created === null ? Number.NaN : Date.parse(created);
  return Number.isNaN(time) || time < EARLIEST ? null : time;
}

/** A version, a digest or a commit: what an address with one of them leads to does not change. */
const PINNED = /\d+\.\d|[0-9a-f]{7,}|\$|\bv\d/i;
const ADDRESS = /^(?:https?|ftp):\/\//i;
const COMMIT = /^[0-9a-f]{7,64}$/i;
const VERSIONED = /[=@<>~]/;

/**
 * The first command of a RUN that does something else on another day, as people call it: `apt-get upgrade`,
 * `git clone`; null where none is known to. A command behind `||` or in a compound one counts, too.
 */
function timeVaryingCommand(run: DockerfileInstruction): string | null {
  const { commands } = runCommands(run).script;
  const hasCommit = commands.some(checksOutCommit);
  for (const command of commands) {
    const title = titleOf(command, hasCommit);
    if (title !== null) return title;
  }
  return null;
}

function titleOf(command: ShellCommand, hasCommit: boolean): string | null {
  const { words } = command;
  const installed = packageCommand(command);
  if (installed !== null) return isOpen(installed) ? installed.title : null;
  const program = readProgram(words);
  if (program === 'date') return 'date';
  if (program === 'git')
    return !hasCommit && words[1] === 'clone' && !isOfVersion(words) ? 'git clone' : null;
  if (program !== 'curl' && program !== 'wget') return null;
  const address = words.find(word => ADDRESS.test(word));
  return address !== undefined && !PINNED.test(address.replace(ADDRESS, '')) ? program : null;
}

/** Whether the command takes whatever version is the newest. */
function isOpen({ manager, action, names }: PackageCommand): boolean {
  if (action === 'upgrade') return true;
  if (action !== 'names') return false;
  // Those of a distribution change within a release only to be mended.
  if (manager.scope === 'system') return false;
  return names.some(name => !VERSIONED.test(name.slice(1)) || name.endsWith('@latest'));
}

function checksOutCommit({ words }: ShellCommand): boolean {
  const isCheckout = words.some(word => ['checkout', 'reset', 'fetch', 'switch'].includes(word));
  return (
    readProgram(words) === 'git' && isCheckout && words.some(word => COMMIT.test(word) || word.includes('$'))
  );
}

function isOfVersion(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const branch =
      /^--branch=(.+)$/.exec(word)?.[1] ?? (/^(?:-b|--branch)$/.test(word) ? words[index + 1] : undefined);
    return branch !== undefined && /\d|\$/.test(branch);
  });
}
