/**
 * Where a build of Deadweight differs from one of docker/build-push-action on purpose, and why. The tests hold every
 * row of that action's own tests of arguments against ours: a row is the same call, or names one of these. The page of
 * inputs shows them. Markdown.
 */
export const DROP_IN_DIFFERENCES = {
  'default-context':
    "The default context, and `{{defaultContext}}`, are the checkout and not a second clone of the repository: the baseline is built from the checkout, too, and what earlier steps made is in it. The job's token still goes to the build as `GIT_AUTH_TOKEN` of GitHub's host. `BUILDX_SEND_GIT_QUERY_AS_INPUT` and `DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF` have nothing to say then.",
  'git-in-context':
    'The checkout as the context holds `.git`, and `.git/config` holds the token of the job where `actions/checkout` wrote it there (`persist-credentials`): `COPY . .` puts both into the image. Add `.git` to the .dockerignore, and set `persist-credentials: false` on `actions/checkout`.',
  'comment-token': '`github-token` also posts the comment and the suggestions.',
  'weighed-output':
    'The image is also written as an OCI layout to weigh, except where the engine has it. `load` and `push` become `--output`, because that layout has to come last.',
  'inline-cache': 'The image carries its cache (`--cache-to type=inline`); `inline-cache: false` omits it.',
  progress:
    'Buildx reports its progress as JSON, from which the log is made, and its provenance in mode `max`, which tells the line of each layer.',
  'push-without-name':
    'What Buildx refuses (a `push` without a tag, `load` of several platforms) is refused before the build, with what to do.',
  'push-over-budget':
    'An image over a budget that you set is not pushed. `push-over-budget: true` pushes it all the same.',
  'graph-driver':
    'The `docker` driver without the containerd image store cannot attest provenance, so none is attested there by default, where docker/build-push-action fails.',
  'private-by-default':
    'Provenance is kept minimal where the event does not say whether the repository is private.',
  'git-login':
    "A `GIT_AUTH_TOKEN` for GitHub's host that you give in any way is kept, and any `https` address of the run's own repository gets the job's token, also at another commit and in `build-contexts`.",
  'secret-names': 'White space before the name of a secret is no part of it.',
  'metadata-arguments':
    'The output `metadata` and the log leave out the values of build arguments, unless `BUILDX_METADATA_PROVENANCE` is `max`.',
  'credential-arguments':
    'The value of a build argument whose name says that it is a credential (`NPM_TOKEN`) goes to docker in its environment, and not on its command line, which any user of the machine can read.',
  'build-summary':
    'The summary of a build names build arguments without their values, and has no log of what failed, which the report has.',
  'log-groups':
    'The log has the groups of the proxy, of Buildx, of the builder and of what was built, and none of `docker version`, `docker info` and the rights of the token.',
  'old-buildx':
    'Buildx 0.26 or newer is needed for lines and sizes. Inputs that an older one does not know are passed all the same, and it refuses them.',
} as const;

export type DropInDifference = keyof typeof DROP_IN_DIFFERENCES;
