import { describe, expect, it } from 'vitest';
import { findNodeDevelopment } from '../../src/packages/node-development.ts';
import { fabricate, type LayerSpec } from '../support/fabricate/analysis.ts';

type Dependencies = Readonly<Record<string, readonly string[]>>;

const listed = (names: readonly string[] = []) => Object.fromEntries(names.map(name => [name, '1']));

/** Manifests by their directories: what they ask for, and behind a bar what only development does. */
function manifests(all: Dependencies, more: object = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(all).map(([directory, names]) => {
      const bar = names.indexOf('|');
      const dependencies = listed(bar < 0 ? names : names.slice(0, bar));
      const devDependencies = listed(bar < 0 ? [] : names.slice(bar + 1));
      return [`${directory}/package.json`, JSON.stringify({ dependencies, devDependencies, ...more })];
    }),
  );
}

function found(...layers: readonly LayerSpec[]): readonly string[] {
  return [...findNodeDevelopment(fabricate(layers)).keys()].sort();
}

const YARN = { 'app/node_modules/.yarn-integrity': '{}' };

describe('packages of Yarn and pnpm for development', () => {
  const packages = {
    'app/node_modules/express': ['qs'],
    'app/node_modules/qs': [],
    'app/node_modules/jest': ['chalk', 'qs'],
    'app/node_modules/chalk': [],
    'app/node_modules/jest/node_modules/chalk': ['ansi'],
    'app/node_modules/ansi': [],
  };

  it('are what only devDependencies lead to', () => {
    const texts = { ...YARN, ...manifests({ ...packages, app: ['express', '|', 'jest'] }) };
    expect(found({ texts })).toEqual([
      'app/node_modules/ansi',
      'app/node_modules/jest',
      'app/node_modules/jest/node_modules/chalk',
    ]);
    expect(findNodeDevelopment(fabricate([{ texts }])).get('app/node_modules/jest')).toBe('yarn');
  });

  it('are none that nobody asked for: something else did, with what they need', () => {
    const stray = { 'app/node_modules/stray': ['jest'] };
    const texts = { ...YARN, ...manifests({ ...packages, ...stray, app: ['express', '|', 'jest'] }) };
    expect(found({ texts })).toEqual([]);
  });

  it('are none without the manifest of the project, or without a trace of who installed them', () => {
    expect(found({ texts: { ...YARN, ...manifests(packages) } })).toEqual([]);
    expect(found({ texts: manifests({ ...packages, app: ['express', '|', 'jest'] }) })).toEqual([]);
    const gone = [
      { texts: { ...YARN, ...manifests({ ...packages, app: ['|', 'jest'] }) } },
      { deletes: ['app/package.json'] },
    ];
    expect(found(...gone)).toEqual([]);
  });

  it('are told by npm where it keeps its own list', () => {
    const list = { 'app/node_modules/.package-lock.json': '{"packages":{"node_modules/x":{"dev":true}}}' };
    const texts = { ...YARN, ...list, ...manifests({ ...packages, app: ['express', '|', 'jest'] }) };
    expect(found({ texts })).toEqual([]);
  });

  describe('in workspaces', () => {
    const parts = { 'app/apps/web': ['express', '|', 'jest'], 'app/node_modules/turbo': [] };
    const root = manifests({ app: ['|', 'turbo'] }, { workspaces: ['apps/*'] });
    const symlinks = { 'app/node_modules/web': '../apps/web' };

    it('are what no workspace needs', () => {
      const texts = { ...YARN, ...manifests({ ...packages, ...parts }), ...root };
      expect(found({ texts, symlinks })).toEqual([
        'app/node_modules/ansi',
        'app/node_modules/jest',
        'app/node_modules/jest/node_modules/chalk',
        'app/node_modules/turbo',
      ]);
    });

    it('are none where one is no longer there', () => {
      const texts = { ...YARN, ...manifests({ ...packages, 'app/node_modules/turbo': [] }), ...root };
      expect(found({ texts })).toEqual([]);
      const others = manifests({ 'app/apps/docs': [] });
      expect(found({ texts: { ...texts, ...others }, symlinks })).toEqual([]);
    });
  });

  it('are found through the links of pnpm', () => {
    const store = 'app/node_modules/.pnpm';
    const texts = {
      'app/node_modules/.modules.yaml': 'layoutVersion: 5\n',
      ...manifests({
        app: ['express', '|', 'nx'],
        'app/packages/api': ['left'],
        [`${store}/express@4/node_modules/express`]: ['qs'],
        [`${store}/qs@6/node_modules/qs`]: [],
        [`${store}/nx@19/node_modules/nx`]: ['qs', 'ejs', 'left'],
        [`${store}/ejs@3/node_modules/ejs`]: [],
        [`${store}/left@1/node_modules/left`]: [],
      }),
    };
    const symlinks = {
      'app/node_modules/express': '.pnpm/express@4/node_modules/express',
      'app/node_modules/nx': '.pnpm/nx@19/node_modules/nx',
      'app/packages/api/node_modules/left': '../../../node_modules/.pnpm/left@1/node_modules/left',
      [`${store}/express@4/node_modules/qs`]: '../../qs@6/node_modules/qs',
      [`${store}/nx@19/node_modules/qs`]: '../../qs@6/node_modules/qs',
      [`${store}/nx@19/node_modules/ejs`]: '../../ejs@3/node_modules/ejs',
      [`${store}/nx@19/node_modules/left`]: '../../left@1/node_modules/left',
    };
    const spare = [`${store}/ejs@3/node_modules/ejs`, `${store}/nx@19/node_modules/nx`];
    expect(found({ texts, symlinks })).toEqual(spare);
    // A part of the project whose manifest is gone needs all that it has.
    const deletes = ['app/packages/api/package.json'];
    expect(found({ texts, symlinks }, { deletes })).toEqual(spare);
  });
});
