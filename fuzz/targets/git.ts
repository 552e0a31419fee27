import { Buffer } from 'node:buffer';
import type { Exec } from '../../src/base/effects.ts';
import { behindNotice } from '../../src/baseline/git/behind-baseline.ts';
import { findBlob, findEntries } from '../../src/baseline/git/committed-file.ts';
import { Git } from '../../src/baseline/git/git.ts';
import { GitRun } from '../../src/baseline/git/git-run.ts';
import { readSettingVariables, settingVariables } from '../../src/baseline/git/git-variables.ts';
import { smudgingSettings, splitLfsPaths } from '../../src/baseline/git/lfs-pointers.ts';
import { findOldPlaces } from '../../src/baseline/git/renamed-file.ts';
import { GitRepository } from '../../src/baseline/git/repository.ts';
import { listSubmodules } from '../../src/baseline/git/submodules.ts';
import { listCommit, planCheckout, readCheckout } from '../../src/baseline/git/tracked-files.ts';
import { type Language, mutateTextBytes } from '../mutators/text.ts';
import { SCRATCH } from '../scratch.ts';
import { accept, require, settledOutcomeOf, type Target } from '../target.ts';

const ID = 'a1'.repeat(20);
const OTHER = 'b2'.repeat(20);

/** What git prints, each command in its own way. */
const LISTINGS: Language = {
  seeds: [
    `100644 blob ${ID}\ta/b.txt\x00120000 blob ${OTHER}\tlink\x00160000 commit ${ID}\tlib\x00100644 blob ${ID}\t.gitattributes\x00`,
    `H 100644 ${ID} 0\ta/b.txt\x00S 100755 ${OTHER} 0\tc\x00h 100644 ${ID} 2\t.gitattributes\x00`,
    `submodule.lib.path\nlib/\x00submodule.x.path\n../x\x00160000 commit ${ID}\tlib\x00160000 commit ${ID}\t../x\x00`,
    `${ID} blob 12\n`,
    'a/b.txt\x00filter\x00lfs\x00/c/d.txt\x00filter\x00lfs\x00',
    'git-lfs smudge --skip -- %f\n',
    `${ID} refs/tags/v1.0.0\n${OTHER} refs/tags/v1.0.0^{}\n${ID}\trefs/heads/main\n`,
    `tree ${ID}\nparent ${OTHER}\nparent ${ID}\nauthor A <a@b> 1 +0000\n\nwords`,
    `${ID}\n${OTHER}\n`,
    ID,
    '3\n',
    'R100\x00old/Dockerfile\x00new/Dockerfile\x00R090\x00x\x00y\x00',
    'fatal: unable to access https://u:p@h/: Could not resolve host: h\n',
  ],
  tokens: [
    '\0',
    '\t',
    '\n',
    ' ',
    '160000 commit ',
    '100644 blob ',
    'H ',
    's ',
    '0\t',
    ID,
    '../',
    '/',
    '.git',
    '.GIT/x',
    'lfs',
    'R100',
    'refs/tags/',
    '^{}',
    'parent ',
    '-',
    '\ufffd',
    'fatal: ',
  ],
};

/** Git that says the same to whatever it is asked. */
function gitThatSays(exitCode: number, text: string): Exec {
  return { run: () => Promise.resolve({ exitCode, stdout: text, stderr: text }) };
}

const PLACES = { dockerfile: 'new/Dockerfile', contexts: ['new', 'other'] };

const listings: Target = {
  name: 'git-listings',
  parsers: [
    'baseline/git/behind-baseline.ts',
    'baseline/git/committed-file.ts',
    'baseline/git/git.ts',
    'baseline/git/git-run.ts',
    'baseline/git/lfs-pointers.ts',
    'baseline/git/renamed-file.ts',
    'baseline/git/repository.ts',
    'baseline/git/submodules.ts',
    'baseline/git/tracked-files.ts',
    'baseline/git/unknown-ref.ts',
  ],
  accepts: [
    'listCommit',
    'readCheckout',
    'planCheckout',
    'listSubmodules',
    'findBlob',
    'findEntries',
    'splitLfsPaths',
    'smudgingSettings',
    'listTags',
    'parents',
    'ancestors',
    'mergeBase',
    'findOldPlaces',
    'behindNotice',
  ],
  holds: 'no submodule is outside of its repository, or in its git directory',
  maxMs: 1500,
  generate: random =>
    Buffer.concat([
      Buffer.from(random.oneIn(6) ? random.pick(['1', '8']) : '0'),
      mutateTextBytes(LISTINGS, random),
    ]),
  async check(input) {
    const exec = gitThatSays(Number(input.toString('latin1', 0, 1)) || 0, input.toString('utf8', 1));
    const gitRun = new GitRun();
    const context = { exec, env: {}, gitRun, temporaryDir: SCRATCH };
    const git = new Git(context, SCRATCH);
    await gitRun.privateRepository(SCRATCH, () => Promise.resolve(git));
    const repository = new GitRepository(git, context);
    const readers: Readonly<Record<string, () => Promise<unknown>>> = {
      listCommit: async () => (await listCommit(git, ID)).size > 0,
      readCheckout: async () => (await readCheckout(git)).tracked.size > 0,
      async planCheckout() {
        const { copied, checkedOut } = planCheckout(await listCommit(git, ID), await readCheckout(git), null);
        return copied.length + checkedOut.length > 0;
      },
      async listSubmodules() {
        const { present, absent } = await listSubmodules(git, git, ID);
        const paths = [...present.map(({ path }) => path), ...absent];
        require(!paths.some(path =>
          /(?:^|\/)(?:\.\.?|\.git|)(?:\/|$)/i.test(path),
        ), 'a submodule is outside of its repository');
        return paths.length > 0;
      },
      findBlob: () => findBlob(git, ID, 'a'),
      findEntries: async () => (await findEntries(git, ID, 'a/b.txt')).length > 0,
      async splitLfsPaths() {
        const paths = ['a/b.txt', '/c/d.txt'];
        const { pointers, contents } = await splitLfsPaths(git, git, paths);
        return pointers.length + contents.length > 0;
      },
      smudgingSettings: async () => (await smudgingSettings(git)).length > 0,
      listTags: async () => (await repository.listTags()).size > 0,
      parents: async () => (await repository.parents(ID)).length > 0,
      ancestors: async () => (await repository.ancestors(ID, 5)).length > 0,
      mergeBase: () => repository.mergeBase(ID, OTHER),
      findOldPlaces: () => findOldPlaces(repository, ID, PLACES, SCRATCH),
      behindNotice: () => behindNotice(repository, 'main', ID),
      resolveCommit: () => repository.resolveCommit('main'),
      fetchBranch: () => repository.fetchBranch('main'),
    };
    for (const [name, read] of Object.entries(readers)) {
      const outcome = await settledOutcomeOf(read);
      accept(name, outcome !== 'git-failed' && outcome !== 'git-ref-unknown' && outcome);
    }
  },
};

const settings: Target = {
  name: 'git-settings',
  parsers: ['baseline/git/git-variables.ts'],
  accepts: ['readSettingVariables'],
  holds: 'what is added comes last',
  maxMs: 500,
  generate(random) {
    const count = random.oneIn(2) ? String(random.small(5)) : mutateTextBytes(COUNTS, random).toString();
    return Buffer.from(count);
  },
  check(input) {
    const env = {
      GIT_CONFIG_COUNT: input.toString('utf8'),
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    };
    accept('readSettingVariables', readSettingVariables(env).length > 0);
    // Behind 10,000 nothing is looked for.
    if (/^\d{5,}$/.test(input.toString('utf8'))) return;
    const more = { ...env, ...settingVariables(env, [['a.b', 'c']]) };
    require(readSettingVariables(more).at(-1)?.[0] === 'a.b', 'a setting is lost');
  },
};

const COUNTS: Language = { seeds: ['1', '12', '0'], tokens: ['-', 'e9', '.', '0x', 'Infinity', '9999', ' '] };

export const GIT_TARGETS: readonly Target[] = [listings, settings];
