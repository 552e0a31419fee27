import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type FixReport, fixReportSchema } from '../../../src/report/fix-report.ts';
import { parseReport } from '../../../src/report/json.ts';
import type { Report } from '../../../src/report/report.ts';
import { COMMAND_LINE, inherited, runNode } from '../e2e/child-process.ts';
import type { CorpusCase } from './corpus-case.ts';
import { differences, exportFilesystem } from './final-filesystem.ts';
import { InstallScripts } from './install-scripts.ts';

/** What is fixed lies in images that copy their whole context. */
const FIXED_FILES = /(?:^|\/)(?:Dockerfile|\.dockerignore)$/;

/** What dpkg, apt and ldconfig write anew when other packages are there. */
const PACKAGE_STATE =
  /^(?:etc\/ld\.so\.cache$|var\/(?:cache\/(?:debconf|ldconfig)|lib\/(?:apt|dpkg|systemd)|log\/apt)\/)/;

export type Environment = Readonly<Record<string, string>>;

/** What of a case every build of it is told. */
function buildArguments({ buildArgs, target }: CorpusCase): readonly string[] {
  const args = Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  return target === '' ? args : [...args, '--target', target];
}

async function deadweight(cwd: string, env: Environment, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runNode(COMMAND_LINE, [...args, '--quiet'], {
    cwd,
    env: {
      ...inherited('PATH', 'TMPDIR'),
      HOME: '/nonexistent',
      DEADWEIGHT_CACHE_DIR: '',
      COLUMNS: '100',
      ...env,
    },
  });
  if (code !== 0) throw new Error(`deadweight ${args[0]}: exit code ${code}\n${stderr.slice(-3000)}`);
}

/** Builds and weighs the case that lies in a folder. */
export async function weighCase(each: CorpusCase, cwd: string, env: Environment): Promise<Report> {
  await deadweight(cwd, env, ['build', '--json', 'report.json', ...buildArguments(each)]);
  const path = join(cwd, 'report.json');
  const report = parseReport(await readFile(path, 'utf8'));
  await rm(path);
  return report;
}

export interface FixedCase {
  readonly report: FixReport;
  /** What the smoke test said where it failed; null where it passed, undefined where there is none. */
  readonly smoke: { readonly original: string | null; readonly fixed: string | null } | undefined;
  /**
   * Paths that differ between the original's and the fixed final filesystem, less those in which two builds of the
   * original differ.
   */
  readonly changed: readonly string[];
  /** Of them, what no finding that was fixed names. */
  readonly unexplained: readonly string[];
}

/** Fixes the case that lies in a folder, and compares what comes of both. Null where there is nothing to fix. */
export async function fixCase(
  each: CorpusCase,
  [original, fixed]: readonly [string, string],
  env: Environment,
): Promise<FixedCase | null> {
  await deadweight(fixed, env, ['fix', '--prove', '--json', 'fix.json', ...buildArguments(each)]);
  const path = join(fixed, 'fix.json');
  const report = fixReportSchema().parse(JSON.parse(await readFile(path, 'utf8')));
  await rm(path);
  if (report.all === null) return report.fixes.length === 0 ? null : nothingChanged(report);
  const args = buildArguments(each);
  const exported = await exportFilesystem([...args, original], env);
  const before = exported.files;
  const after = (await exportFilesystem([...args, fixed], env)).files;
  // Last, so that the engine's cache serves the two others.
  const again = (await exportFilesystem([...args, '--no-cache', original], env)).files;
  const unsteady = new Set(differences(before, again));
  const changed = differences(before, after).filter(
    name => !(unsteady.has(name) || FIXED_FILES.test(name) || PACKAGE_STATE.test(name)),
  );
  const made = report.fixes.filter(({ outcome }) => outcome !== 'dropped').flatMap(fix => fix.findings);
  const named = made
    .flatMap(({ evidence }) => evidence.paths)
    .map(({ path: name }) => name.replace(/^\/|\/$/g, ''));
  // A finding names the packages that go, and of their files the largest.
  const dropped = made.flatMap(({ args }) =>
    typeof args['dropped'] === 'string' ? args['dropped'].split(', ') : [],
  );
  const ofPackages = new Set(dropped.flatMap(name => exported.packages.get(name) ?? []));
  // It says that what their scripts made goes with them.
  const scripts = new InstallScripts(dropped.flatMap(name => exported.scripts.get(name) ?? []));
  // What holds nothing more goes along.
  const isNamed = (name: string): boolean =>
    ofPackages.has(name) ||
    named.some(each => name === each || name.startsWith(`${each}/`) || each.startsWith(`${name}/`));
  const isGone = (name: string): boolean => before.has(name) && !after.has(name);
  return {
    report,
    smoke:
      each.smoke === ''
        ? undefined
        : { original: await smoke(each, original, env), fixed: await smoke(each, fixed, env) },
    changed,
    unexplained: changed.filter(
      name => !(isGone(name) && isNamed(name)) && !scripts.mayHaveMade(name, before.get(name)),
    ),
  };
}

function nothingChanged(report: FixReport): FixedCase {
  return { report, smoke: undefined, changed: [], unexplained: [] };
}

/** Runs the smoke test in the image of a folder, without a network. */
async function smoke(each: CorpusCase, folder: string, env: Environment): Promise<string | null> {
  const options = { env: { ...env }, maxBuffer: 64 * 1024 * 1024 };
  const built = await promisify(execFile)(
    'docker',
    ['buildx', 'build', '--quiet', '--load', ...buildArguments(each), folder],
    options,
  );
  const id = built.stdout.trim();
  const args = ['run', '--rm', '--network=none', '--entrypoint=/bin/sh', id, '-c', each.smoke];
  try {
    await promisify(execFile)('docker', args, options);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.slice(-1000) : String(error);
  } finally {
    await promisify(execFile)('docker', ['image', 'rm', '--force', id], options).catch(() => undefined);
  }
}
