import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** One folder a case; `context.sh` lies in those that need files which a repository should not hold. */
export const CORPUS = join(import.meta.dirname, '../../../examples/corpus');

const STYLES = [
  'official-image',
  'ml',
  'node',
  'python',
  'java',
  'go',
  'rust',
  'ruby',
  'php',
  'build-farm',
  'monorepo',
  'devcontainer',
  'ci-runner',
  'heredoc',
  'multi-stage',
] as const;

const line = z.int().min(1).nullish();
/** Ids of rules; also of rules that are to be written yet. */
const rules = z.array(z.string().regex(/^[a-z-]+$/)).min(1);

const expected = z.strictObject({
  say: z.string().describe('What an expert says, in one line'),
  rules,
  line,
  bytes: z
    .int()
    .nullish()
    .describe('Measured by other means than this tool; null where it is not about bytes'),
  path: z
    .string()
    .optional()
    .describe('What it is about, where a line has several such: how the path begins'),
  fix: z.string().optional(),
  gap: z.string().optional().describe('Why it is not found yet, or not with these bytes'),
});

const mustNot = z.strictObject({ say: z.string(), rules, line });

const judged = z.strictObject({
  rule: z.string(),
  line,
  verdict: z.enum(['useful', 'noise', 'false']),
  why: z.string(),
});

const caseSchema = z.strictObject({
  title: z.string(),
  style: z.enum(STYLES),
  good: z.boolean().describe('Nothing may be said of it above the level info'),
  daily: z.boolean().describe('Tried every day; the others in the long run'),
  smoke: z
    .string()
    .describe('What an owner of the image would run to see that it works; empty without a shell'),
  buildArgs: z.record(z.string(), z.string()).default({}),
  target: z.string().default(''),
  expected: z.array(expected),
  mustNot: z.array(mustNot).default([]),
  judged: z.array(judged).default([]),
});

export type CorpusCase = z.infer<typeof caseSchema> & { readonly name: string };
export type Expected = CorpusCase['expected'][number];
export type MustNot = CorpusCase['mustNot'][number];
export type Judged = CorpusCase['judged'][number];

/** Names of all cases, in order. */
export function corpusNames(): readonly string[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export function readCorpusCase(name: string): CorpusCase {
  const text = readFileSync(join(CORPUS, name, 'case.json'), 'utf8');
  const parsed = caseSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${name}/case.json: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, name };
}
