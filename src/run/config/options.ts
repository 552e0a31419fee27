import { FAIL_ON } from '../../base/fail-on.ts';
import {
  boolean,
  type Command,
  choice,
  type Flag,
  type GivenOptions,
  list,
  OPTIONAL_TEXT,
  type Option,
  optionalChoice,
  readOptions,
  type SettingKind,
  TEXT,
  type ValuesOf,
} from '../../base/option.ts';
import { BASELINES } from '../../baseline/baseline-request.ts';
import type { Budget } from '../../budget/budget.ts';
import { MISSING_BASELINE } from '../../budget/budget-result.ts';
import { OPTION_BUDGET_NAMES, OPTION_BUDGETS } from '../../budget/budgets.ts';
import { BUILD_OPTIONS } from '../../build/build-options.ts';
import { readList } from '../../build/input-list.ts';
import { REPORT_ARTIFACT_GLOB } from '../../github/artifact/artifact-name.ts';
import { COMMENT_POLICIES } from '../../github/comment-policy.ts';
import { ENGINE_STORE_USES } from '../../image/image.ts';
import { TRANSPORTS, targetForms } from '../../image/transports.ts';
import {
  BYTES,
  branch,
  budget,
  LIST_PATH,
  OPTIONAL_COUNT,
  PACKING,
  PATH_OR_FALSE,
  PLATFORM,
  PULL_REQUEST,
  SINGLE_TEXT,
  THRESHOLD,
  TITLE,
  WANTED_LAYERS,
} from './option-kinds.ts';

/**
 * An option that the configuration file may set, too, or may not: what runs commands or widens rights is nothing that
 * a checkout's file decides.
 */
type RunOption<Value> = Option<Value> &
  ({ readonly inFile: true; readonly kind: SettingKind<Value> } | { readonly inFile?: never });

const WEIGHING: readonly Command[] = ['build', 'inspect', 'diff'];
const FIXING: readonly Command[] = [...WEIGHING, 'fix'];
const ALL: readonly Command[] = [...FIXING, 'squash'];
const SQUASH: readonly Command[] = ['squash'];
const EXPLORE: readonly Command[] = ['explore'];
const CACHE: readonly Command[] = ['cache'];
const TREND: readonly Command[] = ['trend'];

function flag(form: string, commands: readonly Command[], rest: Partial<Flag> = {}): Flag {
  return { form, commands, ...rest };
}

const LIST = list(readList);

/** The options that a build alone does not have. Budgets are made from their own table. */
export const OWN_OPTIONS = {
  mode: {
    kind: choice(['build', 'comment'], 'build'),
    description: 'What the step does, `build` (and weigh), or `comment` (on the reports of other jobs)',
    input: 'step',
  },
  image: {
    kind: OPTIONAL_TEXT,
    description: `Weigh this image instead of building one (${TRANSPORTS.filter(
      ({ matches }) => matches === undefined,
    )
      .map(({ prefix }) => `\`${prefix}\``)
      .join(', ')}, the path of an archive, or a name the engine knows)`,
    input: 'image',
  },
  'allow-privileged-build': {
    kind: boolean(false),
    description:
      'Build pull requests on events such as `pull_request_target`, `workflow_run` and `issue_comment`, too, where their code can take your secrets and your token',
    input: 'image',
  },
  'push-over-budget': {
    kind: boolean(false),
    description:
      'Push an image that is over a budget that you set, or that `fail-on` fails, too (it is not pushed otherwise)',
    flags: [flag('--push-over-budget', ['build'], { description: 'push an image that is over budget, too' })],
    input: 'budgets',
  },
  /** Not in the file: it changes the image that is pushed. */
  squash: {
    kind: WANTED_LAYERS,
    description:
      'Merge layers after the build and before the push, `own` (all that the Dockerfile adds), `last:4`, or layers as the report numbers them (`3..7`); the base of the comparison is squashed in the same way',
    flags: [
      flag('--squash <layers>', ['build'], {
        description: 'merge layers before the image goes anywhere: own, last:4 or 3..7',
      }),
    ],
    input: 'image',
  },
  title: {
    kind: TITLE,
    description: "What the report calls the image (default its first tag, or the folder's name)",
    flags: [flag('--title <title>', FIXING, { description: 'what the report calls the image' })],
    input: 'image',
    inFile: true,
  },
  platform: {
    kind: PLATFORM,
    description: 'Platform of a multi-platform image',
    flags: [
      flag('--platform <platform>', ['inspect', 'diff', 'explore']),
      flag('--platform <platform>', SQUASH, {
        description: 'platform of a multi-platform image (default all)',
      }),
    ],
  },
  last: {
    kind: OPTIONAL_COUNT,
    description: 'Merge so many of the last layers',
    flags: [flag('--last <number>', SQUASH)],
  },
  above: {
    kind: OPTIONAL_TEXT,
    description: 'Merge all layers above those of this image',
    flags: [flag('--above <image>', SQUASH)],
  },
  layers: {
    kind: LIST,
    description: 'Merge these layers, numbered as in the report, `3..7`; several ranges are fine',
    flags: [
      flag('--layers <range>', SQUASH, {
        description: 'merge these layers, numbered as in the report: 3..7; may be repeated',
      }),
    ],
  },
  'squash-output': {
    kind: SINGLE_TEXT,
    description: 'Where the image is written to',
    flags: [
      flag('-o, --output <target>', SQUASH, {
        description: `where to write it: ${targetForms().join(', ')}`,
      }),
    ],
  },
  'squash-tag': {
    kind: SINGLE_TEXT,
    description: 'What the written image is called (without an output, a name of the engine)',
    flags: [flag('-t, --tag <name>', SQUASH)],
  },
  'squash-compression': {
    kind: PACKING,
    description: 'How merged layers are packed, `gzip`, `zstd` or `none`, and the level, `zstd:19`',
    flags: [
      flag('--compression <type>', SQUASH, {
        description:
          'how merged layers are packed: gzip, zstd or none, with a level (zstd:19); default as they were',
      }),
    ],
  },
  beside: {
    kind: LIST,
    description: 'An image that shares layers, to say which it would share no longer',
    flags: [
      flag('--beside <image>', SQUASH, {
        description: 'say what would be shared with this image no longer; may be repeated',
      }),
    ],
  },
  base: {
    kind: OPTIONAL_TEXT,
    description: 'The image that FROM names, to tell base layers from own layers',
    flags: [flag('--base <image>', ['inspect', ...EXPLORE])],
  },
  verify: {
    kind: boolean(false),
    description: 'Read and hash all layers completely',
    flags: [flag('--verify', ['inspect'])],
  },
  findings: {
    kind: boolean(true),
    description: 'Look for findings and packages',
    flags: [
      flag('--no-findings', ['inspect'], {
        description: 'only weigh, without findings and packages',
        means: 'false',
      }),
    ],
  },
  against: {
    kind: OPTIONAL_TEXT,
    description: 'Git ref to compare with, `auto` (the base commit of the event) or `none`',
    default: 'auto',
    flags: [
      flag('--against <ref>', ['build'], { description: 'compare with the image that this git ref builds' }),
    ],
    input: 'comparison',
  },
  baseline: {
    kind: choice(BASELINES, 'auto'),
    description:
      'Where the base comes from, `rebuild` (built here), `cache` (a snapshot that a run on `push` left in the Actions cache, of the base commit or its nearest ancestor), `registry`, `file`, `none`, or `auto` (the exact snapshot, else a rebuild)',
    input: 'comparison',
  },
  'baseline-file': {
    kind: LIST,
    description: 'Path of the snapshot to compare with for `file`, or a list with one per platform',
    flags: [
      flag('--baseline-file <file>', ['build'], {
        description: 'compare with a snapshot (one per platform)',
      }),
    ],
    input: 'comparison',
  },
  'baseline-image': {
    kind: OPTIONAL_TEXT,
    description:
      'Image to compare with for `registry`, with `{sha}` and `{branch}` of the base in it (`ghcr.io/owner/app:{sha}`)',
    flags: [
      flag('--baseline-image <image>', ['build'], {
        description: 'compare with an image of a registry ({sha} is the commit of --against)',
      }),
    ],
    input: 'comparison',
  },
  /** Never a key of the file: it runs what it says. */
  prepare: {
    kind: OPTIONAL_TEXT,
    description:
      'Command that makes generated files, run on both sides before their build (`npm ci && npm run build`); the base starts from the files of its commit, and no tokens are in the environment of the command',
    flags: [
      flag('--prepare <command>', ['build'], {
        description: 'run a command on both sides before the build, for generated files',
      }),
    ],
    input: 'comparison',
  },
  comment: {
    kind: choice(COMMENT_POLICIES, 'auto'),
    description:
      'When the pull request gets a comment, `auto` (something changed, or one is there already), `always`, `on-change`, `on-failure` or `never`',
    input: 'comparison',
    inFile: true,
  },
  'comment-threshold': {
    kind: THRESHOLD,
    description:
      'What counts as changed for `auto` and `on-change`, a size or a percentage of the base image',
    input: 'comparison',
  },
  fix: {
    kind: choice(['off', 'predict', 'prove'], 'predict'),
    description:
      'How far fixes go, `predict` (edits of the Dockerfile and what they would save), `prove` (builds each edit to measure what it saves), or `off` (words only)',
    input: 'comparison',
  },
  prove: {
    kind: boolean(false),
    description: 'Build the Dockerfile with each fix to measure what it saves',
    flags: [
      flag('--prove', ['build']),
      flag('--prove', ['fix'], {
        description: 'build the Dockerfile with each fix, and keep the fixes that save something',
      }),
    ],
  },
  /** Never a key of the file: it runs what it says. */
  'fix-check': {
    kind: OPTIONAL_TEXT,
    description:
      'Command that must succeed in the image with each fix that is proven, as it does in the image without (`myapp --version`): run by `/bin/sh` as a build step, as the user of the image, without network and secrets, for 5 minutes at most',
    flags: [
      flag('--fix-check <command>', ['build', 'fix'], {
        description: 'with --prove, keep a fix only if this command still succeeds in the image',
      }),
    ],
    input: 'comparison',
  },
  only: {
    kind: LIST,
    description: 'Make the fixes of these rules alone (`pip-cache`); several are fine',
    flags: [
      flag('--only <rule>', ['fix'], { description: 'make the fixes of this rule alone; may be repeated' }),
    ],
  },
  interactive: {
    kind: boolean(false),
    description: 'Ask before each fix, with what it changes',
    flags: [flag('--interactive', ['fix'])],
  },
  'dry-run': {
    kind: boolean(false),
    description: 'Show what would be written, and write nothing',
    flags: [flag('--dry-run', ['fix', 'squash'])],
  },
  suggest: {
    kind: boolean(true),
    description:
      'Suggest safe fixes on the lines that the pull request touches, to commit with one click (not with `comment never`); all other fixes are annotations',
    input: 'comparison',
  },
  'github-token': {
    kind: TEXT,
    description:
      'Token that posts the comment and the suggestions; needs `pull-requests write`, and `actions read` to read artifacts in mode `comment`',
    default: `\${{ github.token }}`,
    input: 'comparison',
  },
  'pr-number': {
    kind: PULL_REQUEST,
    description:
      'Number of the pull request to comment on and to compare as, for events that name none (`workflow_dispatch`, `schedule`)',
    input: 'comparison',
  },
  /** null waives nothing. */
  'waive-label': {
    kind: OPTIONAL_TEXT,
    description: 'Label that lets a pull request exceed its budgets; the verdict is then at most `warn`',
    default: 'deadweight: waive',
    input: 'comparison',
  },
  upload: {
    kind: boolean(false),
    description: 'Upload the report as an artifact, for a job in mode `comment`',
    input: 'jobs',
  },
  reports: {
    kind: list(readList, REPORT_ARTIFACT_GLOB),
    description:
      'List of what to comment on in mode `comment`, names of artifacts (`deadweight-report-*`) or paths of JSON reports (`reports/**/*.json`)',
    input: 'jobs',
  },
  expected: {
    kind: LIST,
    description:
      'List of images that must have a report in mode `comment` (`app`, `app · linux/arm64`); the comment names the missing ones',
    input: 'jobs',
  },
  config: {
    kind: OPTIONAL_TEXT,
    description: 'Configuration file (default `.deadweight.yml` where there is one)',
    flags: [flag('--config <file>', [...FIXING, ...EXPLORE, ...CACHE])],
    input: 'budgets',
  },
  'dive-ci': {
    kind: PATH_OR_FALSE,
    description: 'Path of a `.dive-ci` file (default `.dive-ci` where there is one), or `false`',
    flags: [
      flag('--dive-ci <file>', WEIGHING, {
        description: 'dive rules (default .dive-ci where there is one)',
      }),
      flag('--no-dive-ci', WEIGHING, { description: 'ignore a .dive-ci file', means: 'false' }),
    ],
    input: 'budgets',
    inFile: true,
  },
  'missing-baseline': {
    kind: choice(MISSING_BASELINE, 'warn'),
    description:
      'What becomes of a budget that needs a base (`max-size-increase`) where there is none, `warn` or `fail`',
    flags: [
      flag('--missing-baseline <verdict>', ['build'], {
        description: 'warn or fail where a budget needs a base and there is none',
      }),
    ],
    input: 'budgets',
    inFile: true,
  },
  'fail-on': {
    kind: optionalChoice(FAIL_ON),
    description:
      'Level of findings that fail the run, `error`, `warning` (and `error`), `info` (all of them) or `none` (default `none`)',
    flags: [
      flag('--fail-on <level>', WEIGHING, {
        description: 'fail where there is a finding of this level or above: error, warning, info, none',
      }),
    ],
    input: 'budgets',
    inFile: true,
  },
  json: {
    kind: SINGLE_TEXT,
    description: 'Path of the JSON report (default a temporary file)',
    flags: [
      flag('--json <file>', ALL, { description: 'write the JSON report (- is standard output)' }),
      flag('--json <file>', [...TREND, ...CACHE], {
        description: 'write what is shown as JSON (- is standard output)',
      }),
    ],
    input: 'reports',
  },
  markdown: {
    kind: SINGLE_TEXT,
    description: 'Path of the comment as a file (default a temporary file)',
    flags: [
      flag('--markdown <file>', WEIGHING, {
        description: 'write the report as a pull request comment (- is standard output)',
      }),
    ],
    input: 'reports',
  },
  snapshot: {
    kind: SINGLE_TEXT,
    description: 'Path of the snapshot, for a later `deadweight diff` (default a temporary file)',
    flags: [flag('--snapshot <file>', WEIGHING, { description: 'write a snapshot for a later diff' })],
    input: 'reports',
  },
  shared: {
    kind: boolean(false),
    description: 'Say what several images share, and what they could',
    flags: [flag('--shared', ['inspect'])],
  },
  html: {
    kind: SINGLE_TEXT,
    description:
      'Path of a page that shows all files, lines and fixes; it is uploaded as an artifact, too, and the comment links to it',
    flags: [
      flag('--html <file>', ALL, {
        description: 'write a page that shows all files, lines and fixes (- is standard output)',
      }),
    ],
    input: 'reports',
  },
  'html-source': {
    kind: boolean(true),
    description: 'Whether the page of `html` has the text of the Dockerfile',
    flags: [
      flag('--no-html-source', FIXING, {
        description: "leave the Dockerfile's text out of the page",
        means: 'false',
      }),
    ],
    input: 'reports',
  },
  files: {
    kind: LIST_PATH,
    description: 'Path of a list of all files, `.csv` or `.ndjson`',
    flags: [
      flag('--files <file>', WEIGHING, {
        description: 'write a list of all files: .csv or .ndjson (- is NDJSON on standard output)',
      }),
    ],
  },
  /** Not in the file: it writes to the repository. */
  history: {
    kind: boolean(false),
    description:
      'Write the weight of each push to the default branch to the branch `history-branch` of this repository; needs `contents write`',
    input: 'reports',
  },
  'history-branch': {
    kind: branch('deadweight-history'),
    description: 'Branch that holds the history of the weight',
    flags: [flag('--history-branch <branch>', TREND)],
    input: 'reports',
  },
  'history-path': {
    kind: SINGLE_TEXT,
    description: 'Where the history is, instead of a branch of this clone',
    flags: [
      flag('--history <path>', TREND, {
        description:
          'read this file, or the folder of a checkout of the branch, instead of a branch of the clone',
      }),
    ],
  },
  badge: {
    kind: SINGLE_TEXT,
    description: 'Path of a badge with the size of the image',
    flags: [
      flag('--badge <file>', TREND, { description: 'write an SVG with the size (- is standard output)' }),
    ],
  },
  'engine-store': {
    kind: choice(ENGINE_STORE_USES, 'auto'),
    description:
      "How images of an engine are read, `auto` (from the engine's own files where it is on this machine and they may be read, else through its API), `sudo` (with `sudo -n`, where only root may read them) or `api`",
    flags: [
      flag('--engine-store <how>', [...ALL, ...EXPLORE], {
        description: 'how images of an engine are read: auto (its own files where they may be), sudo or api',
      }),
    ],
    // Not in the file: `sudo` widens rights.
    input: 'image',
  },
  'scan-cache-size': {
    kind: BYTES,
    description: 'Most bytes of all stored scans of layers (default 256 MB; 0 stores none)',
    flags: [flag('--scan-cache-size <size>', [...ALL, ...EXPLORE, ...CACHE])],
    // Not in the file: the store is of all checkouts of a user.
    input: 'image',
  },
  'layer-cache-size': {
    kind: BYTES,
    description: 'Most bytes of all kept layers of builds (default 2 GB; 0 keeps none)',
    flags: [flag('--layer-cache-size <size>', ['build', 'fix', ...CACHE])],
    // Not in the file: as that of scans.
    input: 'image',
  },
  clear: {
    kind: boolean(false),
    description: 'Remove the stored scans, the kept layers and the compiled code',
    flags: [flag('--clear', CACHE)],
  },
  quiet: {
    kind: boolean(false),
    description: 'Print the report and nothing else',
    flags: [flag('-q, --quiet', ALL)],
  },
  color: {
    kind: boolean(true),
    description: 'Colours, where the terminal has them',
    flags: [
      flag('--no-color', [...ALL, ...EXPLORE, ...TREND, 'explain'], {
        description: 'plain text, also with NO_COLOR set',
        means: 'false',
      }),
    ],
  },
  debug: {
    kind: boolean(false),
    description: 'Print each step',
    flags: [flag('--debug', [...ALL, ...EXPLORE])],
  },
} satisfies Readonly<Record<string, RunOption<unknown>>>;

type OwnOptions = typeof OWN_OPTIONS;

/** The options that the configuration file may set. */
export type SettingName = {
  [Name in keyof OwnOptions]: OwnOptions[Name] extends { readonly inFile: true } ? Name : never;
}[keyof OwnOptions];

const BUDGET_OPTIONS = OPTION_BUDGET_NAMES.map((name): readonly [string, Option<Budget | null>] => {
  const { description, limit } = OPTION_BUDGETS[name];
  const heading = 'Budgets (also: "warn 400MB, fail 450MB"):';
  const flags = [flag(`--${name} <${limit.placeholder}>`, WEIGHING, { heading })];
  return [name, { kind: budget(name), description, flags, input: 'budgets' }];
});

/** Every option that there is, in the order of the help. */
export const OPTIONS: readonly (readonly [name: string, option: RunOption<unknown>])[] = [
  ...Object.entries(OWN_OPTIONS),
  ...BUDGET_OPTIONS,
  ...Object.entries(BUILD_OPTIONS),
];

/** The options that name where something is written about an image. */
const REPORT_OPTIONS = ['json', 'markdown', 'html', 'snapshot', 'files', 'badge'] as const;

/** Whether an option names where something is written about an image. */
export function isReportOption(name: string): boolean {
  return REPORT_OPTIONS.some(each => each === name);
}

/** Where something is to be written about an image, `-` for standard output. */
export function reportPaths(options: Pick<OptionValues, (typeof REPORT_OPTIONS)[number]>): readonly string[] {
  return REPORT_OPTIONS.map(name => options[name]).filter(path => path !== null);
}

/** What was said by options other than those of the build. */
export interface OptionValues extends ValuesOf<typeof OWN_OPTIONS> {
  /** Those that were given. */
  readonly budgets: readonly Budget[];
}

/** @throws DeadweightError `usage`, `config-invalid` */
export function readOwnOptions(given: GivenOptions): OptionValues {
  const budgets = BUDGET_OPTIONS.flatMap(
    ([name, option]) => option.kind.read(given.texts(name, option), given.label(name)) ?? [],
  );
  return { ...readOptions<ValuesOf<typeof OWN_OPTIONS>>(OWN_OPTIONS, given), budgets };
}
