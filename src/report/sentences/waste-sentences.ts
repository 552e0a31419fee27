import { code, type Phrase, pathCode, phrase } from '../../base/phrase.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';
import { hiddenAt, wasteSubject, where, wholeKind } from './waste-phrase.ts';

export const WASTE_SENTENCES: FindingSentences = {
  'deleted-later': finding => ({
    what: phrase`${wasteSubject(finding)} ${gone(finding.args['how'])}${hiddenAt(finding)}`,
    fix: wholeKind(finding)?.advice ?? phrase`delete them in the instruction that writes them`,
  }),
  'moved-across-layers': finding => ({
    what: phrase`${wasteSubject(finding)} are moved${hiddenAt(finding)}${movedTo(finding.args['to'])}, and the first copy stays in its layer`,
    fix: phrase`write them to their place at once, or move them in the instruction that writes them`,
  }),
  'install-then-purge': finding => ({
    what: phrase`${wasteSubject(finding)} are installed, and purged${hiddenAt(finding)}`,
    fix: phrase`install, use and purge them in one RUN, or build in another stage`,
  }),
  'duplicate-content': finding => ({
    what: phrase`${where(finding)} are copies of files that the image has elsewhere${copyOf(finding.args)}`,
    fix: phrase`link to the first (${code('ln')}), or leave the copy out`,
  }),
  'overwritten-later': finding => ({
    what: phrase`${wasteSubject(finding)} are overwritten${hiddenAt(finding)}`,
    fix: phrase`write each file once, or both times in one instruction`,
  }),
  'metadata-only-copy': finding => ({
    what: phrase`${wasteSubject(finding)} are copied${hiddenAt(finding)} to change only mode, owner or times`,
    fix:
      finding.args['copiedFromBase'] === true
        ? phrase`leave them as the base image has them`
        : phrase`set them where they are written: ${code('COPY --chown')}, ${code('--chmod')}, or in the same RUN`,
  }),
  'identical-rewrite': finding => ({
    what: phrase`${wasteSubject(finding)} are written again unchanged${hiddenAt(finding)}`,
    fix: phrase`leave the second copy out`,
  }),
  'duplicate-entry': finding => ({
    what: phrase`${wasteSubject(finding)} are in one layer more than once`,
    fix: phrase`build the layer with a tool that writes each path once`,
  }),
  'layer-headroom': finding => ({ what: headroom(finding), fix: phrase`merge instructions, or squash` }),
};

function movedTo(to: unknown): Phrase {
  return typeof to === 'string' && to !== '' ? phrase` to ${pathCode(to, 60)}` : [];
}

function copyOf({ copy, original }: ReportFinding['args']): Phrase {
  if (typeof copy !== 'string' || typeof original !== 'string' || original === '') return [];
  return phrase`, such as ${pathCode(copy, 60)} of ${pathCode(original, 60)}`;
}

function gone(how: unknown): string {
  if (how === 'remade') return 'are lost when their directory is made anew';
  return how === 'replaced' ? 'are replaced' : 'are deleted';
}

function headroom({ args }: ReportFinding): Phrase {
  const { layers, limit, pullLimit, pullLeft } = numbers(args);
  if (layers === null || limit === null || pullLimit === null || pullLeft === null) {
    return phrase`The image has too many layers`;
  }
  const limits = `machines with the overlay2 graph driver pull at most ${pullLimit}, and ${limit} is the documented limit`;
  const room = pullLeft > 0 ? `room for ${pullLeft} more` : pullLeft === 0 ? 'room for no more' : 'too many';
  return phrase`The image has ${layers} layers, ${room}: ${limits}`;
}

function numbers(args: ReportFinding['args']) {
  const number = (name: string) => {
    const value = args[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    layers: number('layers'),
    limit: number('limit'),
    pullLimit: number('pullLimit'),
    pullLeft: number('pullLeft'),
  };
}
