import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { config } from 'zod';
import { formatPlatform } from '../base/platform.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';
import { findCheckout, findCleanHead } from '../baseline/git/checkout.ts';
import { localFolder } from '../build/dockerfile-source.ts';
import { commitOfContext, readGitContext } from '../build/git-context.ts';
import { serializeSnapshot } from '../compare/parse-snapshot.ts';
import { RULE_PAGES_FOLDER } from '../findings/rule-address.ts';
import { listFormatOf } from '../inventory/list-format.ts';
import { DEFAULT_STORE_SIZE } from '../layer/scan-store.ts';
import { fileList } from '../report/file-list.ts';
import { renderSharedHtml } from '../report/html/render-html.ts';
import {
  renderCacheJson,
  renderFixJson,
  renderJson,
  renderSharedJson,
  renderSquashJson,
} from '../report/json.ts';
import { renderMarkdown } from '../report/markdown/render-markdown.ts';
import type { TerminalOptions } from '../report/terminal/page.ts';
import { renderCache } from '../report/terminal/render-cache.ts';
import { renderFixes } from '../report/terminal/render-fixes.ts';
import { renderShared } from '../report/terminal/render-shared.ts';
import { renderSquash } from '../report/terminal/render-squash.ts';
import { renderTerminal } from '../report/terminal/render-terminal.ts';
import { type FiledBuild, fileStandardInput } from '../run/build-input.ts';
import { weighBuild } from '../run/build-pipeline.ts';
import { findCacheDirectories } from '../run/cache-directories.ts';
import { inspectCache } from '../run/cache-pipeline.ts';
import { callBuild, isCall } from '../run/call-pipeline.ts';
import { type OptionValues, reportPaths } from '../run/config/options.ts';
import { resolveSettings } from '../run/config/settings.ts';
import { diffImages } from '../run/diff-pipeline.ts';
import { EXIT } from '../run/exit-code.ts';
import { fileFixInput } from '../run/fix/fix-input.ts';
import { fixDockerfile } from '../run/fix-pipeline.ts';
import { inspectImage } from '../run/inspect-pipeline.ts';
import { cleanUpWhenInterrupted } from '../run/interruption.ts';
import { DEFAULT_KEPT_SIZE } from '../run/kept-layers.ts';
import { readPageTemplate } from '../run/page-template.ts';
import { imagePage } from '../run/publish/image-page.ts';
import { clearRunFolders } from '../run/run-folder.ts';
import { secretMask } from '../run/secret-values.ts';
import { inspectShared } from '../run/shared-pipeline.ts';
import { beginFindingBuilder } from '../run/weigh/builder.ts';
import { LOCAL_ORIGIN, type ReportedImage, worstVerdict } from '../run/weigh/image-report.ts';
import { workingDirectory } from '../run/working-directory.ts';
import { terminalAsker } from './ask.ts';
import { type CommandLineEnvironment, commandLineEnvironment } from './environment.ts';
import { explainRule } from './explain.ts';
import type { Invocation, Request } from './invocation.ts';
import { writeReport } from './report-output.ts';
import { refuseOverwriting } from './report-paths.ts';

type FixRequest = Extract<Request, { readonly command: 'fix' }>;
type BuildRequest = Extract<Request, { readonly command: 'build' }>;
type SquashRequest = Extract<Request, { readonly command: 'squash' }>;
type ExploreRequest = Extract<Request, { readonly command: 'explore' }>;
type SharedRequest = Extract<Request, { readonly command: 'shared' }>;
type InspectingRequest = Extract<Request, { readonly command: 'inspect' | 'diff' }>;

/** Carries out what the command line asked for, and prints it. @returns the exit code */
export async function runInvocation(invocation: Invocation): Promise<number> {
  const { request, options } = invocation;
  // A command reads few documents of each kind: code that is made for a kind takes longer than it saves.
  config({ jitless: true });
  if (request.command === 'cache') return await showCache(options);
  if (request.command === 'trend') {
    const { showTrend } = await import('./trend-command-line.ts');
    await showTrend(request.image, options, terminalOptions(options));
    return EXIT.fine;
  }
  if (request.command === 'explain') {
    process.stdout.write(explainRule(request.rule, terminalOptions(options), rulePages()));
    return EXIT.fine;
  }
  refuseOverwriting(textsOf(request), options);
  const secrets = secretMask('inputs' in request ? request.inputs : null, process.env, textsOf(request));
  const environment = await commandLineEnvironment(options, secrets);
  try {
    const { temporaryDir, exportLayouts, unfinished } = environment;
    cleanUpWhenInterrupted(() => [temporaryDir, ...exportLayouts.folders], unfinished);
    return await runIn(environment, request, options);
  } catch (error) {
    throw secrets.error(error);
  } finally {
    environment.dispose();
  }
}

/** What was given as images, which may be addresses with a login. */
function textsOf(request: Request): readonly string[] {
  if (request.command === 'shared') return request.references;
  if (request.command === 'inspect' || request.command === 'squash') return [request.reference];
  if (request.command === 'diff') return [request.baseline, request.head];
  if (request.command === 'explore') return [request.head, request.baseline].filter(text => text !== null);
  return [];
}

/** As far from the program, source or bundle, wherever a link to it lies. */
function rulePages(): string {
  const program = realpathSync(process.argv[1] ?? '.');
  return join(dirname(program), '../..', RULE_PAGES_FOLDER);
}

/** Needs nothing of what images need. */
async function showCache(options: OptionValues): Promise<number> {
  const cwd = workingDirectory();
  // It says nothing about the cache; a wrong one is refused as everywhere.
  if (options.config !== null) await resolveSettings(options, cwd);
  const directories = findCacheDirectories(process.env, homedir());
  if (directories && options.clear) await clearRunFolders(directories.layers);
  const report = inspectCache({
    directories,
    maxBytes: options['scan-cache-size'] ?? DEFAULT_STORE_SIZE,
    maxLayerBytes: options['layer-cache-size'] ?? DEFAULT_KEPT_SIZE,
    clears: options.clear,
  });
  await write(options.json, () => renderCacheJson(report), null, cwd);
  if (options.json !== '-') process.stdout.write(renderCache(report));
  return EXIT.fine;
}

async function runIn(
  environment: CommandLineEnvironment,
  request: BuildRequest | InspectingRequest | FixRequest | SquashRequest | ExploreRequest | SharedRequest,
  options: OptionValues,
): Promise<number> {
  if (request.command === 'fix') {
    const filed = await fileFixInput(request.inputs, options['dry-run'], process.stdin, environment);
    await fix(filed, options, environment);
    return EXIT.fine;
  }
  if (request.command === 'shared') {
    await showShared(request, options, environment);
    return EXIT.fine;
  }
  if (request.command === 'squash') {
    await squashLayers(request, options, environment);
    return EXIT.fine;
  }
  if (request.command === 'explore') {
    // As with what writes images.
    const { explore } = await import('./explore-command-line.ts');
    await explore(request, options, environment, hasColor());
    return EXIT.fine;
  }
  if (request.command === 'build') {
    const filed = await fileStandardInput(request.inputs, process.stdin, environment);
    if (isCall(filed.inputs)) {
      await callBuild(filed.inputs, environment, text => void process.stdout.write(`${text}\n`));
      return EXIT.fine;
    }
    return finish(await buildImages(filed, request.baseline, options, environment), options, environment);
  }
  return finish(await weighAll(request, options, environment), options, environment);
}

async function finish(
  images: readonly ReportedImage[],
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<number> {
  await writeReports(images, options, environment.cwd);
  return worstVerdict(images.map(({ report }) => report)) === 'fail' ? EXIT.budgetFailed : EXIT.fine;
}

async function fix(
  filed: FiledBuild,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<void> {
  // Budgets are nothing to a fix.
  const settings = await resolveSettings({ ...options, 'dive-ci': false }, environment.cwd);
  const ask = terminalAsker(terminalOptions(options), text => environment.secrets.line(text));
  const fixed = await fixDockerfile({ ...filed, options, settings, ask }, environment);
  const report = environment.secrets.report(fixed.report);
  await write(options.json, () => renderFixJson(report), null, environment.cwd);
  await write(options.html, () => pageOf(fixed.image(), options), null, environment.cwd);
  if (reportPaths(options).includes('-')) return;
  process.stdout.write(renderFixes(report, terminalOptions(options)));
}

async function showShared(
  { references }: SharedRequest,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<void> {
  const { platform, verify, json, html } = options;
  const report = environment.secrets.report(await inspectShared(references, platform, verify, environment));
  await write(json, () => renderSharedJson(report), null, environment.cwd);
  await write(
    html,
    () => renderSharedHtml(report, readPageTemplate(process.argv[1] ?? '.')),
    null,
    environment.cwd,
  );
  if (json !== '-' && html !== '-') process.stdout.write(renderShared(report, terminalOptions(options)));
}

async function squashLayers(
  request: SquashRequest,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<void> {
  // What writes images is of no use to other commands, which are to begin at once.
  const { compareSquashed, runSquash } = await import('./squash-command-line.ts');
  const report = environment.secrets.report(await runSquash(request.reference, options, environment));
  await write(options.json, () => renderSquashJson(report), null, environment.cwd);
  if (options.html !== null) {
    const images = await compareSquashed(request.reference, report, options, environment);
    if (images.length === 0) environment.log.warn('No layers were merged, so no page was written.');
    for (const image of images) {
      const several = images.length > 1 ? image : null;
      await write(options.html, () => pageOf(image, options), several, environment.cwd);
    }
  }
  if (reportPaths(options).includes('-')) return;
  process.stdout.write(renderSquash(report, terminalOptions(options)));
}

async function buildImages(
  { inputs, namesFrom }: FiledBuild,
  baseline: BaselineRequest | null,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<readonly ReportedImage[]> {
  beginFindingBuilder(inputs.builder, environment.cwd, environment);
  const settings = await resolveSettings(options, environment.cwd);
  const git = readGitContext(inputs.context);
  const checkout = async () => {
    const { folder } = await findCheckout(localFolder(inputs.context), environment);
    const commit = git ? commitOfContext(git) : await findCleanHead({ ...environment, cwd: folder });
    return { folder, commit };
  };
  const outcome = await weighBuild(
    {
      settings,
      inputs,
      baseline,
      prepare: options.prepare,
      seeds: false,
      fixes: options.prove ? 'prove' : 'predict',
      fixCheck: options['fix-check'],
      pushesOverBudget: options['push-over-budget'],
      waiver: null,
      squash: options.squash,
      checkout,
      origin: LOCAL_ORIGIN,
      remoteContext: git && { ...git, eventRepository: null, settings: {} },
      namesFrom,
    },
    environment,
  );
  return outcome.images;
}

async function weighAll(
  request: InspectingRequest,
  options: OptionValues,
  environment: CommandLineEnvironment,
): Promise<readonly ReportedImage[]> {
  const settings = await resolveSettings(options, environment.cwd);
  switch (request.command) {
    case 'inspect':
      return [await inspectImage({ ...request, options }, settings, environment)];
    case 'diff':
      return [await diffImages({ ...request, options }, settings, environment)];
  }
}

/** Files as asked for; the terminal's report unless standard output is taken by another. */
async function writeReports(
  images: readonly ReportedImage[],
  options: OptionValues,
  cwd: string,
): Promise<void> {
  const { json, markdown, html, snapshot, files } = options;
  const format = files === null ? null : listFormatOf(files);
  for (const image of images) {
    const several = images.length > 1 ? image : null;
    await write(json, () => renderJson(image.report), several, cwd);
    await write(markdown, () => renderMarkdown(image.report), several, cwd);
    await write(html, () => pageOf(image, options), several, cwd);
    await write(snapshot, () => serializeSnapshot(image.snapshot()), several, cwd);
    if (format !== null)
      await write(files, () => fileList(image.report, image.inventory(), format), several, cwd);
    if (reportPaths(options).includes('-')) continue;
    process.stdout.write(renderTerminal(image.report, terminalOptions(options)));
  }
}

function pageOf(image: ReportedImage, { 'html-source': withSource }: OptionValues): string {
  return imagePage(image, withSource, readPageTemplate(process.argv[1] ?? '.'));
}

function terminalOptions({ color }: OptionValues): TerminalOptions {
  return { columns: columns(), color: color && hasColor() };
}

async function write(
  path: string | null,
  text: () => string | Iterable<string>,
  several: ReportedImage | null,
  cwd: string,
): Promise<void> {
  if (path !== null) await writeReport(several ? platformPath(path, several) : path, text(), cwd);
}

/** `report.json` of one of several platforms: `report-linux-arm64.json`. */
function platformPath(path: string, { report }: ReportedImage): string {
  if (path === '-' || isDevice(path)) return path;
  const platform = formatPlatform(report.image.platform).replaceAll('/', '-');
  return path.replace(/(\.[^./]+)?$/, `-${platform}$1`);
}

/** `/dev/null` takes what is of any platform. */
function isDevice(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

function columns(): number {
  const given = Number(process.env['COLUMNS']);
  return process.stdout.columns ?? (Number.isInteger(given) && given >= 40 ? given : 100);
}

/** https://no-color.org, and FORCE_COLOR as Node reads it. */
function hasColor(): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR'] !== undefined) return process.env['FORCE_COLOR'] !== '0';
  return process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
}
