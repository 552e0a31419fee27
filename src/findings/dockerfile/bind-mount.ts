import type { RuleContext } from '../rule-context.ts';
import { directoryAges } from '../waste/directory-ages.ts';
import { type CopiedSource, copiedSources, isOfSource } from './copied-source.ts';

/** What a flag takes as it is. */
const PLAIN = /^[\w./@+-]+$/;
/** BuildKit takes no number of a stage for the `from` of a mount. */
const PLAIN_NAME = /^(?!\d+$)[\w./:@-]+$/;

/** The flag that shows a RUN a copied source in the place of its copy; null where it cannot be written so. */
export function mountOf(context: RuleContext, layer: number, copied: CopiedSource): string | null {
  const { source, from, target, isFolder } = copied;
  const isPlain = PLAIN.test(source) && PLAIN.test(target) && (from === null || PLAIN_NAME.test(from));
  // A mount would hide what else the folder has.
  if (!isPlain || (isFolder && !directoryAges(context).wasMadeBy(target, layer))) return null;
  const inFrom = source.replace(/^\.\/+/, '').replace(/(?<=.)\/+$/, '');
  const fields = [
    'type=bind',
    ...(from === null ? [] : [`from=${from}`]),
    ...(inFrom === '' || inFrom === '.' ? [] : [`source=${inFrom}`]),
    `target=/${target}`,
  ];
  return `--mount=${fields.join(',')}`;
}

/** The same for the source that all of a layer's files are from; null where they are of several, or nothing tells. */
export function mountFor(context: RuleContext, layer: number, paths: readonly string[]): string | null {
  const copied = copiedSources(context)(layer).find(each => paths.every(path => isOfSource(each, path)));
  return copied === undefined ? null : mountOf(context, layer, copied);
}
