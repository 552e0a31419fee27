import { type DockerfileInstruction, locationOf } from '../dockerfile/dockerfile-instruction.ts';
import type { ComparedImages } from './compared-images.ts';
import type { ChangedSetting } from './comparison.ts';
import { isSetting, MAX_SETTINGS } from './setting-keywords.ts';

/**
 * Instructions without a layer that one of the two images has not, whatever the white space, and those that have a variable of
 * an ARG which changed; none where a Dockerfile is not known.
 */
export function findChangedSettings({ sources }: ComparedImages): ChangedSetting[] {
  const before = sources.baseline.dockerfile;
  const after = sources.head.dockerfile;
  if (before === null || after === null) return [];
  const changed = [
    ...without(after.shipped, before.shipped).flatMap(each => settingOf(each, 'head')),
    ...without(before.shipped, after.shipped).flatMap(each => settingOf(each, 'baseline')),
  ];
  return changed.slice(0, MAX_SETTINGS);
}

function settingOf(instruction: DockerfileInstruction, image: ChangedSetting['image']): ChangedSetting[] {
  const { keyword } = instruction;
  return isSetting(keyword) ? [{ keyword, image, instruction: locationOf(instruction) }] : [];
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
  return instructions.filter(each => isSetting(each.keyword) && isChanged(each));
}

function textOf({ keyword, body }: DockerfileInstruction): string {
  return `${keyword} ${body.replaceAll(/\s+/g, ' ').trim()}`;
}

function usesVariable(text: string, name: string): boolean {
  return [...text.matchAll(/\$\{?(\w+)/g)].some(([, variable]) => variable === name);
}
