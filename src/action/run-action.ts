import { join, resolve } from 'node:path';
import * as core from '@actions/core';
import { messageOf } from '../base/errors.ts';
import { plainText } from '../base/phrase.ts';
import { parsePlatform } from '../base/platform.ts';
import { safeText } from '../base/untrusted-text.ts';
import type { CommitRequest } from '../baseline/baseline-request.ts';
import {
  type CheckoutContext,
  type CheckoutPlace,
  findCheckout,
  findHeadCommit,
  isEdited,
} from '../baseline/git/checkout.ts';
import type { RemoteContext } from '../baseline/remote-commit.ts';
import type { AttestationDefaults } from '../build/attestation.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildMetadata } from '../build/build-result.ts';
import { chooseDockerfileSource, findLocalDockerfile, localFolder } from '../build/dockerfile-source.ts';
import { commitOfContext, readGitContext } from '../build/git-context.ts';
import { serializeSnapshot } from '../compare/parse-snapshot.ts';
import { type GitHubEvent, pullRequestOf, repositoryUrlOf } from '../github/event.ts';
import { missedSentence } from '../report/budget-cell.ts';
import { closingLines } from '../report/closing-lines.ts';
import { failingSentence } from '../report/failing-findings.ts';
import { renderJson } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { waivedReport } from '../report/waiver.ts';
import { type BuildOutcome, weighBuild } from '../run/build-pipeline.ts';
import { callBuild, isCall } from '../run/call-pipeline.ts';
import { readCheckedOut } from '../run/config/config-file.ts';
import { judgeSettings } from '../run/config/judged-settings.ts';
import type { OptionValues } from '../run/config/options.ts';
import { resolveSettings, type Settings } from '../run/config/settings.ts';
import type { Environment } from '../run/environment.ts';
import { type InspectRequest, inspectImage } from '../run/inspect-pipeline.ts';
import { readPageTemplate } from '../run/page-template.ts';
import { handOver } from '../run/publish/handover.ts';
import { imagePage, type UploadedPages, uploadPages } from '../run/publish/image-page.ts';
import { writeOutputFile } from '../run/publish/output-file.ts';
import { publish } from '../run/publish/publish.ts';
import { beginFindingBuilder } from '../run/weigh/builder.ts';
import { type ReportedImage, type RunOrigin, worstVerdict } from '../run/weigh/image-report.ts';
import { askBuilder, logResult } from './build-log.ts';
import { rememberBuild } from './build-summary.ts';
import { readSwitch } from './build-switch.ts';
import { findCommentTarget } from './comment-target.ts';
import type { ActionEnvironment } from './environment.ts';
import { githubApi, runnerEvent } from './github.ts';
import type { ActionInputs } from './inputs.ts';
import { type ReportPaths, setOutputs } from './outputs.ts';
import { checkPrivilege } from './privilege.ts';
import { baselineOfStep, findStepCommit, isOnBranch, seedsCache } from './step-baseline.ts';
import { stepBuild } from './step-build.ts';
import { reportFailure } from './step-failure.ts';
import { traceReports } from './step-history.ts';

/** One step of a workflow, from its inputs to the comment. */
export async function runAction(given: ActionInputs, environment: ActionEnvironment): Promise<void> {
  const startedAt = environment.clock.now();
  const event = await runnerEvent(environment.env);
  const { options } = given;
  const { build, attestation } = stepBuild(given, event, environment.env);
  const inputs = { ...given, build };
  const api = githubApi(options['github-token'], event);
  if (options.image === null) await checkPrivilege(options, event, api);
  const logBuilder = options.image === null ? askBuilder(build.builder, environment) : null;
  if (options.image === null && isCall(build)) {
    await logBuilder?.();
    return await callInGroup(build, environment);
  }
  environment.scanCache?.restore();
  if (options.image === null) beginFindingBuilder(build.builder, environment.cwd, environment);
  const folder = options.image === null ? localFolder(inputs.build.context) : null;
  const checkout = await findCheckout(folder, environment);
  const checkouts = [environment.cwd, ...(checkout.top === null ? [] : [checkout.top])];
  const read = readCheckedOut(environment.cwd, checkouts);
  const ownSettings = await resolveSettings(options, environment.cwd, read);
  const remoteContext = options.image === null ? remoteContextOf(inputs, event) : null;
  const commit = await findStepCommit(options, event, api);
  const fetched = remoteContext && (commitOfContext(remoteContext) ?? event.sha);
  const named = options.image === null ? fetched : headElsewhere(event, commit);
  const origin = await originOf(event, named, attestation, { ...environment, cwd: checkout.folder });
  const dockerfile = options.image === null ? await dockerfilePath(build, environment.cwd) : null;
  const judging = { options, settings: ownSettings, commit, checkout, dockerfile };
  const settings = await judgeSettings(judging, environment);
  const place = { origin, checkout, commit, remoteContext };
  const remember = (metadata: BuildMetadata | null): void =>
    rememberBuild(given.build, metadata, startedAt, event, environment);
  await logBuilder?.();
  const weighed = await weigh(inputs, settings, event, place, environment).catch(async error => {
    if (options.image === null) remember(null);
    throw await reportFailure(error, { inputs, settings, event, origin, api }, environment);
  });
  if (weighed.metadata !== null) remember(weighed.metadata);
  const waived = waiveBudgets(weighed, waiverOf(options['waive-label'], event));
  const traced = await traceReports(reportsOf(waived), options, event, origin.commit, api, environment);
  const images = waived.images.map((image, index) => withReport(image, traced.reports[index]));
  const paged = await uploadedPages(images, options, event, environment);
  const outcome = { ...waived, images: paged.images };
  const reports = reportsOf(outcome);

  const found = await findCommentTarget(options, event, api);
  const published = await publish({
    reports,
    target: found.target,
    notices: [...traced.notices, ...paged.notices, ...found.notices],
    policy: settings.comment,
    threshold: options['comment-threshold'],
    suggests: options.suggest,
    showsChecks: readSwitch(environment.env, 'DOCKER_BUILD_CHECKS_ANNOTATIONS', true),
    sink: core,
    summaryPath: environment.env['GITHUB_STEP_SUMMARY'],
  });
  const uploaded = options.upload ? await handOver(reports, environment) : [];
  for (const { message } of [...published.notices, ...uploaded]) environment.log.warn(message);

  const paths = await writeReports(outcome, published.body, paged.pages, options, environment);
  setOutputs(outcome, published, paths);
  if (outcome.metadata !== null) await logResult(outcome.metadata, environment.log);
  if (isOnBranch(options, event)) await environment.scanCache?.save();
  for (const line of closingLines(reports, published.comment)) core.info(safeText(line, 'log'));
  if (worstVerdict(reports) === 'fail') core.setFailed(failureOf(outcome));
}

function reportsOf({ images }: BuildOutcome): readonly Report[] {
  return images.map(({ report }) => report);
}

function withReport(image: ReportedImage, report: Report | undefined): ReportedImage {
  return report === undefined ? image : { ...image, report };
}

/** null for what is not on this machine. What is wrong with the path is told by the build. */
async function dockerfilePath(build: BuildInputs, cwd: string): Promise<string | null> {
  const found = findLocalDockerfile(chooseDockerfileSource(build), { cwd }).catch(() => null);
  return (await found)?.path ?? null;
}

/** What is only asked of BuildKit is in the log, and fails the step as docker/build-push-action does. */
async function callInGroup(build: BuildInputs, environment: Environment): Promise<void> {
  const { log } = environment;
  const print = (text: string): void => {
    for (const line of text.split('\n')) log.info(safeText(line, 'log'));
  };
  await log.group(`Call ${build.call}`, () => callBuild(build, environment, print));
}

/** The token of the job reads the commits of its own repository, as that of actions/checkout does. */
function remoteContextOf({ build, options }: ActionInputs, event: GitHubEvent): RemoteContext | null {
  const git = readGitContext(build.context);
  if (git === null) return null;
  const { serverUrl } = event;
  const token = options['github-token'];
  const login = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    ...git,
    eventRepository: repositoryUrlOf(event),
    settings: token === '' ? {} : { [`http.${serverUrl}/.extraheader`]: `AUTHORIZATION: basic ${login}` },
  };
}

/** The head that an image is of where the run is not for its pull request, and has the base checked out, or nothing. */
function headElsewhere(event: GitHubEvent, commit: CommitRequest): string | null {
  const isForHead = pullRequestOf(event) !== null && event.name !== 'pull_request_target';
  return commit.kind === 'pull-request' && !isForHead ? commit.headSha : null;
}

/** @param named the commit of what is weighed, where that is not the one that is checked out */
async function originOf(
  event: GitHubEvent,
  named: string | null,
  attestation: AttestationDefaults,
  context: CheckoutContext,
): Promise<RunOrigin> {
  const { run } = event;
  return {
    commit: named ?? (await findHeadCommit(context)) ?? event.sha,
    repositoryUrl: repositoryUrlOf(event),
    runUrl: run.url,
    attestation,
  };
}

/** Labels are set by who may triage: an author from outside cannot waive a budget. */
function waiverOf(label: string | null, event: GitHubEvent): string | null {
  return label !== null && pullRequestOf(event)?.labels.includes(label) ? label : null;
}

function waiveBudgets(outcome: BuildOutcome, waiver: string | null): BuildOutcome {
  if (waiver === null) return outcome;
  const images = outcome.images.map(image => ({ ...image, report: waivedReport(image.report, waiver) }));
  return { ...outcome, images };
}

const NOT_STORED =
  'The snapshot is not stored for later comparisons: tracked files are edited here, so it is of no commit.';

/** Where a step runs, and what it is compared with. */
interface StepPlace {
  readonly origin: RunOrigin;
  readonly checkout: CheckoutPlace;
  readonly commit: CommitRequest;
  readonly remoteContext: RemoteContext | null;
}

async function weigh(
  inputs: ActionInputs,
  settings: Settings,
  event: GitHubEvent,
  { origin, checkout, commit, remoteContext }: StepPlace,
  environment: Environment,
): Promise<BuildOutcome> {
  const baseline = baselineOfStep(inputs.options, event, commit);
  const { build, options } = inputs;
  const isBuiltHere = options.image === null && remoteContext === null;
  const isOfCommit = !isBuiltHere || !(await isEdited({ ...environment, cwd: checkout.folder }));
  const isSeeding = seedsCache(options, event, environment.snapshotCache);
  if (isSeeding && !isOfCommit) core.info(NOT_STORED);
  const seeds = isSeeding && isOfCommit;
  if (options.image !== null) {
    const [platform] = build.platforms;
    const request: InspectRequest = {
      reference: options.image,
      options: { ...options, platform: platform === undefined ? null : parsePlatform(platform) },
    };
    const image = await inspectImage(request, settings, environment, { origin, baseline, seeds });
    return { images: [image], metadata: null };
  }
  return weighBuild(
    {
      settings,
      baseline,
      prepare: options.prepare,
      seeds,
      origin,
      inputs: build,
      fixes: options.fix,
      fixCheck: options['fix-check'],
      pushesOverBudget: options['push-over-budget'],
      waiver: waiverOf(options['waive-label'], event),
      squash: options.squash,
      checkout: async () => ({ folder: checkout.folder, commit: origin.commit }),
      remoteContext,
      namesFrom: checkout.top ?? environment.cwd,
    },
    environment,
  );
}

/** The pages that the step makes of its images: in the order of the images, and none where none are asked for. */
async function uploadedPages(
  images: readonly ReportedImage[],
  options: Pick<OptionValues, 'html' | 'html-source'>,
  event: GitHubEvent,
  environment: Pick<Environment, 'temporaryDir' | 'log'>,
): Promise<UploadedPages & { readonly pages: readonly string[] }> {
  if (options.html === null) return { images, pages: [], notices: [] };
  try {
    const template = readPageTemplate(process.argv[1] ?? '.');
    const pages = images.map(image => imagePage(image, options['html-source'], template));
    const { repository, run, serverUrl } = event;
    const runsUrl = `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${run.id}`;
    return { pages, ...(await uploadPages(images, pages, runsUrl, environment)) };
  } catch (error) {
    // What else there is to say of the build is said.
    const message = `There is no page of the image: ${messageOf(error)}.`;
    return { images, pages: [], notices: [{ code: 'artifact-not-written', message }] };
  }
}

async function writeReports(
  { images }: BuildOutcome,
  body: string,
  pages: readonly string[],
  { json, markdown, html, snapshot }: OptionValues,
  { cwd, temporaryDir }: Pick<Environment, 'cwd' | 'temporaryDir'>,
): Promise<ReportPaths> {
  const pathOf = (given: string | null, name: string, index: number): string => {
    const path = given === null ? join(temporaryDir, name) : resolve(cwd, given);
    return index === 0 ? path : path.replace(/(\.[^./]+)?$/, `-${index + 1}$1`);
  };
  await writeOutputFile(pathOf(markdown, 'comment.md', 0), body);
  for (const [index, image] of images.entries()) {
    await writeOutputFile(pathOf(json, 'report.json', index), renderJson(image.report));
    const page = pages[index];
    if (page !== undefined) await writeOutputFile(pathOf(html, 'report.html', index), page);
    await writeOutputFile(pathOf(snapshot, 'snapshot.json', index), serializeSnapshot(image.snapshot()));
  }
  return {
    json: pathOf(json, 'report.json', 0),
    markdown: pathOf(markdown, 'comment.md', 0),
    html: pages.length === 0 ? null : pathOf(html, 'report.html', 0),
    snapshot: pathOf(snapshot, 'snapshot.json', 0),
  };
}

function failureOf({ images }: BuildOutcome): string {
  const exceeded = images.flatMap(({ report }) =>
    report.budgets.filter(({ fail }) => fail?.status === 'exceeded'),
  );
  const failing = images.map(({ report }) => failingSentence(report)).find(sentence => sentence !== null);
  if (exceeded.length === 0 && failing !== undefined) return `The image has ${plainText(failing)}.`;
  const missed = images.flatMap(({ report }) => missedSentence(report) ?? []);
  if (exceeded.length === 0 && missed[0] !== undefined) return `The budget ${missed[0]}.`;
  const names = [...new Set(exceeded.map(({ name }) => name))].join(', ');
  return `The image is over budget: ${names}. The job summary says which lines made it so.`;
}
