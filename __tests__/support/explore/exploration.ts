import { type Exploration, exploreInventory } from '../../../src/explore/exploration.ts';
import { KeyParser } from '../../../src/explore/key-parser.ts';
import { reduce } from '../../../src/explore/reduce.ts';
import { drawScreen } from '../../../src/explore/screen.ts';
import { type ExploreEffect, type ExploreState, startState } from '../../../src/explore/state.ts';
import { ComparedInventory } from '../../../src/inventory/compared-inventory.ts';
import { ScannedInventory } from '../../../src/inventory/image-inventory.ts';
import { fabricate } from '../fabricate/analysis.ts';
import { fabricateReport, type ReportSpec } from '../fabricate/report.ts';

/** What the explorer shows of a fabricated image, as that of `deadweight explore` is made. */
export function explorationOf(spec: ReportSpec): Exploration {
  const report = fabricateReport(spec);
  const image = new ScannedInventory(fabricate(spec.layers, spec.image));
  const { baseline } = spec;
  const compared =
    baseline !== undefined && 'layers' in baseline
      ? new ComparedInventory({
          head: image,
          baseline: new ScannedInventory(fabricate(baseline.layers)),
        })
      : null;
  const { title } = report;
  return exploreInventory({ title, report, image, compared, listed: 'all', canExtract: true });
}

/** An explorer whose keys are typed as a terminal sends them. */
export class Typed {
  state: ExploreState;
  readonly effects: ExploreEffect[] = [];

  constructor(exploration: Exploration, columns = 80, rows = 24) {
    this.state = startState(exploration, columns, rows);
  }

  /** @param text bytes of a terminal: `j`, `\u001b[B` */
  type(text: string): this {
    const parser = new KeyParser();
    for (const key of [...parser.read(text), ...parser.flush()]) {
      const { state, effects } = reduce(this.state, key);
      this.state = state;
      this.effects.push(...effects);
    }
    return this;
  }

  /** What is seen, without styles and without spaces at the end of lines. */
  get screen(): string {
    return drawScreen(this.state)
      .map(line =>
        line
          .map(({ text }) => text)
          .join('')
          .trimEnd(),
      )
      .join('\n');
  }

  /** The rows of the tree that are seen. */
  get paths(): readonly string[] {
    const { view } = this.state;
    return view.rowsFrom(0, 1000).map(({ node }) => view.tree.paths.pathOf(node));
  }
}

/** Keys as a terminal sends them. */
export const KEY = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  home: '\u001b[H',
  end: '\u001b[F',
  tab: '\t',
  escape: '\u001b',
  enter: '\r',
  backspace: '\u007f',
  control: (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96),
  controlSpace: '\0',
} as const;
