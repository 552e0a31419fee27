import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../fuzz/targets.ts';

const SRC = join(import.meta.dirname, '../../src');

/** What a file has that reads what comes from outside: text, JSON, files, programs, GitHub. */
const READS: readonly RegExp[] = [
  /\b(?:JSON\.parse|parseJson|parseBoundedJson)\(/,
  /\.safeParse\(/,
  /^export (?:async )?function\*? (?:parse|read|scan|decode)[A-Z]/m,
  /^export class \w*(?:Reader|Parser|Decoder)\b/m,
  /\bstdout\b/,
  /(?:bounded-request|octokit-client|base\/input-file|\.\/input-file)\.ts'/,
];

/** Files that have some of it and no target of their own, by the reason. */
const WITHOUT_TARGET: Readonly<Record<string, readonly string[]>> = {
  'hands over bytes or texts that readers with a target take': [
    'action/github.ts',
    'base/input-file.ts',
    'baseline/sources/snapshot-file.ts',
    'baseline/store/snapshot-store.ts',
    'build/dockerfile-source.ts',
    'github/artifact/report-download.ts',
    'github/cache/actions-cache-store.ts',
    'github/cache/actions-scan-cache.ts',
    'github/history/branch-files.ts',
    'image/registry/registry-limits.ts',
    'layer/scan-store.ts',
    'run/weigh/named-base.ts',
    'run/context-archive.ts',
    'run/diff-pipeline.ts',
    'run/explore-pipeline.ts',
    'run/fix/dockerfile-files.ts',
    'run/fix/other-dockerfiles.ts',
    'run/publish/history.ts',
    'run/publish/report-sources.ts',
    'run/publish/reported-run.ts',
    'run/standard-input.ts',
    'run/trend-pipeline.ts',
    'tar/random-access.ts',
  ],
  'is tried by the targets of tars, layers, archives and package databases, which call it': [
    'image/blob-reader.ts',
    'image/fallback-reader.ts',
    'image/targets/oci-layout-target.ts',
    'image/registry/registry-reader.ts',
    'image/scan-lanes.ts',
    'image/store/store-reader.ts',
    'image/tar-stream-reader.ts',
    'layer/placed-scan.ts',
    'layer/scan.ts',
    'oci/media-type.ts',
    'packages/package-reader.ts',
  ],
  'works on what readers with a target have parsed': [
    'analysis/base-layers.ts',
    'baseline/git/read-paths.ts',
    'build/directory-copy.ts',
    'build/image-origins.ts',
    'compare/base-changes.ts',
    'compare/own-changes.ts',
    'compare/stored-content.ts',
    'dockerfile/context-copy.ts',
    'dockerfile/edit/add-flag.ts',
    'dockerfile/edit/raw-line.ts',
    'dockerfile/heredoc.ts',
    'findings/rule.ts',
    'findings/waste/metadata-change.ts',
    'package-managers/program.ts',
  ],
  'shows what a program says, or a few words of it, and decides nothing by it': [
    'action/build-log.ts',
    'base/effects.ts',
    'image/engine/ssh-tunnel.ts',
    'run/program-exec.ts',
    'run/weigh/prepare-command.ts',
    'tar/decompression-program.ts',
  ],
  'takes what is not exactly as buildx writes it for not known': ['build/current-builder.ts'],
  'writes to standard output, or reads what this program or the kernel wrote': [
    'image/store/sudo-access.ts',
    'image/store/sudo-script.ts',
    'layer/checked-document.ts',
    'page/page-data.ts',
    'report/html/packed-table.ts',
    'report/html/varint.ts',
    'run/page-template.ts',
    'cli/explore-command-line.ts',
    'layer/known-layers.ts',
    'layer/layer-numbers.ts',
    'run/export-layouts.ts',
    'action/build-summary.ts',
    'action/main.ts',
    'base/process-owner.ts',
    'cli/main.ts',
    'cli/explain.ts',
    'cli/report-output.ts',
    'cli/run-invocation.ts',
    'cli/trend-command-line.ts',
    'run/call-pipeline.ts',
    'run/process-tree.ts',
    'run/publish/output-file.ts',
    'run/publish/output-pipe.ts',
    'run/weigh/weigh.ts',
  ],
  'makes a folder with git, whose answers `git-listings` tries elsewhere': [
    'baseline/git/baseline-tree.ts',
    'baseline/git/private-repository.ts',
  ],
  'takes any text for something, by properties of its own tests': [
    'explore/key-parser.ts',
    'page/page-state.ts',
  ],
  'reads one short text by one expression': ['image/sources/containers-storage.ts'],
  'reads what a user of this machine writes on the command line, with readers that have a target': [
    'cli/invocation.ts',
    'image/targets/open-target.ts',
  ],
};

const readers = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .filter(path => READS.some(pattern => pattern.test(readFileSync(join(SRC, path), 'utf8'))));
const named = new Set(TARGETS.flatMap(({ parsers }) => parsers));
const excused = Object.values(WITHOUT_TARGET).flat();

describe('a file that reads what comes from outside', () => {
  it('is named by a target of fuzz/, or here with a reason', () => {
    expect(readers.filter(path => !named.has(path) && !excused.includes(path))).toEqual([]);
  });

  it('is here only as long as it is there, reads, and has no target', () => {
    expect(excused.filter(path => named.has(path) || !readers.includes(path))).toEqual([]);
  });
});
