import { Buffer } from 'node:buffer';
import { readParents } from '../../src/base/commit.ts';
import { parseSize } from '../../src/base/number-text.ts';
import { parsePlatform } from '../../src/base/platform.ts';
import { tipOf } from '../../src/baseline/git/repository.ts';
import { findTagBefore } from '../../src/baseline/git/tag-before.ts';
import { budgetSetting, parseBudget } from '../../src/budget/budget.ts';
import { BUDGET_NAMES } from '../../src/budget/budgets.ts';
import { parseDiveCi } from '../../src/budget/dive-ci.ts';
import { parseGoBytes, parseGoFloat } from '../../src/budget/go-number.ts';
import { readOutput } from '../../src/build/build-output.ts';
import { readSecretSpec, withCachePath, withSecretPath } from '../../src/build/flag-fields.ts';
import { readGitContext, siblingRemote } from '../../src/build/git-context.ts';
import { readList } from '../../src/build/input-list.ts';
import { matchesGlob } from '../../src/github/artifact/artifact-name.ts';
import { readCommitRequest, readEvent } from '../../src/github/event.ts';
import { parseHunks } from '../../src/github/review/diff-hunk.ts';
import { formatSuggestionMarker, parseSuggestionMarker } from '../../src/github/review/own-suggestions.ts';
import { parseEndpoint } from '../../src/image/engine/endpoint.ts';
import { buildHistory, historySchema, inspectSchema } from '../../src/image/engine/engine-wire.ts';
import { findToldFailure } from '../../src/image/engine/told-failure.ts';
import { parseImageReference } from '../../src/image/open-image.ts';
import { parseChallenge } from '../../src/image/registry/registry-authorization.ts';
import { parseReason } from '../../src/image/registry/registry-errors.ts';
import { allowedUrl } from '../../src/image/registry/registry-url.ts';
import { parseDockerName } from '../../src/oci/docker-name.ts';
import { parseJson } from '../../src/oci/parse-json.ts';
import { parseConfig } from '../../src/run/config/config-file.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import { type Language, mutateTextBytes } from '../mutators/text.ts';
import { accept, outcomeOf, require, type Target } from '../target.ts';

/** Readers of one short text: each gets all of them. */
function textTarget(
  facts: Pick<Target, 'name' | 'parsers' | 'accepts' | 'holds'>,
  language: Language,
  check: (text: string) => void,
): Target {
  return {
    ...facts,
    maxMs: 1500,
    generate: random => mutateTextBytes(language, random),
    check: input => check(input.toString('utf8')),
  };
}

const HEX = 'a1'.repeat(32);
const HOME = new URL('https://registry.example.org/');

const references = textTarget(
  {
    name: 'references',
    parsers: [
      'oci/docker-name.ts',
      'image/open-image.ts',
      'image/transports.ts',
      'build/git-context.ts',
      'image/engine/endpoint.ts',
      'base/platform.ts',
      'image/registry/registry-url.ts',
    ],
    accepts: [
      'parseDockerName',
      'parseImageReference',
      'parsePlatform',
      'parseEndpoint',
      'readGitContext',
      'siblingRemote',
      'allowedUrl',
    ],
    holds: 'nothing more',
  },
  {
    seeds: [
      'debian',
      'ghcr.io/a/b:1.2',
      `localhost:5000/x@sha256:${HEX}`,
      'docker-archive:a.tar:app',
      'oci:dir:tag',
      'docker://u:p@h/x',
      'https://github.com/a/b.git#main:dir',
      'git@host:a/b.git#x',
      'ssh://u@h:22/var/run/x.sock',
      'tcp://1.2.3.4:2375',
      'linux/arm/v7',
      '[::1]:80/x',
    ],
    tokens: [
      ':',
      '/',
      '@',
      '#',
      '?',
      '%',
      '%zz',
      '//',
      '..',
      '-',
      '__',
      'docker://',
      'oci:',
      'https://',
      'ssh://',
      '.git',
      'sha256:',
      'A',
      'xn--',
      '[',
      ']',
      '\\',
    ],
  },
  text => {
    outcomeOf(() => accept('parseDockerName', parseDockerName(text)));
    outcomeOf(() => accept('parseImageReference', parseImageReference(text)));
    outcomeOf(() => accept('parsePlatform', parsePlatform(text)));
    outcomeOf(() => accept('parseEndpoint', parseEndpoint(text, 'DOCKER_HOST', null)));
    accept('readGitContext', readGitContext(text));
    accept('siblingRemote', siblingRemote(text, 'https://host/a/b.git'));
    accept('allowedUrl', allowedUrl(text, HOME));
  },
);

const configuration = textTarget(
  {
    name: 'configuration',
    parsers: [
      'run/config/config-file.ts',
      'run/config/rule-options.ts',
      'base/yaml-file.ts',
      'budget/dive-ci.ts',
    ],
    accepts: ['parseConfig', 'parseDiveCi'],
    holds: 'nothing more',
  },
  {
    seeds: [
      'budgets:\n  max-size: 450MB\n  min-efficiency: { warn: 95%, fail: 0.9 }\ncomment: changes\n',
      'rules:\n  lowestEfficiency: 0.9\n  highestWastedBytes: 20MB\n  highestUserWastedPercent: "0.1"\n',
      'rules:\n  apt-lists: off\n  no-user: { level: error, min-bytes: 5MB, ignore-paths: [/srv, "*.log"] }\nfail-on: warning\n',
      'a: &a [1, 2]\nb: *a\n<<: *a\n',
    ],
    tokens: [
      '&a ',
      '*a',
      '<<: ',
      '!!js ',
      '!!binary ',
      '!!set ',
      '? ',
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '|\n',
      '>\n',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '"',
      "'",
      '#',
      '\t',
      '  ',
      '__proto__: ',
      'null',
      '~',
      '.inf',
      '.nan',
      '0x1f',
    ],
  },
  text => {
    outcomeOf(() => accept('parseConfig', parseConfig(text, 'x')));
    outcomeOf(() => accept('parseDiveCi', parseDiveCi(text, 'x')));
  },
);

const numbers = textTarget(
  {
    name: 'numbers',
    parsers: [
      'base/number-text.ts',
      'budget/go-number.ts',
      'budget/limit.ts',
      'budget/budget.ts',
      'build/input-list.ts',
      'build/build-output.ts',
      'build/flag-fields.ts',
    ],
    accepts: [
      'parseSize',
      'parseGoFloat',
      'parseGoBytes',
      'parseBudget',
      'readList',
      'readOutput',
      'readSecretSpec',
    ],
    holds: 'a size is a whole number that is not negative; a secret with another path is the same secret',
  },
  {
    seeds: [
      '450MB',
      '1.5 GiB',
      '95%',
      '0.95',
      'warn 400MB, fail 450MB',
      '1e9',
      '0x1p-2',
      'type=oci,dest=a,tar=false',
      'id=x,"src=a,b"',
      'type=env,id=x,source=A',
      '"a,""b""",c\nd',
      'off',
      '-',
      '1_000',
    ],
    tokens: [
      '.',
      'e',
      'E+',
      '_',
      '0x',
      'p',
      'inf',
      'nan',
      '+',
      '-',
      '%',
      'KiB',
      'warn ',
      'fail: ',
      ',',
      '"',
      '""',
      '=',
      '\r\n',
      '\n',
      '\r',
      ' ',
    ],
  },
  text => {
    const size = accept('parseSize', parseSize(text));
    require(size === null || (Number.isSafeInteger(size) && size >= 0), 'a size is no number of bytes');
    accept('parseGoFloat', parseGoFloat(text));
    accept('parseGoBytes', parseGoBytes(text));
    for (const name of BUDGET_NAMES)
      outcomeOf(() => accept('parseBudget', parseBudget(name, budgetSetting(text))));
    outcomeOf(() => accept('readList', readList(text)));
    outcomeOf(() => accept('readList', readList(text, { keepCommas: true })));
    outcomeOf(() => accept('readOutput', readOutput(text)));
    const secret = accept('readSecretSpec', readSecretSpec(text));
    const moved = readSecretSpec(withSecretPath(text, path => `/x/${path}`));
    require(moved.id === secret.id &&
      moved.variable === secret.variable, 'a secret is another one when it moves');
    require(moved.path === (secret.path && `/x/${secret.path}`), 'a secret is not where it was moved to');
    withCachePath(text, path => path);
  },
);

const headers = textTarget(
  {
    name: 'headers-and-listings',
    parsers: [
      'image/registry/registry-authorization.ts',
      'image/registry/registry-errors.ts',
      'github/review/diff-hunk.ts',
      'github/review/own-suggestions.ts',
      'github/artifact/artifact-name.ts',
      'base/commit.ts',
      'baseline/git/tag-before.ts',
      'baseline/git/repository.ts',
    ],
    accepts: [
      'parseChallenge',
      'parseReason',
      'parseHunks',
      'parseSuggestionMarker',
      'matchesGlob',
      'readParents',
      'tipOf',
      'findTagBefore',
    ],
    holds: 'nothing more',
  },
  {
    seeds: [
      'Bearer realm="https://a/t",service="b",scope="r:x:pull"',
      'Basic realm=x, Bearer realm="y"',
      '{"errors":[{"code":"DENIED","message":"no"}]}',
      '@@ -1,3 +1,4 @@ f\n a\n-b\n+c\n',
      `tree ${HEX}\nparent ${HEX}\n\nmessage`,
      `${HEX}\trefs/heads/main\n`,
      'v1.10.0-rc.2',
      formatSuggestionMarker({ key: 'app', mark: 'a1', head: HEX.slice(0, 40), run: '17025-1' }),
      'deadweight-*-app-*-??d64',
    ],
    tokens: [
      '"',
      '\\"',
      '=',
      ',',
      ' ',
      '\t',
      '@@ ',
      '+',
      '-',
      '\n',
      '*',
      '**',
      '?',
      '[',
      'parent ',
      '.',
      '999999999999',
      '%41',
      '-->',
    ],
  },
  text => {
    accept('parseChallenge', parseChallenge(text));
    accept('parseReason', parseReason(Buffer.from(text)));
    accept('parseHunks', parseHunks(text));
    accept('parseSuggestionMarker', parseSuggestionMarker(text));
    accept('matchesGlob', matchesGlob('deadweight-report-app-linux-amd64', text));
    accept('readParents', readParents(text));
    accept('tipOf', tipOf(text, 'refs/heads/main'));
    accept('findTagBefore', findTagBefore(text, [text, 'v1.9.0', `${text}.1`]));
  },
);

const INSPECTED = JSON.stringify({
  Id: `sha256:${HEX}`,
  Os: 'linux',
  Architecture: 'amd64',
  RootFS: { Layers: [`sha256:${HEX}`] },
  Config: { Labels: { a: 'b' }, User: '' },
  Descriptor: { mediaType: 'x', digest: `sha256:${HEX}`, size: 1 },
  Manifests: [
    {
      Kind: 'image',
      Available: true,
      Descriptor: { digest: `sha256:${HEX}`, size: 1 },
      ImageData: { Platform: { os: 'linux', architecture: 'arm64' } },
      Size: { Content: 5 },
    },
  ],
});
const HISTORY = JSON.stringify([
  { CreatedBy: 'RUN make', Comment: '', Created: 1_700_000_000, Size: 5 },
  { CreatedBy: 'ENV A=b', Created: 0, Size: 0 },
]);

const TOLD_FAILURE = JSON.stringify({ errorDetail: { message: 'gone' }, error: 'gone' });

const engine: Target = {
  name: 'engine-answers',
  parsers: ['image/engine/engine-wire.ts', 'image/engine/told-failure.ts'],
  accepts: ['inspectSchema', 'buildHistory', 'findToldFailure'],
  holds: 'nothing more',
  maxMs: 1000,
  generate: random => mutateJsonBytes([INSPECTED, HISTORY, TOLD_FAILURE], random),
  check(input) {
    // Behind what was sent of an archive, and a line of its own.
    const tail = Buffer.concat([Buffer.alloc(512), input, Buffer.from('\n')]);
    outcomeOf(() => accept('findToldFailure', findToldFailure(tail)));
    outcomeOf(() => accept('inspectSchema', parseJson(input, inspectSchema(), 'The answer')));
    outcomeOf(() => accept('buildHistory', buildHistory(parseJson(input, historySchema(), 'The answer'), 1)));
  },
};

const COMMIT = 'a'.repeat(40);
const REPOSITORY = { private: false, full_name: 'acme/app', fork: false };
const EVENTS = [
  {
    action: 'opened',
    number: 1,
    repository: REPOSITORY,
    pull_request: {
      number: 1,
      title: 'x',
      draft: false,
      labels: [{ name: 'a' }],
      head: { sha: COMMIT, ref: 'b', repo: REPOSITORY },
      base: { sha: COMMIT, ref: 'main', repo: REPOSITORY },
    },
  },
  {
    ref: 'refs/heads/main',
    before: COMMIT,
    after: COMMIT,
    repository: { ...REPOSITORY, default_branch: 'main' },
  },
  {
    workflow_run: {
      id: 5,
      run_attempt: 1,
      event: 'pull_request',
      head_sha: COMMIT,
      head_branch: 'b',
      head_repository: REPOSITORY,
      pull_requests: [],
    },
    repository: REPOSITORY,
  },
].map(event => JSON.stringify(event));
const EVENT_NAMES = [
  'pull_request',
  'pull_request_target',
  'push',
  'workflow_run',
  'issue_comment',
  'merge_group',
  'release',
  'schedule',
];

const events: Target = {
  name: 'github-events',
  parsers: ['github/event.ts', 'github/event-details.ts'],
  accepts: ['pull_request', 'push', 'workflow_run'],
  holds: 'nothing more',
  maxMs: 1000,
  generate: random => mutateJsonBytes(EVENTS, random),
  check(input) {
    for (const name of EVENT_NAMES) {
      const env = {
        GITHUB_EVENT_NAME: name,
        GITHUB_REPOSITORY: 'acme/app',
        GITHUB_SHA: COMMIT,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_RUN_ID: '1',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_API_URL: 'https://api.github.com',
        GITHUB_ACTOR: 'octocat',
      };
      outcomeOf(() => accept(name, readCommitRequest(readEvent(env, input.toString('utf8')))));
    }
  },
};

export const TEXT_TARGETS: readonly Target[] = [references, configuration, numbers, headers, engine, events];
