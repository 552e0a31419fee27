import { type DockerfileInstruction, locationOf } from '../dockerfile/dockerfile-instruction.ts';
import type { ComparedImages } from './compared-images.ts';
import type { ChangedSetting } from './comparison.ts';

/** Instructions that make no layer: they say how the image is run, named and built upon. */
const KEYWORDS: ReadonlySet<string> = new Set([
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
]);

/** Settings that a comparison lists. */
const MAX_LISTED = 50;

/**
 * Instructions without a layer that one of the two images has not, whatever the white space, and those that have a variable of
 * an ARG which changed; none where a Dockerfile is not known.
 */
export function findChangedSettings({ sources }: ComparedImages): ChangedSetting[] {
  const before = sources.baseline.dockerfile;
  const after = sources.head.dockerfile;
  if (before === null || after === null) return [];
  const changed = [
    ...without(after.shipped, before.shipped).map(each => settingOf(each, 'head')),
    ...without(before.shipped, after.shipped).map(each => settingOf(each, 'baseline')),
  ];
  return changed.slice(0, MAX_LISTED);
}

function settingOf(instruction: DockerfileInstruction, image: ChangedSetting['image']): ChangedSetting {
  return { keyword: instruction.keyword, image, instruction: locationOf(instruction) };
}

/** Settings of the first that the second has not, or not as often. */
function without(
  instructions: readonly DockerfileInstruction[],
  others: readonly DockerfileInstruction[],
): readonly DockerfileInstruction[] {
  const counts = new Map<string, number>();
  for (const other of others) counts.set(textOf(other), (counts.get(textOf(other)) ?? 0) + 1);
  const changed = instructions.filter(instruction => {
    const left = counts.get(textOf(instruction)) ?? 0;
    counts.set(textOf(instruction), left - 1);
    return left <= 0;
  });
  const names = changed.flatMap(({ keyword, body }) =>
    keyword === 'ARG' ? [body.split(/[=\s]/)[0] ?? ''] : [],
  );
  const isChanged = (instruction: DockerfileInstruction): boolean =>
    changed.includes(instruction) || names.some(name => usesVariable(instruction.body, name));
  return instructions.filter(each => KEYWORDS.has(each.keyword) && isChanged(each));
}

function textOf({ keyword, body }: DockerfileInstruction): string {
  return `${keyword} ${body.replaceAll(/\s+/g, ' ').trim()}`;
}

function usesVariable(text: string, name: string): boolean {
  return [...text.matchAll(/\$\{?(\w+)/g)].some(([, variable]) => variable === name);
}
