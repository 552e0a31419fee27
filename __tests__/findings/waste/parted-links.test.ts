import { expect, it } from 'vitest';
import { findPartedLinks } from '../../../src/findings/waste/parted-links.ts';
import type { LayerSpec } from '../../support/fabricate/analysis.ts';
import { contextOf } from '../finding-case.ts';

const LINKED: LayerSpec = {
  files: { 'srv/one': { size: 9, content: 'x' } },
  links: { 'srv/two': 'srv/one', 'opt/three': 'srv/one' },
};

/** Above a base layer. */
function partedIn(...layers: readonly LayerSpec[]): readonly string[] {
  const context = contextOf({ layers: [{ base: true, files: { 'bin/sh': 1 } }, ...layers], findings: [] });
  return findPartedLinks(context).map(({ path, writtenBy, partedBy }) => `${path} ${writtenBy}-${partedBy}`);
}

it.each<[string, readonly LayerSpec[], readonly string[]]>([
  ['one name is changed', [LINKED, { files: { 'srv/two': 9 } }], ['srv/one 1-2']],
  ['all are, apart', [LINKED, { files: { 'srv/one': 9, 'srv/two': 9, 'opt/three': 9 } }], ['srv/one 1-2']],
  ['a later layer changes one', [LINKED, { files: { a: 1 } }, { files: { 'srv/one': 1 } }], ['srv/one 1-3']],
  ['all are written as one again', [LINKED, { ...LINKED, files: { 'srv/one': 7 } }], []],
  [
    'as one, and then one is changed',
    [LINKED, { ...LINKED, files: { 'srv/one': 7 } }, { files: { 'srv/one': 1 } }],
    ['srv/one 2-3'],
  ],
  ['one is deleted', [LINKED, { deletes: ['srv/two'] }], []],
  [
    'all but one are deleted, and that is changed',
    [LINKED, { deletes: ['srv'] }, { files: { 'opt/three': 1 } }],
    [],
  ],
  [
    'one is deleted, and another changed',
    [LINKED, { deletes: ['srv/two'] }, { files: { 'srv/one': 1 } }],
    ['srv/one 1-3'],
  ],
  [
    'one is moved',
    [LINKED, { deletes: ['srv/two'], files: { four: { size: 9, content: 'x' } } }],
    ['srv/one 1-2'],
  ],
  ['one may have been moved', [LINKED, { deletes: ['srv/two'], files: { four: 9 } }], ['srv/one 1-2']],
  ['another file comes', [LINKED, { deletes: ['srv/two'], files: { four: { size: 9, content: 'y' } } }], []],
  ['their directory is made anew', [LINKED, { opaques: ['srv'] }, { files: { 'opt/three': 1 } }], []],
  [
    'one becomes a symbolic link',
    [LINKED, { symlinks: { 'srv/two': 'one' } }, { files: { 'srv/two': 1 } }],
    [],
  ],
  ['a folder of them becomes a file', [LINKED, { files: { srv: 1 } }, { files: { 'opt/three': 1 } }], []],
  ['none has other names', [{ files: { a: 1 } }, { files: { a: 1 } }], []],
  ['the base wrote them', [{ ...LINKED, base: true }, { files: { 'srv/two': 9 } }], []],
])('where %s', (_, layers, expected) => {
  expect(partedIn(...layers)).toEqual(expected);
});
