// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells
import { expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { ArchiveUse } from '../../../src/findings/leftovers/archive-use.ts';

function unpacks(run: string, path: string): boolean {
  const [, instruction] = parseDockerfile(`FROM a\n${run}`, 'Dockerfile').instructions;
  if (!instruction) throw new TypeError('no instruction');
  return new ArchiveUse(instruction).unpacks(path);
}

it.each([
  ['RUN tar xf /srv/a.tgz', 'srv/a.tgz'],
  ['RUN tar -C /opt -xzf a.tgz', 'srv/a.tgz'],
  ['RUN tar --extract --file=/srv/a.tgz', 'srv/a.tgz'],
  ['RUN cd /srv && bsdtar -xf *.zip', 'srv/a.zip'],
  ['RUN unzip -q tool-${V}.zip', 'srv/tool-1.zip'],
  ['RUN 7z x a.7z', 'srv/a.7z'],
  ['RUN dpkg -i /debs/*', 'debs/a.deb'],
  ['RUN apt-get install -y --no-install-recommends ./a_1.deb', 'srv/a_1.deb'],
  ['RUN rpm -Uvh a.rpm', 'srv/a.rpm'],
  ['RUN dnf -y localinstall /srv/a.rpm', 'srv/a.rpm'],
  ['RUN apk add --allow-untrusted /srv/a.apk', 'srv/a.apk'],
  ['RUN python3 -m pip install --no-index -f /wheels app', 'wheels/app.whl'],
  ['RUN pip3.11 install /wheels/*.whl', 'wheels/app.whl'],
  ['RUN npm install -g /srv/a.tgz', 'srv/a.tgz'],
  ['RUN <<EOF\ntar xf a.tgz\nEOF', 'srv/a.tgz'],
])('%s unpacks /%s', (run, path) => {
  expect(unpacks(run, path)).toBe(true);
});

it.each([
  ['RUN tar czf a.tgz xterm', 'srv/a.tgz'],
  ['RUN tar tf a.tgz', 'srv/a.tgz'],
  ['RUN tar xf b.tgz', 'srv/a.tgz'],
  ['RUN unzip -l a.zip', 'srv/a.zip'],
  ['RUN tar xf b.tgz -C /srv', 'srv/a.whl'],
  ['RUN tar xf /opt/a.tgz', 'srv/a.tgz'],
  ['RUN tar xf $FILE', 'srv/a.tgz'],
  ['RUN dpkg -l a.deb', 'srv/a.deb'],
  ['RUN pip download /wheels/*.whl', 'wheels/a.whl'],
  ['RUN pip install /srv', 'srv/tests/data.zip'],
  ['RUN echo unzip a.zip; ls a.zip', 'srv/b.zip'],
  ['COPY a.tgz /srv/', 'srv/a.tgz'],
])('%s does not unpack /%s', (run, path) => {
  expect(unpacks(run, path)).toBe(false);
});
