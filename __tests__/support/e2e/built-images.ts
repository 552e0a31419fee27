import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { fabricateTar } from '../fabricate/layer.ts';
import { dir, file, hardlink, symlink } from '../fabricate/node.ts';
import { folderOf } from '../folder.ts';
import { BASE, SMALL_BASE } from './engines.ts';

/** What is run as one instruction. */
const run = (...lines: readonly string[]) => `RUN <<EOF\nset -e\n${lines.join('\n')}\nEOF`;

/** Sets an attribute of a file: the images have no setfattr. */
const attribute = (path: string, name: string, value: string) =>
  `perl -e 'my ($p, $n, $v) = ("${path}", "${name}", ${value}); syscall(188, $p, $n, $v, length($v), 0) == 0 or print "no $n here\\n"'`;

/** CAP_NET_BIND_SERVICE, permitted and effective. */
const CAPABILITY = 'pack("V5", 0x02000001, 1 << 10, 0, 0, 0)';

/** Instructions on the base image, by what is particular in their layers. The first few are built every day. */
export const BUILDS: readonly (readonly [name: string, instructions: readonly string[]])[] = [
  [
    'hard links, in a layer and to one below',
    [
      run('mkdir /h', 'head -c 70000 /dev/urandom > /h/a', 'ln /h/a /h/b', 'ln /h/b /z', 'ln /h/a "/h/c d"'),
      run('ln /etc/passwd /h/passwd', 'ln /h/a /h/e', 'rm /h/b'),
    ],
  ],
  [
    'opaque folders',
    [
      run('mkdir -p /o/a/b /o/c', 'echo 1 > /o/a/b/f', 'echo 2 > /o/c/g'),
      run('rm -rf /o', 'mkdir /o', 'echo 3 > /o/new'),
      run('rm -rf /usr/share/doc', 'mkdir -p /usr/share/doc/x', 'echo 4 > /usr/share/doc/x/y'),
    ],
  ],
  [
    'devices, attributes and holes',
    [
      run(
        'mkdir /d',
        'mknod /d/c c 1 3',
        'mknod /d/b b 7 0',
        'mknod /d/p p',
        'truncate -s 50M /d/holes',
        'printf x | dd of=/d/holes bs=1 seek=30000000 conv=notrunc status=none',
        'cp /bin/ls /d/ls',
        attribute('/d/ls', 'security.capability', CAPABILITY),
        attribute('/d/ls', 'user.note', '"a\\0b"'),
        'chmod 4755 /d/ls',
      ),
      run('rm /d/c', 'rm /d/p', 'echo 1 > /d/p', 'chmod 1777 /d'),
    ],
  ],
  [
    'names of all bytes',
    [
      run(
        'mkdir /n',
        'echo 1 > /n/größe',
        'echo 2 > "/n/$(printf "\\377\\376x")"',
        'echo 3 > "/n/$(printf "a\\nb")"',
        `echo 4 > '/n/"q" \\back'`,
        'mkdir "/n/$(printf "d\\300")"',
        'echo 5 > "/n/$(printf "d\\300")/in"',
        'ln "/n/$(printf "\\377\\376x")" "/n/$(printf "l\\201")"',
        'ln -s "$(printf "\\377\\376x")" /n/s',
      ),
      run('rm "/n/$(printf "\\377\\376x")"', 'rm -r "/n/$(printf "d\\300")"'),
    ],
  ],
  [
    'a file for a folder, a folder for a file and for a link',
    [
      run('mkdir /k /k/d', 'echo 1 > /k/d/f', 'echo 2 > /k/f', 'ln -s d /k/l', 'echo 3 > /k/l/via'),
      run(
        'rm -r /k/d',
        'echo 4 > /k/d',
        'rm /k/f',
        'mkdir /k/f',
        'echo 5 > /k/f/in',
        'rm /k/l',
        'mkdir /k/l',
      ),
    ],
  ],
  [
    'several stages',
    [
      'RUN mkdir /s && head -c 200000 /dev/urandom > /s/a && ln /s/a /s/b && ln -s a /s/c',
      `FROM ${SMALL_BASE}`,
      'COPY --from=built /s /s',
      'COPY --from=built /s/a /bin/',
    ],
  ],
  ['a linked copy', ['COPY --link --chmod=0711 --chown=12:34 context /l', 'COPY --link context/f /l/g/h']],
  ['nothing below', ['FROM scratch', 'COPY --from=built /bin /bin', 'COPY context /', 'COPY context /']],
  ['many layers', Array.from({ length: 118 }, (_, index) => `RUN echo ${index} > /m-${index % 7}`)],
  [
    'a moved folder',
    [run('mv /usr/share/doc /moved', 'mv /moved/perl /moved/other'), 'RUN mv /moved /usr/share/doc'],
  ],
  [
    'long names',
    [
      run(
        'p=/long',
        'for i in 1 2 3 4 5; do p=$p/$(printf "%0120d" $i); done',
        'mkdir -p $p',
        'echo 1 > $p/f',
      ),
    ],
  ],
  [
    'large owners',
    [run('mkdir /u', 'echo 1 > /u/a', 'chown 3000000:4000000 /u/a', 'chown 2097151 /u'), 'RUN chown -R 5 /u'],
  ],
  [
    'times',
    [
      run(
        'mkdir /t',
        'for t in 1901-12-14 1969-12-31 1970-01-01 2040-02-02 2300-01-01; do touch -d $t /t/$t; done',
        'touch -d 2001-01-01T00:00:00.123456789 /t/fine',
      ),
    ],
  ],
  [
    'metadata alone',
    [
      'RUN chmod -R go-w /usr/share && touch /etc/hosts2',
      'RUN chmod 600 /etc/hosts2',
      'RUN touch -d 2000-01-01 /etc/hosts2',
    ],
  ],
  [
    'a file again and again',
    Array.from({ length: 6 }, (_, index) => `RUN head -c ${index * 1000} /dev/zero > /again`),
  ],
  [
    'by way of a link',
    [run('echo 1 > /lib/by-link', 'mkdir -p /bin/x', 'echo 2 > /sbin/y'), 'RUN rm /lib/by-link'],
  ],
  [
    'links of all kinds',
    [
      run(
        'mkdir /y',
        'ln -s /nowhere /y/a',
        'ln -s ../../.. /y/b',
        'ln -s . /y/c',
        'ln -s a /y/d',
        'ln /y/a /y/e',
      ),
    ],
  ],
  ['nothing', ['RUN true', 'WORKDIR /w', 'WORKDIR /w', 'ENV A=1', 'RUN true']],
  ['empty files', [run('mkdir /e', 'for i in $(seq 2000); do : > /e/$i; done'), 'RUN rm -r /e']],
  [
    'a tree of small files',
    [
      run('mkdir /r', 'for i in $(seq 900); do mkdir -p /r/$((i % 30)); echo $i > /r/$((i % 30))/$i; done'),
      'RUN rm -r /r/1? && touch /r/2/x',
    ],
  ],
  ['a large file', ['RUN head -c 30000000 /dev/urandom > /large', 'RUN printf x >> /large']],
  ['an archive', ['ADD context/a.tar /x/', 'ADD context/a.tar /x/']],
  ['text in the Dockerfile', ['COPY <<a <<b /text/\nfirst\na\nsecond\nb']],
  [
    'a folder of a cache',
    ['RUN --mount=type=cache,target=/cache echo 1 > /cache/x && mkdir -p /cache2 && cp /cache/x /cache2/'],
  ],
  [
    'a socket',
    [
      run(
        `perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "/sock", Listen => 1)' || true`,
        'echo 1 > /beside',
      ),
    ],
  ],
  ['removed packages', ['RUN rm -rf /usr/share/perl* /var/lib/dpkg/info/a*', 'RUN rm -rf /var/lib/dpkg']],
  [
    'modes',
    [
      run(
        'mkdir -m 3777 /q',
        'echo 1 > /q/a',
        'chmod 0 /q/a',
        'echo 2 > /q/b',
        'chmod 6711 /q/b',
        'chmod 7777 /q',
      ),
    ],
  ],
  [
    'attributes of folders',
    [
      run(
        'mkdir /v',
        attribute('/v', 'user.a', '"1"'),
        'echo 1 > /v/f',
        attribute('/v/f', 'user.b', '"\\303\\274"'),
      ),
    ],
  ],
  [
    'dots in names',
    [
      run(
        'mkdir /g',
        'echo 1 > /g/..a',
        'echo 2 > /g/...',
        'mkdir /g/..b',
        'echo 3 > /g/..b/.wh',
        'echo 4 > "/g/ "',
      ),
    ],
  ],
  ['copies with hard links', ['COPY context/links /j/', 'RUN cp -a /j /j2 && rm /j/a']],
];

/** A folder that one of them is built in. */
export async function contextOf(instructions: readonly string[]): Promise<string> {
  const context = await folderOf({
    Dockerfile: [`FROM ${BASE} AS built`, ...instructions, ''].join('\n'),
    'context/f': 'one',
    'context/sub/g': 'two',
    'context/l': { link: 'sub/g' },
    'context/links/a': 'three',
    'context/a.tar': await fabricateTar([
      ['d/', dir({ mode: 0o700 })],
      ['d/a', file(7000)],
      ['d/b', hardlink('d/a')],
      ['d/c', symlink('a')],
      ['d/a', file(7000)],
    ]),
  });
  await link(join(context, 'context/links/a'), join(context, 'context/links/b'));
  return context;
}
