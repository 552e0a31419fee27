import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findFindings } from '../../src/findings/rules.ts';
import { type KnownPackageManager, PACKAGE_MANAGERS } from '../../src/package-managers/package-managers.ts';
import { contextOf, type FindingCase, findingCase } from './finding-case.ts';

/** A program, and what may be written in its place without any other meaning. */
interface Alias {
  readonly manager: KnownPackageManager;
  readonly program: string;
  readonly alias: string;
}

const ALIASES: readonly Alias[] = PACKAGE_MANAGERS.flatMap(manager => {
  const [program, ...others] = manager.programs;
  const versions = manager.isVersioned ? ['3', '3.12'].map(version => `${program}${version}`) : [];
  const aliases = [...others, ...versions].map(alias => ({ manager, program, alias }));
  const shorthands = Object.entries(manager.shorthands ?? {});
  return [
    ...aliases,
    ...shorthands.map(([alias, { program, verb }]) => ({ manager, program: `${program} ${verb}`, alias })),
  ];
});

/** The text with every `from` that stands for itself replaced. */
function replaced(text: string, from: string, to: string): string {
  const name = from.replaceAll('.', '\\.');
  return text.replace(new RegExp(`(?<![\\w./-])${name}(?![\\w./-])`, 'g'), to);
}

/** What is found, with each program of the package manager under its first name. */
function told(given: FindingCase, { manager, program, alias }: Alias): unknown {
  const [first] = manager.programs;
  const options = Object.values(manager.recommends?.options ?? {});
  const rename = (text: string): string =>
    [...manager.programs, alias].reduce(
      (renamed, each) => replaced(renamed, each, each === alias ? program : first),
      options.reduce((renamed, option) => replaced(renamed, option, options[0] ?? ''), text),
    );
  return findFindings(contextOf(given)).map(finding => ({
    ...finding,
    location: finding.location?.startLine,
    related: finding.related?.startLine,
    args: rename(JSON.stringify(finding.args)),
    edits: rename(JSON.stringify(finding.edits)),
  }));
}

function withProgram(given: FindingCase, from: string, to: string): FindingCase {
  return { ...given, dockerfile: given.dockerfile?.map(line => replaced(line, from, to)) };
}

const CASES = join(import.meta.dirname, 'cases');

const cases = readdirSync(CASES).flatMap(rule =>
  readdirSync(join(CASES, rule)).map(name => {
    const text = readFileSync(join(CASES, rule, name), 'utf8');
    return { name: `${rule}/${name}`, given: findingCase.parse(JSON.parse(text)) };
  }),
);

describe.each(ALIASES)('$alias in place of $program', each => {
  const { manager, program, alias } = each;
  const named = cases.map(({ name, given }) => ({
    name,
    given: manager.programs.reduce(
      (all, other) => withProgram(all, other, manager.programs[0]),
      program.includes(' ') ? given : withProgram(given, alias, program),
    ),
  }));
  const used = named.filter(({ given }) =>
    given.dockerfile?.some(line => replaced(line, program, '') !== line),
  );

  test('changes nothing of any case', () => {
    for (const { name, given } of used) {
      const other = withProgram(given, program, alias);
      expect(told(other, each), name).toEqual(told(given, each));
    }
  });

  // What only unpacks changes no packages: RUNs around it are merged where those of the others are not.
  const isUnpacker = manager.unpackers?.includes(alias) === true;
  it.skipIf(isUnpacker)('changes nothing of any Dockerfile', () => {
    fc.assert(
      fc.property(dockerfileOf(manager, program), given => {
        const other = withProgram(given, program, alias);
        expect(told(other, each)).toEqual(told(given, each));
      }),
      { numRuns: 100 },
    );
  });
});

/** Any RUNs that install, update, remove, clean up and leave caches behind, between copies of sources. */
function dockerfileOf(manager: KnownPackageManager, program: string): fc.Arbitrary<FindingCase> {
  const verbs = Object.values(manager.verbs ?? {})
    .flat()
    .flatMap(verb => verb.split(' '));
  const options = [
    ...['-y', '--offline', '-C', '-g', '--no-cache', '--no-cache-dir', '--download-only', '--version'],
    ...(manager.valued
      ?.split(' ')
      .slice(0, 2)
      .map(option => `${option} x`) ?? []),
  ];
  const operations = ['-S x', '-Sy', '-Syu', '-Scc', '-U ./x', '-Rns x', '-i ./x', '-P x'];
  const command = fc
    .record({
      prefix: fc.constantFrom('', '', '', '', 'sudo ', 'X=1 ', 'env ', 'HOME=/x '),
      option: fc.constantFrom('', '', '', ...options.map(option => ` ${option}`)),
      verb: program.includes(' ') ? fc.constant('') : fc.constantFrom(...verbs, ...operations, ''),
      names: fc.constantFrom('', ' x', ' x y', ' -r requirements.txt', ' .', ' ./x', ' x@1', ' all'),
    })
    .map(({ prefix, option, verb, names }) => `${prefix}${program}${option} ${verb}${names}`.trimEnd());
  const other = fc.constantFrom('make', 'rm -rf /var/cache/*', 'echo x', 'apt-get update', 'cp /app/x /y');
  const kinds = manager.caches ?? [];
  const files = fc
    .subarray([
      ...kinds.flatMap(({ directories }) => directories.flatMap(filesIn)),
      ...(manager.leftovers ?? []).map(({ directory }) => `${directory}/x-old`),
      'app/x',
      'usr/bin/x',
    ])
    .map(paths => Object.fromEntries(paths.map(path => [path, 4_000_000])));
  const run = fc.record({
    commands: fc.array(fc.oneof({ weight: 4, arbitrary: command }, other), { minLength: 1, maxLength: 3 }),
    separator: fc.constantFrom(' && ', ' && ', '; ', ' || '),
    files,
    durationMs: fc.constantFrom(100, 20_000),
  });
  return fc
    .record({
      copies: fc.boolean(),
      runs: fc.array(run, { minLength: 1, maxLength: 3 }),
      copiesBetween: fc.boolean(),
      last: fc.oneof(
        fc.constant('CMD ["x"]'),
        command.map(text => `CMD ${text}`),
      ),
      deletes: fc.boolean(),
    })
    .map(({ copies, runs, copiesBetween, last, deletes }) => {
      const dockerfile = ['FROM base:1', 'WORKDIR /app'];
      const layers: FindingCase['layers'] = [{ base: true, files: { 'bin/sh': 1_000_000 } }];
      const steps: FindingCase['steps'] = [];
      const copy = (): void => {
        dockerfile.push('COPY . /app');
        layers.push({ line: dockerfile.length, files: { 'app/src/x': 1000 } });
        steps.push({ line: dockerfile.length, outcome: 'executed', durationMs: 10 });
      };
      if (copies) copy();
      for (const [index, { commands, separator, files: written, durationMs }] of runs.entries()) {
        if (index > 0 && copiesBetween) copy();
        dockerfile.push(`RUN ${commands.join(separator)}`);
        const gone = deletes && index > 0 ? Object.keys(runs[index - 1]?.files ?? {}) : [];
        const kept = gone.filter(path => !(path in written));
        layers.push({ line: dockerfile.length, files: written, deletes: kept });
        steps.push({ line: dockerfile.length, outcome: 'executed', durationMs });
      }
      dockerfile.push(last);
      return { why: 'any', dockerfile, layers, steps, findings: [] };
    });
}

function filesIn(directory: KnownDirectory): readonly string[] {
  const path = typeof directory === 'string' ? directory.replace(/^~\//, 'root/') : 'opt/conda/pkgs';
  return [`${path}/x`, `${path}/x.deb`, `${path}/pkgcache.bin`];
}

type KnownDirectory = NonNullable<KnownPackageManager['caches']>[number]['directories'][number];
