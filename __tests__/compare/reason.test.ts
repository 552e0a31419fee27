import { describe, expect, it } from 'vitest';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Cause, Comparison } from '../../src/compare/comparison.ts';
import type { Snapshot } from '../../src/compare/snapshot.ts';
import { createSnapshot, sourcesOf } from '../../src/compare/snapshot-of.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import type { IgnoreSource } from '../../src/dockerfile/ignore-file.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus } from '../support/fabricate/dpkg.ts';

type Files = Readonly<Record<string, number>>;

interface Built {
  readonly dockerfile: readonly string[];
  /** What instructions wrote, by their line. */
  readonly wrote: Readonly<Record<number, Files>>;
  readonly packages?: DpkgPackages;
  readonly deletes?: Readonly<Record<number, readonly string[]>>;
  readonly ignore?: string | null;
  readonly target?: string;
  /** Whether only the instructions of layers are known. */
  readonly isBare?: boolean;
}

function build({
  dockerfile,
  wrote,
  packages = {},
  deletes = {},
  ignore = '',
  target = '',
  isBare = false,
}: Built): Snapshot {
  const text = `${dockerfile.join('\n')}\n`;
  const parsed = parseDockerfile(text, 'Dockerfile');
  const lines = Object.keys(wrote).map(Number);
  const layers = lines.map((line, index) => {
    const instruction = parsed.instructions.find(({ startLine }) => startLine === line);
    const texts = { ...dpkgStatus(packages), ...dpkgLists(packages) };
    return {
      text: instruction?.text ?? '',
      line,
      files: wrote[line] ?? {},
      deletes: [...(deletes[line] ?? [])],
      ...(index === lines.length - 1 && Object.keys(packages).length > 0 ? { texts } : {}),
    };
  });
  const base = { base: true as const, text: 'FROM debian', files: { 'bin/sh': 100 } };
  const sources = isBare ? null : sourcesOf({ dockerfile: parsed, ignoreFile: ignoreSource(ignore) }, target);
  return createSnapshot(fabricate([base, ...layers]), null, sources);
}

function ignoreSource(text: string | null): IgnoreSource | null {
  return text === null ? null : { path: text === '' ? null : '.dockerignore', text };
}

function compare(before: Built, after: Built): Comparison {
  return compareSnapshots(build(before), build(after));
}

/** Reasons of causes by their first package or path. */
function reasons({ causes }: Comparison): Readonly<Record<string, Cause['reason']>> {
  const named = causes.map(({ packages, files, reason }): [string, Cause['reason']] => {
    return [packages[0]?.name ?? files[0]?.path ?? '', reason];
  });
  return Object.fromEntries(named.filter(([name]) => !name.startsWith('var/lib/dpkg')));
}

const LISTS = { 'var/lib/apt/lists/a_Packages': 900, 'var/lib/apt/lists/b_Packages': 800 };
const INSTALL = 'apt-get update && apt-get install -y git';

describe('files that went', () => {
  const before: Built = {
    dockerfile: ['FROM debian', `RUN ${INSTALL}`],
    wrote: { 2: { ...LISTS, git: 50 } },
  };

  it.each([
    ['above them', '/var/lib/apt'],
    ['right there, with a slash', '/var/lib/apt/lists/'],
  ])('are in a cache mount (%s)', (_name, target) => {
    const run = `RUN --mount=type=cache,target=${target} ${INSTALL}`;
    const found = reasons(compare(before, { dockerfile: ['FROM debian', run], wrote: { 2: { git: 50 } } }));
    expect(found).toEqual({
      'var/lib/apt/lists/': { kind: 'cache-mount', instruction: expect.objectContaining({ text: run }) },
    });
  });

  it.each([
    ['elsewhere', 'RUN --mount=type=cache,target=/var/lib/apt/listsx apt-get update'],
    ['of another kind', 'RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update'],
    ['by a deletion', `RUN ${INSTALL} && rm -rf /var/lib/apt/lists/*`],
  ])('%s have no such reason', (_name, run) => {
    const found = reasons(compare(before, { dockerfile: ['FROM debian', run], wrote: { 2: { git: 50 } } }));
    expect(found).toEqual({ 'var/lib/apt/lists/': null });
  });

  it('are not in the mount of another instruction', () => {
    const vim = 'RUN --mount=type=cache,target=/var/lib/apt apt-get install -y vim';
    const found = compare(
      {
        dockerfile: ['FROM debian', `RUN ${INSTALL}`, vim],
        wrote: { 2: { ...LISTS, git: 50 }, 3: { vim: 9 } },
      },
      {
        dockerfile: ['FROM debian', `RUN ${INSTALL} && rm -rf /var/lib/apt/lists/*`, vim],
        wrote: { 2: { git: 50 }, 3: { vim: 9 } },
      },
    );
    expect(reasons(found)).toEqual({ 'var/lib/apt/lists/': null });
  });

  it('were in that mount before, too: something else took them away', () => {
    const run = `RUN --mount=type=cache,target=/var/lib/apt ${INSTALL}`;
    const mounted = { ...before, dockerfile: ['FROM debian', run] };
    const found = reasons(
      compare(mounted, { dockerfile: ['FROM debian', `${run} curl`], wrote: { 2: { git: 50 } } }),
    );
    expect(found).toEqual({ 'var/lib/apt/lists/': null });
  });
});

describe('files that came', () => {
  it('were deleted by the command that is gone', () => {
    const found = compare(
      {
        dockerfile: ['FROM debian', `RUN ${INSTALL} && rm -rf /tmp/x /var/lib/apt/lists/*`],
        wrote: { 2: { git: 50 } },
      },
      { dockerfile: ['FROM debian', `RUN ${INSTALL}`], wrote: { 2: { git: 50, ...LISTS } } },
    );
    expect(reasons(found)).toEqual({
      'var/lib/apt/lists/': { kind: 'command-gone', command: 'rm -rf /var/lib/apt/lists/*' },
    });
  });

  it('are not told of a deletion that is still there, or of other files', () => {
    const rm = `RUN ${INSTALL} && rm -rf /var/lib/apt/lists/*`;
    const kept = {
      dockerfile: ['FROM debian', `${rm} && apt-get update`],
      wrote: { 2: { git: 50, ...LISTS } },
    };
    expect(reasons(compare({ dockerfile: ['FROM debian', rm], wrote: { 2: { git: 50 } } }, kept))).toEqual({
      'var/lib/apt/lists/': null,
    });
    const other = {
      dockerfile: ['FROM debian', `RUN ${INSTALL}`],
      wrote: { 2: { git: 50, 'var/lib/apt/listsx': 9 } },
    };
    expect(reasons(compare({ dockerfile: ['FROM debian', rm], wrote: { 2: { git: 50 } } }, other))).toEqual({
      'var/lib/apt/listsx': null,
    });
  });
});

it('what a later instruction deletes has its reason there', () => {
  const found = compare(
    {
      dockerfile: ['FROM debian', `RUN ${INSTALL} && rm -rf /var/lib/apt/lists/*`],
      wrote: { 2: { git: 50 } },
    },
    {
      dockerfile: ['FROM debian', `RUN ${INSTALL}`, 'RUN rm -rf /var/lib/apt/lists/*'],
      wrote: {
        2: { git: 50, ...LISTS },
        3: {},
      },
      deletes: { 3: Object.keys(LISTS) },
    },
  );
  expect(found.causes).toMatchObject([{ kind: 'waste', change: 'added', reason: null }]);
});

describe('a command that is gone is no reason', () => {
  const wrote = { 2: { 'usr/bin/app': 10 } };
  it.each([
    ['of another instruction', 'make && rm -rf /tmp/*', 'curl -o /tmp/model.bin x', 'tmp/model.bin'],
    ['that ran first', 'rm -rf /srv/data/* && make', 'make && curl -o /srv/data/m x', 'srv/data/m'],
    ['where something is new', 'make && rm -rf /tmp/*', 'make && cp a /tmp/a', 'tmp/a'],
    ['that deletes no directories', 'make && rm -f /tmp/*', 'make', 'tmp/cache/a'],
    ['that ran in case of a failure', 'make || rm -rf /tmp/*', 'make', 'tmp/a'],
    ['before what is still run', 'rm -rf /tmp/* && make', 'make', 'tmp/a'],
  ])('%s', (_name, before, after, path) => {
    const found = compare(
      { dockerfile: ['FROM debian', `RUN ${before}`], wrote },
      { dockerfile: ['FROM debian', `RUN ${after}`], wrote: { 2: { ...wrote[2], [path]: 900 } } },
    );
    expect(reasons(found)).toEqual({ [path]: null });
  });

  it('of files that several instructions wrote', () => {
    const files = (name: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`tmp/x/${name}${i}`, 9]));
    const found = compare(
      { dockerfile: ['FROM debian', 'RUN make && rm -rf /tmp/*'], wrote },
      {
        dockerfile: ['FROM debian', 'RUN make', 'COPY samples /tmp/x/'],
        wrote: { 2: { ...wrote[2], ...files('a') }, 3: files('b') },
      },
    );
    expect(Object.values(reasons(found))).toEqual([null]);
  });
});

describe('packages', () => {
  const GCC: DpkgPackages = { gcc: ['12', 'usr/bin/gcc'] };
  const install = 'RUN apt-get install -y gcc && make';
  const without: Built = {
    dockerfile: ['FROM debian', `${install} && apt-get purge -y --auto-remove gcc`],
    wrote: { 2: { 'usr/bin/app': 10 } },
  };
  const with_: Built = {
    dockerfile: ['FROM debian', install],
    wrote: { 2: { 'usr/bin/app': 10, 'usr/bin/gcc': 5000 } },
    packages: GCC,
  };

  it('stay, as nothing purges them any more', () => {
    expect(reasons(compare(without, with_))).toEqual({
      gcc: { kind: 'command-gone', command: 'apt-get purge' },
    });
  });

  it('that are named for the first time came for that', () => {
    const more = {
      ...with_,
      dockerfile: ['FROM debian', 'RUN apt-get install -y gcc vim && make'],
      wrote: { 2: { 'usr/bin/app': 10, 'usr/bin/gcc': 5000, 'usr/bin/vim': 5000 } },
      packages: { ...GCC, vim: ['9', 'usr/bin/vim'] } satisfies DpkgPackages,
    };
    expect(reasons(compare(without, more))).toEqual({ gcc: null });
  });

  it('stay, as what was needed no more is not purged', () => {
    const run = 'set -eux; apt-get install -y gcc; make';
    const before = {
      ...without,
      dockerfile: ['FROM debian', `RUN ${run}; apt-get purge -y --auto-remove; app`],
    };
    const after = { ...with_, dockerfile: ['FROM debian', `RUN ${run}; app`] };
    expect(reasons(compare(before, after))).toEqual({
      gcc: { kind: 'command-gone', command: 'apt-get purge' },
    });
  });

  it('are not told to stay where the baseline did not install them', () => {
    const curl = {
      ...without,
      dockerfile: ['FROM debian', 'RUN apt-get install -y curl && make && apt-get purge -y curl'],
    };
    expect(reasons(compare(curl, with_))).toEqual({ gcc: null });
  });

  it('came with an option that is gone', () => {
    const before = {
      dockerfile: ['FROM debian', 'RUN apt-get install -y --no-install-recommends git'],
      wrote: { 2: { git: 1 } },
    };
    const after = {
      dockerfile: ['FROM debian', 'RUN apt-get install -y git'],
      wrote: { 2: { git: 1, 'usr/bin/gcc': 9 } },
      packages: GCC,
    };
    expect(reasons(compare(before, after))).toEqual({
      gcc: { kind: 'option-gone', option: '--no-install-recommends' },
    });
  });

  it.each([
    ['another package manager', 'pip uninstall -y setuptools && apt-get install -y gcc && make', ''],
    ['other packages', 'apt-get install -y gcc && make && apt-get purge -y wget', ''],
  ])('are not told to stay where the command removed %s', (_name, before) => {
    const removed = { ...without, dockerfile: ['FROM debian', `RUN ${before}`] };
    expect(reasons(compare(removed, with_))).toEqual({ gcc: null });
  });

  it.each([
    ['is run by a script now', './install.sh'],
    ['is spelt another way', 'apt-get -o APT::Install-Recommends=false install -y git'],
    ['installs something else', 'apt-get install -y hg'],
  ])('did not come with an option where the RUN %s', (_name, run) => {
    const install_ = 'RUN apt-get install -y --no-install-recommends git';
    const before = { dockerfile: ['FROM debian', install_], wrote: { 2: { git: 1 } } };
    const wrote = { 2: { git: 1, 'usr/bin/gcc': 9 } };
    const after = { dockerfile: ['FROM debian', `RUN ${run}`], wrote, packages: GCC };
    expect(reasons(compare(before, after))).toEqual({ gcc: null });
  });

  it.each([
    ['only runs them', 'RUN gcc -o /app a.c', 'COPY --from=build /app /app'],
    ['removes them', 'RUN apt-get purge -y gcc && make', 'COPY --from=build /app /app'],
    ['nobody takes from', 'RUN apt-get install -y gcc', 'COPY app /app'],
  ])('are in no stage that %s', (_name, run, copy) => {
    const dockerfile = ['FROM gcc AS build', run, 'FROM debian', copy];
    expect(reasons(compare(with_, { dockerfile, wrote: { 4: { 'usr/bin/app': 10 } } }))).toEqual({
      gcc: null,
    });
  });

  it('are not looked for where an argument chooses the stages', () => {
    const dockerfile = [
      'ARG V=full',
      'FROM debian AS full',
      install,
      'FROM debian AS slim',
      'FROM $V',
      'COPY --from=full /a /a',
    ];
    expect(reasons(compare(with_, { dockerfile, wrote: { 6: { 'usr/bin/app': 10 } } }))).toEqual({
      gcc: null,
    });
  });

  const staged = ['FROM debian AS Build', install, 'FROM debian', 'COPY --from=build /usr/bin/app /usr/bin/'];

  it('are in a stage that does not ship', () => {
    const after = { dockerfile: staged, wrote: { 4: { 'usr/bin/app': 10 } } };
    expect(reasons(compare(with_, after))).toEqual({
      gcc: { kind: 'build-stage', stage: 'build', instruction: expect.objectContaining({ startLine: 2 }) },
    });
  });

  it.each([
    [
      'the stage was there before',
      {
        ...with_,
        dockerfile: [...staged.slice(0, 2), 'FROM debian', install, 'COPY --from=build /x /x'],
        wrote: { 4: with_.wrote[2] ?? {} },
      },
      {},
    ],
    ['it is what ships', with_, { target: 'build' }],
    ['the Dockerfile is not known', with_, { isBare: true }],
  ])('are in no such stage where %s', (_name, before, more) => {
    const wrote = 'target' in more ? { 2: { 'usr/bin/app': 10 } } : { 4: { 'usr/bin/app': 10 } };
    expect(reasons(compare(before, { dockerfile: staged, wrote, ...more }))).toEqual({ gcc: null });
  });
});

describe('the ignore file', () => {
  const dockerfile = ['FROM debian', 'WORKDIR /srv', 'COPY . app', 'COPY web/ /www/'];
  const all = {
    3: { 'srv/app/a.js': 5, 'srv/app/.git/x': 70, 'srv/app/.git/y': 9 },
    4: { 'www/a.map': 40, 'www/a': 1 },
  };
  const few = { 3: { 'srv/app/a.js': 5 }, 4: { 'www/a': 1 } };

  it.each([
    ['', '.git\n**/*.map\n', 'added'],
    ['*.md\n', '.git\nweb/*.map\n', 'changed'],
  ] as const)('leaves out what went (%j, %j)', (before, after, change) => {
    const found = compare(
      { dockerfile, wrote: all, ignore: before },
      { dockerfile, wrote: few, ignore: after },
    );
    expect(reasons(found)).toEqual({
      'srv/app/.git/': { kind: 'ignore-file', change, path: '.dockerignore' },
      'www/a.map': { kind: 'ignore-file', change, path: '.dockerignore' },
    });
  });

  it.each([
    ['is gone', dockerfile, dockerfile.slice(0, 3), { 3: few[3] }],
    ['has another source', dockerfile, [...dockerfile.slice(0, 3), 'COPY site/ /www/'], few],
  ])('is no reason where the COPY %s', (_name, before, after, wrote) => {
    const found = compare(
      { dockerfile: before, wrote: all, ignore: '' },
      { dockerfile: after, wrote, ignore: '.git\nweb\nsite\n' },
    );
    expect(Object.entries(reasons(found)).filter(([path]) => path.startsWith('www'))).toEqual(
      expect.not.arrayContaining([[expect.anything(), expect.objectContaining({ kind: 'ignore-file' })]]),
    );
  });

  it('lets in what came', () => {
    const found = compare(
      { dockerfile, wrote: few, ignore: '.git\n**/*.map\n!web/b\n' },
      { dockerfile, wrote: all, ignore: '' },
    );
    expect(reasons(found)).toEqual({
      'srv/app/.git/': { kind: 'ignore-file', change: 'removed', path: '.dockerignore' },
      'www/a.map': { kind: 'ignore-file', change: 'removed', path: '.dockerignore' },
    });
  });

  it.each([
    ['says nothing of the files', '', 'docs\n'],
    ['did not change', '.git\nweb/*.map\n', '.git\nweb/*.map\n'],
    ['is not known', null, '.git\nweb/*.map\n'],
    ['leaves out one of them only', '', '.git/x\nweb/b.map'],
    ['has an exception for them', '', '.git\n!.git/*\nweb/*.map\n!web/a.map\n'],
  ])('is no reason where it %s', (_name, before, after) => {
    const found = compare(
      { dockerfile, wrote: all, ignore: before },
      { dockerfile, wrote: few, ignore: after },
    );
    expect(reasons(found)).toEqual({ 'srv/app/.git/': null, 'www/a.map': null });
  });
});

describe('settings', () => {
  const wrote = { 3: { a: 1 } };

  it('are told where an image has them and the other has not, word for word', () => {
    const found = compare(
      { dockerfile: ['FROM debian', 'ENV A=1', 'COPY a /', 'USER app', 'LABEL a=1', 'LABEL a=1'], wrote },
      {
        dockerfile: ['FROM debian', 'ENV A=2', 'COPY a /', 'USER app', 'LABEL a=1', '# a word', 'CMD ["a"]'],
        wrote,
      },
    );
    expect(
      found.settings.map(({ keyword, image, instruction }) => `${image} ${instruction.startLine} ${keyword}`),
    ).toEqual(['head 2 ENV', 'head 7 CMD', 'baseline 2 ENV', 'baseline 6 LABEL']);
  });

  it('change with the arguments that they use, and not with white space or the case of a keyword', () => {
    const found = compare(
      { dockerfile: ['FROM debian', 'ARG V=1', 'COPY a /', 'env A=$V', 'LABEL  v=$VV', 'USER a'], wrote },
      { dockerfile: ['FROM debian', 'ARG V=2', 'COPY a /', 'ENV  A=$V', 'LABEL v=$VV', 'USER   a'], wrote },
    );
    expect(found.settings.map(({ keyword, image }) => `${image} ${keyword}`)).toEqual([
      'head ENV',
      'baseline ENV',
    ]);
  });

  it('of stages that do not ship are no news', () => {
    const stage = ['FROM debian AS a', 'ENV A=1', 'FROM debian', 'COPY a /'];
    const found = compare(
      { dockerfile: stage, wrote: { 4: { a: 1 } } },
      { dockerfile: stage.map(line => line.replace('A=1', 'A=2')), wrote: { 4: { a: 1 } } },
    );
    expect(found.settings).toEqual([]);
  });
});
