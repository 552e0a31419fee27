import { describe, expect, it } from 'vitest';
import { expandTemplate } from '../../../src/baseline/sources/registry-template.ts';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const values = { sha: SHA, branch: 'feature/Été #1' };

describe('a template of the baseline', () => {
  it.each([
    ['ghcr.io/owner/app:{sha}', `docker://ghcr.io/owner/app:${SHA}`],
    ['docker://ghcr.io/owner/app:sha-{sha}', `docker://ghcr.io/owner/app:sha-${SHA}`],
    ['  owner/app:{branch}  ', 'docker://owner/app:feature-t-1'],
    ['app', 'docker://app'],
    ['localhost:5000/{sha}/app:{sha}', `docker://localhost:5000/${SHA}/app:${SHA}`],
  ])('%s is %s', (template, reference) => {
    expect(expandTemplate(template, values)).toBe(reference);
  });

  it.each([
    ['ghcr.io/app:{tag}', values],
    ['{branch}.example/app:1', values],
    ['{branch}/app:1', values],
    ['docker-daemon:app:{sha}', values],
    ['oci:{branch}', values],
    ['', values],
    ['ghcr.io/app:{sha}', { sha: null, branch: 'main' }],
    ['ghcr.io/app:{branch}', { sha: SHA, branch: null }],
    ['ghcr.io/app:{branch}', { sha: SHA, branch: '' }],
    ['ghcr.io/app:{branch}', { sha: SHA, branch: '../../x' }],
    ['ghcr.io/app:{branch}', { sha: SHA, branch: 'x'.repeat(129) }],
    ['ghcr.io/app:{sha}', { sha: '$&', branch: null }],
    ['ghcr.io/{branch}:1', { sha: SHA, branch: 'a@b:c/../d' }],
  ])('%s cannot be used with %j', (template, given) => {
    const expand = () => expandTemplate(template, given);
    expect(expand).toThrowError(expect.objectContaining({ code: 'reference-invalid' }));
  });
});
