import { describe, expect, it } from 'vitest';
import { withoutBuildArguments } from '../../src/oci/config-credentials.ts';

describe('withoutBuildArguments', () => {
  it.each([
    ['RUN /bin/sh -c make # buildkit', 'RUN /bin/sh -c make # buildkit'],
    ['RUN |1 TOKEN=s3cret /bin/sh -c make # buildkit', 'RUN /bin/sh -c make # buildkit'],
    ['RUN |2 A=one two B=/usr/bin /bin/bash -o pipefail -c x', 'RUN /bin/bash -o pipefail -c x'],
    ['RUN |2 A=one two B=/usr/bin /bin/bash -ec x # buildkit', 'RUN /bin/bash -ec x # buildkit'],
    ['|1 TOKEN=s3cret /bin/sh -c apk add curl', '/bin/sh -c apk add curl'],
    ['RUN |1 TOKEN=s3cret make # buildkit', 'RUN …'],
    ['COPY a b # buildkit', 'COPY a b # buildkit'],
    ['/bin/sh -c #(nop) ADD file:1 in / ', '/bin/sh -c #(nop) ADD file:1 in / '],
    ['', ''],
  ])('makes of %j %j', (createdBy, kept) => {
    expect(withoutBuildArguments(createdBy)).toBe(kept);
  });

  it('keeps nothing of a value that looks like the start of a command', () => {
    expect(withoutBuildArguments('RUN |1 TOKEN=x sh -c s3cret /bin/sh -c make')).toBe('RUN /bin/sh -c make');
  });
});
