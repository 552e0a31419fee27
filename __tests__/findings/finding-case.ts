import { z } from 'zod';
import { BuiltDockerfile } from '../../src/dockerfile/built-dockerfile.ts';
import { type Dockerfile, parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { RuleContext } from '../../src/findings/rule-context.ts';
import type { HistoryEntry } from '../../src/image/image.ts';
import { findConfigCredentials } from '../../src/oci/config-credentials.ts';
import { publicHistory } from '../../src/oci/image-config.ts';
import { fabricate, type LayerSpec, layerSpec } from '../support/fabricate/analysis.ts';

const stepSpec = z.strictObject({
  /** First line of the instruction. */
  line: z.number(),
  outcome: z.enum(['cached', 'executed', 'failed', 'not-needed', 'skipped']),
  durationMs: z.number().optional(),
  /** True when absent. */
  onFinalChain: z.boolean().optional(),
  /** The instruction's text when absent. */
  name: z.string().optional(),
});

/** An image, and what must be found in it: findings as in JSON, of which only what is named is compared. */
export const findingCase = z.strictObject({
  why: z.string(),
  baseKnown: z.boolean().optional(),
  /** The Dockerfile's lines; layers then name their instruction by its first line alone. */
  dockerfile: z.array(z.string()).optional(),
  target: z.string().optional(),
  /** Path of the ignore file that the Dockerfile has of its own. */
  ownIgnoreFile: z.string().optional(),
  buildArgs: z.record(z.string(), z.string()).optional(),
  /** Who runs the image's programs. */
  user: z.string().optional(),
  /** What the image's configuration has. */
  config: z
    .strictObject({
      env: z.array(z.string()).optional(),
      labels: z.record(z.string(), z.string()).optional(),
      /** Of the Dockerfile's lines, lowest first; an empty layer's begins with a dash. */
      history: z.array(z.string()).optional(),
    })
    .optional(),
  /** When the layers were made, parallel to them; the image has no history when absent. */
  created: z.array(z.string()).optional(),
  /** The same layer so many times on top. */
  copies: z.number().optional(),
  layers: z.array(layerSpec),
  /** Steps of the build, in their order. */
  steps: z.array(stepSpec).optional(),
  /** Index of the step that broke the cache. */
  cacheBreak: z.number().optional(),
  /** When the build was. */
  builtAt: z.string().optional(),
  findings: z.array(z.looseObject({ rule: z.string() })),
});

export type FindingCase = z.infer<typeof findingCase>;

/** What rules get to see of a case. */
export function contextOf(given: Omit<FindingCase, 'why'>): RuleContext {
  return contextWith(
    given.dockerfile === undefined ? null : parseDockerfile(given.dockerfile.join('\n'), 'Dockerfile'),
    given,
  );
}

/** What they see of it with this Dockerfile. */
export function contextWith(
  file: Dockerfile | null,
  given: Omit<FindingCase, 'why' | 'dockerfile'>,
): RuleContext {
  const textAt = (line: number | undefined): string | undefined =>
    file?.instructions.find(({ startLine }) => startLine === line)?.text;
  const layers = given.layers.map((layer): LayerSpec => {
    const text = layer.text ?? (layer.base ? undefined : textAt(layer.line));
    return text === undefined ? layer : { ...layer, text };
  });
  const last = layers.slice(-1);
  const all = [...layers, ...Array.from({ length: given.copies ?? 0 }, () => last).flat()];
  const analysis = {
    ...fabricate(all, { baseKnown: given.baseKnown ?? true }),
    user: given.user ?? null,
    history: historyOf(given),
    credentials: findConfigCredentials({
      env: given.config?.env ?? [],
      labels: given.config?.labels ?? {},
      history: (given.config?.history ?? []).map(entry => entry.replace(/^- /, '')),
      commands: [],
    }),
  };
  const buildArgs = new Map(Object.entries(given.buildArgs ?? {}));
  const dockerfile =
    file && new BuiltDockerfile(file, given.target ?? '', buildArgs, given.ownIgnoreFile ?? null);
  const steps = (given.steps ?? []).map(({ line, outcome, durationMs, onFinalChain, name }) => ({
    name: name ?? textAt(line) ?? '',
    outcome,
    durationMs: durationMs ?? null,
    pullMs: 0,
    onFinalChain: onFinalChain ?? true,
    platform: null,
    instruction: file?.instructions.find(({ startLine }) => startLine === line) ?? null,
  }));
  const cacheBreak =
    given.cacheBreak === undefined
      ? null
      : ({ step: given.cacheBreak, reason: 'unknown', lostMs: 0, files: null } as const);
  const builtAt = given.builtAt === undefined ? null : Date.parse(given.builtAt);
  return new RuleContext(
    analysis,
    dockerfile,
    given.steps === undefined ? null : { steps, cacheBreak, builtAt },
  );
}

function historyOf({ created, config }: Omit<FindingCase, 'why' | 'dockerfile'>): readonly HistoryEntry[] {
  const made = (config?.history ?? []).map(text => ({
    createdBy: publicHistory(text.replace(/^- /, '')),
    emptyLayer: text.startsWith('- '),
    created: null,
    comment: null,
  }));
  const dated = (created ?? []).map(at => ({ createdBy: '', emptyLayer: false, created: at, comment: null }));
  return [...made, ...dated];
}
