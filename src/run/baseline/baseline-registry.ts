import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { shortCommit } from '../../baseline/git/commit.ts';
import type { Environment } from '../environment.ts';
import { type ChosenBase, chooseBaseCommit } from './base-side.ts';
import type { BaselineRequest } from './baseline-request.ts';
import {
  allAbsent,
  type BaselineHead,
  type BaselineSource,
  type FoundBase,
  type FoundBases,
} from './baseline-source.ts';
import { registryBaseline } from './registry-baseline.ts';
import { expandTemplate, namesCommit } from './registry-template.ts';

type RegistryRequest = Extract<BaselineRequest, { readonly kind: 'registry' }>;

/**
 * The image that a registry has of the base. It is asked once the head's layers are known, which are not fetched again.
 * @throws DeadweightError `git-ref-unknown` for an explicit ref, `reference-invalid` for a template that no value makes
 * a reference
 */
export async function registrySource(
  request: RegistryRequest,
  environment: Environment,
): Promise<BaselineSource> {
  const { template, branch } = request;
  // Only the template is at fault if this fails: a commit or a branch that nothing tells is a reason, and told later.
  expandTemplate(template, { sha: '0'.repeat(40), branch: branch || 'main' });
  const chosen = request.base === null ? null : await chooseBaseCommit(request.base, environment);
  if (chosen && 'absence' in chosen && namesCommit(template)) {
    const { absence } = chosen;
    return { find: async heads => allAbsent(heads, absence) };
  }
  const base = chosen && 'commit' in chosen ? chosen : null;
  return { find: heads => weighedBases(heads, request, base, environment) };
}

async function weighedBases(
  heads: readonly BaselineHead[],
  { template, branch }: RegistryRequest,
  base: ChosenBase | null,
  environment: Environment,
): Promise<FoundBases> {
  const values = { sha: base?.commit ?? null, branch };
  const bases: FoundBase[] = [];
  for (const { analysis } of heads) {
    const wanted = { ...values, template, platform: analysis.platform, headAnalysis: analysis };
    const found = await weighed(wanted, environment);
    bases.push(
      'absence' in found
        ? { absence: found.absence, notices: [] }
        : { ...found, explanation: explanationOf(template, base, found.snapshot.reference, found.commit) },
    );
  }
  return { bases, build: null };
}

async function weighed(
  wanted: Parameters<typeof registryBaseline>[0],
  environment: Environment,
): ReturnType<typeof registryBaseline> {
  try {
    return await registryBaseline(wanted, environment);
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    const message = `There is no comparison: ${error.message} ${error.remedy}`;
    return { absence: { code: 'base-unavailable', message } satisfies Notice };
  }
}

function explanationOf(
  template: string,
  base: ChosenBase | null,
  reference: string,
  commit: string | null,
): string {
  if (base !== null && namesCommit(template)) {
    return `${base.explanation} It was weighed in its registry, as ${reference}.`;
  }
  const of = commit === null ? '' : `, of ${shortCommit(commit)}`;
  return `The base is ${reference} in its registry${of}.`;
}
