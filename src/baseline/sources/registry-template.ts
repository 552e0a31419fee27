import { DeadweightError } from '../../base/errors.ts';
import { printable, quote } from '../../base/untrusted-text.ts';
import { parseImageReference } from '../../image/open-image.ts';
import { findTransport } from '../../image/transports.ts';

/** What the placeholders of a template stand for; null where it is not known. */
export interface TemplateValues {
  /** Full id of the base commit. */
  readonly sha: string | null;
  /** Name of the base branch, without `refs/heads/`. */
  readonly branch: string | null;
}

/**
 * `ghcr.io/owner/app:{sha}` → `docker://ghcr.io/owner/app:0123…`. A branch is written as docker/metadata-action writes
 * it into tags: `feature/x` is `feature-x`. Neither can name another registry.
 * @throws DeadweightError `reference-invalid`
 */
export function expandTemplate(template: string, values: TemplateValues): string {
  const name = template.trim().replace(/^docker:\/\//, '');
  if (findTransport(name) !== undefined) {
    throw invalid(template, 'it names no registry');
  }
  const slash = name.indexOf('/');
  if (slash >= 0 && name.slice(0, slash).includes('{')) throw invalid(template, 'its registry is not fixed');
  const filled = name
    .replaceAll('{sha}', () => requireSha(values, template))
    .replaceAll('{branch}', () => requireBranch(values, template));
  const reference = `docker://${filled}`;
  parseImageReference(reference);
  return reference;
}

/** Whether the reference names the very commit, instead of a tag that moves. */
export function namesCommit(template: string): boolean {
  return template.includes('{sha}');
}

function requireSha({ sha }: TemplateValues, template: string): string {
  if (sha === null) throw invalid(template, 'the commit for {sha} is unknown');
  if (!/^[0-9a-f]{7,64}$/.test(sha)) throw invalid(template, `${quote(sha)} is not a commit`);
  return sha;
}

function requireBranch({ branch }: TemplateValues, template: string): string {
  if (!branch) throw invalid(template, 'the branch for {branch} is unknown');
  return branch.replace(/[^A-Za-z0-9._-]+/g, '-');
}

function invalid(template: string, why: string): DeadweightError {
  return new DeadweightError('reference-invalid', {
    message: `The baseline image "${printable(template)}" cannot be used: ${why}.`,
    remedy:
      'Write REGISTRY/NAME:TAG with {sha} or {branch} in the name or tag, like ghcr.io/owner/app:{sha}.',
  });
}
