import { formatSize, formatSizeLimit, plural } from '../../base/number-text.ts';
import { safeText, withoutCommands } from '../../base/untrusted-text.ts';
import type { CacheReport } from '../cache-report.ts';

/** What is kept between runs, and where; or what `--clear` removed. */
export function renderCache(report: CacheReport): string {
  return withoutCommands(`${linesOf(report).join('\n')}\n`);
}

function linesOf({ scans, layers, temporaryFiles, compiledCode, cleared }: CacheReport): readonly string[] {
  if (scans === null || compiledCode === null)
    return ['Nothing is kept: DEADWEIGHT_CACHE_DIR is empty, or there is no home.'];
  if (cleared !== null) return [clearedLine(cleared)];
  return [
    ...storeRows('Scans of layers', scans),
    ...(layers ? storeRows('Layers of builds', layers) : []),
    ...(temporaryFiles.count === 0
      ? []
      : [row('Temporary files', `${temporaryFiles.count}, ${formatSize(temporaryFiles.bytes)}`)]),
    row('Compiled code', formatSize(compiledCode.bytes)),
    row('', compiledCode.directory),
  ];
}

function storeRows(what: string, store: NonNullable<CacheReport['scans']>): readonly string[] {
  const { count, bytes, maxBytes, oldestUse, lastUse, directory } = store;
  return [
    row(what, `${count}, ${formatSize(bytes)} of at most ${formatSizeLimit(maxBytes)}`),
    ...(oldestUse && lastUse ? [row('', `used from ${minuteOf(oldestUse)} to ${minuteOf(lastUse)}`)] : []),
    row('', directory),
  ];
}

function row(what: string, text: string): string {
  return `${what.padEnd(18)}${safeText(text, 'terminal')}`;
}

/** `2026-11-27 00:10 UTC` */
function minuteOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

function clearedLine({
  scans,
  layers = 0,
  temporaryFiles,
  bytes,
}: NonNullable<CacheReport['cleared']>): string {
  if (bytes === 0) return 'Nothing was stored.';
  const kept = layers === 0 ? '' : `, ${plural(layers, 'layer')}`;
  const files = temporaryFiles === 0 ? '' : `, ${plural(temporaryFiles, 'temporary file')}`;
  return `Removed ${plural(scans, 'scan')}${kept}${files} and the compiled code: ${formatSize(bytes)}.`;
}
