import { analyzeImage } from '../../analysis/analyze-image.ts';
import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { contentCandidates, mergeContent } from '../../analysis/rewrite.ts';
import { StackedScans } from '../../analysis/stacked-scans.ts';
import type { Progress } from '../../base/effects.ts';
import type { Platform } from '../../base/platform.ts';
import { takeTurn } from '../../base/turn.ts';
import type { ImageOrigins } from '../../dockerfile/layer-origin.ts';
import type { Image, OpenOptions } from '../../image/image.ts';
import { openImage } from '../../image/open-image.ts';
import type { Collector } from '../../layer/collector.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import { noScanStore, type ScanStore } from '../../layer/scan-store.ts';
import { COLLECTORS } from '../../packages/collectors.ts';

/** What opening an image and reading its layers takes. */
export interface WeighContext extends Omit<OpenOptions, 'platform'> {
  readonly progress: Progress;
  /** Layers that were scanned before. */
  readonly scanStore: ScanStore;
  /** Stacks scans, where that was done beforehand. */
  readonly stack?: (scans: readonly LayerScan[]) => StackedScans;
}

export interface WeighRequest {
  /** As the command line takes it: `docker-archive:app.tar`, `oci:dir`, a bare name. */
  readonly reference: string;
  readonly platform: Platform | null;
  /** What is known of the layers' origins, when the image is open; null when nothing is. */
  readonly origins: (image: Image) => ImageOrigins | null;
  /** Whether to hash what could be read by position, too. */
  readonly verify: boolean;
  /**
   * Whether the contents of all files of own layers are learned: the image is compared when it is not open any more. Else
   * those alone that weighing takes. False when absent.
   */
  readonly knowsOwnContents?: boolean;
  /** What looks into files while they pass by; all that there are when absent. */
  readonly collectors?: readonly Collector[];
  /** Takes out of the analysis what must not be shown; absent where nothing must. */
  readonly redact?: (analysis: ImageAnalysis) => ImageAnalysis;
}

/** Opens an image, reads each layer once, and weighs the stack. */
export async function weighImage(request: WeighRequest, context: WeighContext): Promise<ImageAnalysis> {
  const { reference, platform } = request;
  return withImage(reference, platform, context, image => weighOpened(image, request, context));
}

/** So many take seconds, in which no line can be drawn. */
const MANY_ENTRIES = 300_000;

/** Reads each layer of an image that is open, and stays so, and weighs the stack. */
export async function weighOpened(
  image: Image,
  {
    verify,
    origins,
    knowsOwnContents = false,
    collectors = COLLECTORS,
    redact,
  }: Omit<WeighRequest, 'reference' | 'platform'>,
  context: Pick<WeighContext, 'progress' | 'scanStore' | 'stack'>,
): Promise<ImageAnalysis> {
  const scans = await scanAll(image, verify, collectors, context);
  const entries = scans.reduce((sum, scan) => sum + scan.entries.length, 0);
  const work = { label: `Analyzing ${image.reference}`, isLong: entries > MANY_ENTRIES };
  return context.progress.show(work, async () => {
    await takeTurn();
    const { stack = each => new StackedScans(each) } = context;
    const stacked = stack(scans);
    const { paths } = stacked;
    await takeTurn();
    const where = origins(image);
    const files = knowsOwnContents ? ownFiles(scans, where) : contentCandidates(scans, paths);
    const learned = await withContents(image, scans, files, context);
    await takeTurn();
    const known = learned === scans ? stacked : new StackedScans(learned, paths);
    const analysis = analyzeImage(image, learned, where, known);
    await takeTurn();
    return redact ? redact(analysis) : analysis;
  });
}

/** Opens an image for as long as `body` runs. */
export async function withImage<T>(
  reference: string,
  platform: Platform | null,
  {
    hostPlatform,
    env,
    homeDir,
    log,
    exec,
    engineStore,
    saveStandardInput,
    progress,
    spoolFolder,
  }: Omit<WeighContext, 'scanStore' | 'stack'>,
  body: (image: Image) => Promise<T>,
): Promise<T> {
  const image = await openImage(reference, {
    ...(platform ? { platform } : {}),
    hostPlatform,
    env,
    homeDir,
    log,
    exec,
    engineStore,
    saveStandardInput,
    progress,
    spoolFolder,
  });
  try {
    return await body(image);
  } finally {
    await image.close();
  }
}

async function scanAll(
  image: Image,
  verify: boolean,
  collectors: readonly Collector[],
  { progress, scanStore }: Pick<WeighContext, 'progress' | 'scanStore'>,
): Promise<readonly LayerScan[]> {
  const options = { content: 'cheap', verify, collectors, store: scanStore, progress } as const;
  return present(await image.scan(options));
}

/** The files of own layers whose contents are not known, by layer. */
function ownFiles(
  scans: readonly LayerScan[],
  origins: ImageOrigins | null,
): ReadonlyMap<number, ReadonlySet<string>> {
  const files = new Map<number, ReadonlySet<string>>();
  for (const [index, { contentKnown, entries }] of scans.entries()) {
    if (contentKnown === 'all' || index < (origins?.baseLayerCount ?? 0)) continue;
    const paths = new Set<string>();
    for (let at = 0; at < entries.length; at += 1)
      if (entries.isFile(at) && !entries.knowsContent(at)) paths.add(entries.pathOf(at));
    if (paths.size > 0) files.set(index, paths);
  }
  return files;
}

/** The layers with the contents of some of their files. */
async function withContents(
  image: Image,
  scans: readonly LayerScan[],
  files: ReadonlyMap<number, ReadonlySet<string>>,
  { progress }: Pick<WeighContext, 'progress'>,
): Promise<readonly LayerScan[]> {
  return files.size === 0 ? scans : mergeContent(scans, await readContents(image, files, progress));
}

/**
 * Reads layers once more for the contents of some of their files, which lie in the order of the medium.
 * @param files clean paths by layer index
 * @returns null for layers that nothing was asked of
 */
export function readContents(
  image: Image,
  files: ReadonlyMap<number, ReadonlySet<string>>,
  progress: Progress,
): Promise<readonly (LayerScan | null)[]> {
  return image.scan({ layers: new Set(files.keys()), content: files, store: noScanStore, progress });
}

function present(scans: readonly (LayerScan | null)[]): readonly LayerScan[] {
  return scans.map((scan, index) => {
    if (!scan) throw new Error(`layer ${index} was asked for and not scanned`);
    return scan;
  });
}
