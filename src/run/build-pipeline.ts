import { DeadweightError } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';
import { formatPlatform } from '../base/platform.ts';
import type { BaselineRequest } from '../baseline/baseline-request.ts';
import type { BaselineHead, HeadBuild } from '../baseline/baseline-source.ts';
import type { RemoteContext } from '../baseline/remote-commit.ts';
import { keyBuiltImage } from '../baseline/store/snapshot-key.ts';
import type { BuildInputs } from '../build/build-inputs.ts';
import type { BuildMetadata, BuildResult } from '../build/build-result.ts';
import { isPushed, withoutPush } from '../build/deferred-push.ts';
import { openableDestination } from '../build/image-destinations.ts';
import { createSnapshot, sourcesOf } from '../compare/snapshot-of.ts';
import type { FixableFiles } from '../findings/fix/patch.ts';
import { failingFindings } from '../report/failing-findings.ts';
import { waivedReport } from '../report/waiver.ts';
import { formatWantedLayers, type WantedLayers } from '../squash/layer-ranges.ts';
import type { PlannedSquash, planBuildSquash } from './build-squash.ts';
import type { OptionValues } from './config/options.ts';
import type { Settings } from './config/settings.ts';
import type { Environment } from './environment.ts';
import { findFixableFiles } from './fix/dockerfile-files.ts';
import { withoutUnproven } from './fix/needs-proof.ts';
import { proveFixes } from './fix/proof.ts';
import { recordProofs, withoutEdits, withoutRefused } from './fix/proven-image.ts';
import {
  type BuildContext,
  buildAndExamine,
  buildAndWeigh,
  type ExaminedBuild,
  pushWeighed,
} from './weigh/built-image.ts';
import { type ComparedHeads, planComparison } from './weigh/comparison-plan.ts';
import { describeBuild } from './weigh/described-build.ts';
import type { ExaminedImage } from './weigh/examine.ts';
import { builtImageName, reportKey } from './weigh/image-name.ts';
import { buildReport, type ReportedImage, type RunOrigin, worstVerdict } from './weigh/image-report.ts';
import { openableName } from './weigh/openable-name.ts';
import { type Prepare, planPrepare } from './weigh/prepare-command.ts';
import type { SquashBuild } from './weigh/squashed-build.ts';

/** What git knows of what is built. */
export interface BuiltCheckout {
  /** Where git is opened. */
  readonly folder: string;
  /** What the head is of; null where it is not known, or of no commit. */
  readonly commit: string | null;
}

export interface BuildPipeline {
  readonly inputs: BuildInputs;
  readonly settings: Settings;
  /** Where the baseline comes from; null compares with nothing. */
  readonly baseline: BaselineRequest | null;
  /** Command that makes generated files on both sides before they are built; null where there is none. */
  readonly prepare: string | null;
  /** Whether the Actions cache keeps what the head weighs, for later runs to compare with. */
  readonly seeds: boolean;
  readonly fixes: OptionValues['fix'];
  /** Command that must succeed in an image with a fix that is proven; null where there is none. */
  readonly fixCheck: string | null;
  /** Whether an image that is over budget is pushed all the same. */
  readonly pushesOverBudget: boolean;
  /** The label that waives the budgets of this run; null where nothing does. */
  readonly waiver: string | null;
  readonly origin: Omit<RunOrigin, 'commit'>;
  /** Asks git. It is called while the head is built, where nothing before that needs to know. */
  readonly checkout: () => Promise<BuiltCheckout>;
  /** What BuildKit fetches the context from; null for a checkout. */
  readonly remoteContext: RemoteContext | null;
  /** Which layers become one before the image is weighed and goes anywhere; null leaves it as it is. */
  readonly squash: WantedLayers | null;
  /** Top of the repository, where the paths that reports name start; null names files as the inputs do. */
  readonly namesFrom: string | null;
}

export interface BuildOutcome {
  /** One a platform. */
  readonly images: readonly ReportedImage[];
  /** null when nothing was built. */
  readonly metadata: BuildMetadata | null;
}

/** Config → BuildPlan → BuildKit → Image → LayerScan[] → ImageAnalysis → Comparison → Report: the whole flow. */
export async function weighBuild(pipeline: BuildPipeline, environment: Environment): Promise<BuildOutcome> {
  const { inputs, squash: wanted } = pipeline;
  const squash = wanted && (await planSquash(wanted, inputs, environment));
  try {
    return await weighHeads(pipeline, squash, environment);
  } finally {
    await squash?.release();
    // Head and baseline are in them, which may be gigabytes that later steps of a job want.
    await environment.exportLayouts.release();
  }
}

/** What writes images is of no use to other builds, which are to begin at once. */
async function planSquash(...given: Parameters<typeof planBuildSquash>): Promise<PlannedSquash> {
  const { planBuildSquash: plan } = await import('./build-squash.ts');
  return await plan(...given);
}

async function weighHeads(
  pipeline: BuildPipeline,
  squash: PlannedSquash | null,
  environment: Environment,
): Promise<BuildOutcome> {
  const { inputs, settings, baseline, seeds, remoteContext, namesFrom } = pipeline;
  const { cwd, clock } = environment;
  const prepare = planPrepare(pipeline.prepare, inputs, environment);
  const compares = baseline !== null || seeds;
  const asked = onceAsked(pipeline.checkout);
  // What is prepared is no commit any more.
  const known = compares || prepare !== null ? await asked() : null;
  const compareHeads =
    known && compares
      ? await planComparison(
          { baseline, seeds, commit: known.commit, checkoutFolder: known.folder, remoteContext },
          environment,
        )
      : null;
  await prepare?.({ cwd, title: 'Prepare', isBaseline: false });

  const place = namesFrom === null ? { cwd } : { cwd, namesFrom };
  const { attestation } = pipeline.origin;
  const meanwhile = (): void => void asked().catch(() => undefined);
  const options = {
    ...place,
    pins: {},
    attestation,
    title: 'Build',
    meanwhile,
    squash: squash?.head ?? null,
  };
  const waits = waitsForVerdict(inputs, settings);
  const head = await buildAndExamine(
    squash?.inputs ?? (waits ? withoutPush(inputs) : inputs),
    options,
    settings.decisions,
    environment,
  );
  const name = builtImageName(inputs, settings.title, cwd);
  const sources = sourcesOf(head.build, inputs.target);
  const origin: RunOrigin = { ...pipeline.origin, commit: (await asked()).commit };
  const heads = (compares ? head.images : []).map(
    ({ analysis }): BaselineHead => ({
      analysis,
      snapshot: createSnapshot(analysis, origin.commit, sources),
      key: keyBuiltImage(inputs, name.key, analysis, pipeline.squash && formatWantedLayers(pipeline.squash)),
    }),
  );
  const fixable = await findFixableFiles(inputs, head.build, place);
  const examined = await withFixes(head, fixable, pipeline, environment);
  const compared = compareHeads
    ? await compareHeads(
        heads,
        headBuild(pipeline, squash?.baseline ?? null, head.build, prepare, environment),
      )
    : NOT_COMPARED;

  const images = examined.map((image, index, { length }) => {
    const { analysis } = image;
    const found = compared.images[index];
    const isPushedNow = isPushed(inputs) && !waits;
    const place = {
      inputs,
      reference: analysis.reference,
      isPushed: isPushedNow,
      isLocal: origin.runUrl === null,
    };
    // Of several platforms one name stands for all.
    const reference =
      length > 1
        ? null
        : squash === null
          ? openableName(place)
          : openableDestination(squash.destinations, isPushedNow);
    return buildReport({
      image,
      settings,
      snapshot: () => heads[index]?.snapshot ?? createSnapshot(analysis, origin.commit, sources),
      compared: found?.compared ?? null,
      fixable,
      openable: reference === null ? null : { reference, platform: null },
      build: describeBuild(head.build, analysis, compared.rebuilt),
      dockerfile: head.build.dockerfile,
      title: name.title,
      key: reportKey(name, inputs.target, formatPlatform(analysis.platform)),
      origin,
      notices: [...head.build.notices, ...(found?.notices ?? [])],
      secrets: environment.secrets,
      now: clock.now(),
    });
  });
  const withheld =
    waits && isOverBudget(images, pipeline) && !pipeline.pushesOverBudget ? pushWithheld(images) : null;
  // The report says so as well, but it may go to a file, or to a comment that nobody asked for.
  if (withheld !== null) environment.log.warn(withheld.message);
  const shown = withheld === null ? images : images.map(image => withNotice(image, withheld));
  const { metadata } = head.build;
  if (squash !== null) {
    const summaries = head.images.flatMap(({ squashed }) => squashed ?? []);
    return { images: shown, metadata: await squash.deliver(summaries, metadata, withheld === null) };
  }
  if (!waits || withheld !== null) return { images: shown, metadata };
  const pushing = { ...options, title: 'Push' };
  return { images, metadata: await pushWeighed(inputs, head, pushing, environment) };
}

function onceAsked<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}

const NOT_COMPARED: ComparedHeads = { images: [], rebuilt: null };

/** A default budget is no wish of the user's: what it fails was pushed before it was there, and still is. */
function waitsForVerdict(inputs: BuildInputs, { budgets, failOn }: Settings): boolean {
  return isPushed(inputs) && (failOn !== 'none' || budgets.some(({ fail }) => fail !== null));
}

function isOverBudget(images: readonly ReportedImage[], { waiver }: BuildPipeline): boolean {
  const reports = images.map(({ report }) => (waiver === null ? report : waivedReport(report, waiver)));
  return worstVerdict(reports) === 'fail';
}

function withNotice(image: ReportedImage, notice: Notice): ReportedImage {
  const notices = [notice, ...image.report.notices];
  return { ...image, report: { ...image.report, notices } };
}

function pushWithheld(images: readonly ReportedImage[]): Notice {
  const isFailedByFindings = images.some(({ report }) => failingFindings(report).length > 0);
  const why = isFailedByFindings ? 'findings fail it (fail-on)' : 'it is over budget';
  return {
    code: 'push-withheld',
    message: `The image was not pushed: ${why}. Set push-over-budget to push it all the same.`,
  };
}

/** FROM is held to what the head resolved it to, so that a moved tag shows on neither side. */
function headBuild(
  { inputs, namesFrom }: BuildPipeline,
  squash: SquashBuild | null,
  { pins }: BuildResult,
  prepare: Prepare | null,
  context: BuildContext,
): HeadBuild {
  return {
    inputs,
    prepare: prepare && (({ cwd }, title) => prepare({ cwd, title, isBaseline: true })),
    build(relocated, { cwd, top }, title) {
      const place = namesFrom === null ? { cwd } : { cwd, namesFrom: top };
      return buildAndWeigh(relocated, { ...place, pins, attestation: null, title, squash }, context);
    },
  };
}

/**
 * Of a build for several platforms nothing is proven: its fixes are the same for each, and stay predictions. Nor is of one that
 * is squashed: what its fixes save is told of the squashed image.
 */
async function withFixes(
  { build, images }: ExaminedBuild,
  files: FixableFiles | null,
  { inputs, fixes: mode, fixCheck, squash }: BuildPipeline,
  environment: Environment,
): Promise<readonly ExaminedImage[]> {
  if (mode === 'off') return images.map(withoutEdits);
  const [image, ...others] = images;
  if (mode === 'predict' || squash !== null || files === null || image === undefined || others.length > 0)
    return images.map(withoutUnproven).map(each => (files === null ? each : withoutRefused(each, files)));
  const fixes = image.fixes.map(({ fix }) => fix);
  if (fixes.length === 0) return images;
  const request = { inputs, pins: build.pins, analysis: image.analysis, files, fixes, check: fixCheck };
  try {
    return [recordProofs(image, await proveFixes(request, environment))];
  } catch (error) {
    // A command that is wrong must not hide the build: nothing is proven, and no edit is offered.
    if (!(error instanceof DeadweightError) || error.code !== 'usage') throw error;
    const notice: Notice = { code: 'fix-check-failed', message: error.message };
    return [{ ...withoutEdits(image), notices: [...image.notices, notice] }];
  }
}
