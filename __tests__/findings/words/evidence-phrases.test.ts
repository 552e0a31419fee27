import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/base/phrase.ts';
import type { Finding } from '../../../src/findings/finding.ts';
import { leftAt, madeAt } from '../../../src/findings/words/evidence-phrases.ts';

function at(line: number, text: string) {
  return { file: 'Dockerfile', startLine: line, endLine: line, text };
}

function finding(location: Finding['location'], related: Finding['related'] = null): Finding {
  return {
    ...{ rule: 'any', severity: 'info', args: {}, saving: null, edits: [] },
    ...{ location, related, evidence: { layers: [3], paths: [], fileCount: 1, bytes: 1 } },
  };
}

describe('what made files', () => {
  it.each([
    [finding(at(2, 'RUN make')), 'written', ' written at Dockerfile:2'],
    [finding(at(2, 'RUN make')), 'is installed', ' is installed at Dockerfile:2'],
    [finding(at(4, 'COPY --from=a / /')), 'written', ' copied at Dockerfile:4'],
    [finding(at(4, ' copy a /')), 'is installed', ' is copied at Dockerfile:4'],
    [finding(at(4, 'ADD a /')), 'installed', ' copied at Dockerfile:4'],
    [finding(null), 'installed', ' installed in layer 3'],
  ])('%#', (given, verb, expected) => {
    expect(plainText(madeAt(given, verb))).toBe(expected);
    expect(plainText(leftAt(given, verb))).toBe(expected);
  });

  it('is, behind a copy, what wrote them in the stage that they come from', () => {
    const given = finding(at(9, 'COPY --from=a / /'), at(2, 'RUN make'));
    expect(plainText(leftAt(given))).toBe(' copied at Dockerfile:9 (written at Dockerfile:2)');
    expect(plainText(leftAt(given, 'is installed'))).toBe(
      ' is copied at Dockerfile:9 (installed at Dockerfile:2)',
    );
  });
});
