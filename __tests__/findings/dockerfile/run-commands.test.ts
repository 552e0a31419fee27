import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { aptUse } from '../../../src/findings/cache/apt-use.ts';
import { findUses } from '../../../src/findings/dockerfile/run-commands.ts';
import { cacheUse } from '../../../src/package-managers/cache-use.ts';

function instruction(text: string) {
  const found = parseDockerfile(text, 'Dockerfile').instructions[0];
  if (!found) throw new TypeError('there is an instruction');
  return found;
}

const { writers: pip } = cacheUse('pip-cache');

test.each([
  ['RUN pip install x', [['pip', 'install', 'x']], false],
  ['RUN pip3.12 install x; true', [['pip3.12', 'install', 'x']], false],
  ['RUN cd /x && python3 -m pip install .', [['python3', '-m', 'pip', 'install', '.']], false],
  ['RUN A=1 /opt/bin/pip --quiet install x', [['/opt/bin/pip', '--quiet', 'install', 'x']], false],
  ['RUN pip --version && echo pip install', [], false],
  ['RUN apt-get install -y python3-pip pip', [], false],
  ['RUN sudo pip install x', [], true],
  ["RUN bash -c 'pip install x'", [], true],
  ['RUN x=$(pip install x)', [], true],
  ['RUN echo $(pip install x)', [], true],
  ['RUN xargs pip install < x', [], true],
  ['RUN <<EOF\npip install x\nEOF', [['pip', 'install', 'x']], false],
  ['RUN python3 <<EOF\nos.system("pip install x")\nEOF', [], true],
  ['RUN ["pip", "install", "x"]', [['pip', 'install', 'x']], false],
  ['COPY pip install /', [], false],
])('%j runs pip as %j', (text, words, areHidden) => {
  const uses = findUses(instruction(text), pip);
  expect(uses.writing.map(use => use.words)).toEqual(words);
  expect(uses.areHidden).toBe(areHidden);
});

test.each([
  ['RUN apt-get update && apt-get install -y x', 'updates'],
  ['RUN apt-get install -y x && apt-get update', 'needs'],
  ['RUN apt-get -y upgrade', 'needs'],
  ['RUN apt-cache policy x', 'needs'],
  ['RUN apt-file update && apt-get install x', 'needs'],
  ['RUN test -e /x || apt-get update; apt-get install -y x', 'needs'],
  ['RUN if true; then apt-get update; fi; apt-get install -y x', 'needs'],
  ["RUN sh -c 'apt-get install x'", 'needs'],
  ['RUN apt-get purge -y x && apt-get clean', 'none'],
  ['RUN apt-mark auto x', 'none'],
  ['RUN dpkg -i x.deb', 'none'],
  ['RUN npm ci', 'none'],
  ['RUN X=1; npm ci', 'none'],
  ['RUN apt-get update && apt-get install x && rm -rf /var/lib/apt/lists/*', 'updates'],
  ['RUN cp /var/lib/apt/lists/x /', 'needs'],
  ['RUN ./setup.sh', 'unknown'],
  ['RUN curl x | sh', 'unknown'],
  ['RUN $INSTALL x', 'unknown'],
  ['RUN apt-get update && ./setup.sh', 'updates'],
  ['RUN ./setup.sh && apt-get update', 'unknown'],
  ['RUN python3 <<EOF\nimport x\nEOF', 'unknown'],
  ['RUN --mount=type=cache,target=/var/lib/apt apt-get install x', 'none'],
  ['COPY --from=base /var/lib/apt/lists /x', 'needs'],
  ['COPY x /', 'none'],
  ['CMD ["apt-get", "install", "x"]', 'needs'],
  ['ONBUILD RUN apt-get install x', 'needs'],
  ['ENV X=apt-get', 'none'],
])('%j: %s', (text, use) => {
  expect(aptUse(instruction(text))).toBe(use);
});

it('reads any text', () => {
  const piece = fc.constantFrom(
    'apt-get',
    'update',
    'install',
    '&&',
    '||',
    ';',
    '$(',
    ')',
    '"',
    "'",
    '\\',
    '(',
    'if',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const read = instruction(`RUN ${pieces.join(' ')}x`);
      expect(['none', 'updates', 'needs', 'unknown']).toContain(aptUse(read));
      expect(findUses(read, pip).writing).toEqual([]);
    }),
  );
});
