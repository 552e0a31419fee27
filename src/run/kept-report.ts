import { sha256 } from '../base/digest.ts';
import type { Clock, Log } from '../base/effects.ts';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import type { Image } from '../image/image.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { hasSettled } from '../layer/placed-scan.ts';
import type { ScanStore } from '../layer/scan-store.ts';
import type { Report } from '../report/report.ts';
import type { BytesPlace } from '../tar/random-access.ts';
import type { SecretMask } from './secret-values.ts';
import type { ReportedImage } from './weigh/image-report.ts';

/** What finding and keeping a report takes. */
interface KeepingContext {
  readonly scanStore: ScanStore;
  /** Names what makes reports, code and machine; null keeps none. */
  readonly reportMaker: string | null;
  readonly secrets: SecretMask;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The report of an image that was weighed before, by all that it was made of: the code, what the image says of itself,
 * the layers, and what was asked. A layer is known by its diffID where its bytes were hashed, else by the file it lies in, as
 * long as that is as it was.
 */
export class KeptReport {
  readonly #image: Image;
  readonly #context: KeepingContext;
  readonly #places: readonly (BytesPlace | null)[];
  readonly #key: string;
  readonly #begun: number;

  private constructor(
    image: Image,
    places: readonly (BytesPlace | null)[],
    makings: unknown,
    context: KeepingContext,
  ) {
    this.#image = image;
    this.#context = context;
    this.#places = places;
    this.#begun = context.clock.now();
    const { close, documents, read, scan, layers, rootDigest, ...head } = image;
    const layerHeads = layers.map(({ open, openStored, tarFile, access, place, ...layer }) => layer);
    const texts = places.map(place => place?.text ?? null);
    this.#key = `report@1 ${sha256(textOf([context.reportMaker, head, layerHeads, texts, makings]))}`;
  }

  /**
   * @param image open
   * @param makings what the report is made of besides: plain values, lists and maps
   * @returns null where reports are not kept
   */
  static of(image: Image, makings: unknown, context: KeepingContext): KeptReport | null {
    if (context.reportMaker === null) return null;
    const places = placesOf(image);
    return places && new KeptReport(image, places, makings, context);
  }

  /** As if it was made now; null where none is known, or one that has a secret of this run. */
  async find(): Promise<Report | null> {
    const { scanStore, secrets, clock, log } = this.#context;
    const found = await scanStore.getResult(this.#key);
    if (!isReport(found) || secrets.isIn(found)) return null;
    // As after reading: the user may have set it smaller.
    scanStore.trim();
    log.debug(`${this.#image.reference} was weighed before: nothing of it has changed.`);
    return { ...found, generatedAt: new Date(clock.now()).toISOString() };
  }

  /** @param scans of all layers */
  async keep({ report, hidesSecrets }: ReportedImage, scans: readonly LayerScan[]): Promise<void> {
    if (hidesSecrets()) return;
    const now = placesOf(this.#image);
    const isKnown = scans.every(({ verified }, index) => {
      const place = this.#places[index] ?? null;
      return (
        verified || (place !== null && hasSettled(place, this.#begun) && now?.[index]?.text === place.text)
      );
    });
    if (isKnown) await this.#context.scanStore.putResult(this.#key, report);
  }
}

/** Null where a layer is not to be found: weighing tells of that. */
function placesOf({ layers }: Image): readonly (BytesPlace | null)[] | null {
  try {
    return layers.map(layer => layer.place());
  } catch (error) {
    if (error instanceof DeadweightError || systemErrorCode(error) !== null) return null;
    throw error;
  }
}

/** The store has checked that it is what was written, under a key that names the code which wrote it. */
function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'schemaVersion' in value && 'generatedAt' in value;
}

/** Equal for values that are equal, and for no others. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (each instanceof Map) return { map: [...each] };
    if (typeof each === 'number' && !Number.isFinite(each)) return { number: String(each) };
    if (typeof each === 'function' || each instanceof RegExp || each instanceof Set)
      throw new TypeError('a report is made of plain values');
    return each;
  });
}
