// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import type { RandomNumbers } from './random-numbers.ts';

/** How the commands of a RUN are put together, as people write them. */
type Style = 'chain' | 'trailing chain' | 'set -eux' | 'set -e chain' | 'lines' | 'one line' | 'heredoc';

/**
 * Commands as real RUNs have them, in a folder of their own, `$R`, which none of them leaves upwards: they are run by the
 * user who runs the tests. `N` stands for a number that is new in each, `F` for a
 * file that the others may write as well, `D` for a directory.
 */
// biome-ignore format: a list
const PLAIN = [
  'mkdir -p D', 'mkdir -p D/N && cd D/N', 'echo N > F', 'echo N >> log', 'printf "%s\\n" "N  $V" >> F', 'touch D.N',
  'cp log F || true', 'mv F D.N || :', 'rm -f F', 'rm -rf D', 'ln -sf log l.N', 'chmod 600 log', 'chmod +x log',
  'sed -i s/1/one/ log', 'echo "out N"', 'echo "err N" >&2', 'test -d D || mkdir D', 'cat log F 2>/dev/null | sort | uniq -c > s.N',
  'ls bin usr | sort | head -n 3 >> log', 'find bin usr -name "t*" | sort > found', 'wc -c < log > w.N', 'tar -cf t.N log && tar -tf t.N',
  'echo "$(pwd | sed s,.*/,,)" >> log', 'pwd | sed s,.*/,, >> where', 'env | grep -c "^V=" >> log || true', 'true', ':',
  'tool >> log', 'echo $? >> log', 'ls -d D* >> log 2>/dev/null || true', 'date > /dev/null', 'grep -q 1 log', '[ -s log ]',
  'test -f F || echo none >> log', 'echo "a;b&&c|d" >> log', "echo 'it # is' >> log", 'basename /a/b.N >> log', 'echo N | tee F > g.N',
  'printf "#!/bin/sh\\necho newer\\n" > bin/tool && chmod +x bin/tool', 'seq 3 | while read n; do echo $n >> log; done',
  'xargs -n1 echo < log >> x.N', 'head -c 20 /dev/zero | tr "\\0" x > z.N', 'stat -c %a log >> modes', 'umask >> modes',
] as const;

/** What changes the shell that runs it, or leaves it. */
// biome-ignore format: a list
const CHANGING = [
  'cd D 2>/dev/null || true', 'cd bin', 'V=N', 'export V=N', 'W="$(echo N)"', 'unset V', 'umask 027', 'umask 077', 'set -f', 'set -x',
  'set +e', 'set -u', 'set -- a b N', 'echo "[$1]" >> log', 'echo "[$W]" >> log', 'read V < log || true', 'IFS=:', 'alias tool=false',
  'trap "echo bye N >> log" EXIT', 'trap - EXIT', 'exec 3>&1', 'exec >> out.N', '. ./env.sh', 'eval "V=N"', 'eval "echo N" >> log',
  'exit 0', 'exit', ': "${V:=N}"', 'echo $((V + 1)) >> log', 'true $((K = N)); echo "$K" >> log', 'hash -r', 'PATH="$PATH:D"', 'shift || true', 'exec true', 'HOME=/N',
] as const;

const FAILING = [
  'false',
  'exit 3',
  'test -f nowhere',
  '! true',
  'nocommand-N',
  'grep -q zzz log',
  'cat nowhere',
  'sh -c "exit 4"',
] as const;

// biome-ignore format: a list
const COMPOUND = [
  '( A; B )', '{ A; B; }', 'if C; then A; else B; fi', 'if C; then A; fi', 'for i in 1 2 N; do echo "$i" >> log; A; done', 'A || B', 'C && A || B',
  'case "$V" in ""|1) A ;; *) B ;; esac', 'while C && [ ! -e "$R/once.N" ]; do touch "$R/once.N"; A; done', 'A | cat >> piped.N', '( cd D 2>/dev/null && A )',
  'until [ -e "$R/once.N" ]; do touch "$R/once.N"; B; done', '! C', 'for f in *; do [ -e "$f" ] || continue; echo "$f" >> names; done', 'A; B', 'A & wait', 'f() { A; }; f',
  'if [ "$(id -u)" = 0 ]; then A; B; fi', 'for d in D D; do ( cd "$d" && A ) || exit 5; done',
] as const;

const COMMENTS = ['# why', '    # and how', '# it is; && || (odd'] as const;

/** RUN instructions in a row, as lines of a Dockerfile, comments between them. */
export function randomRuns(random: RandomNumbers): readonly string[] {
  let next = 0;
  const number = (): string => {
    next += 1;
    return String(next);
  };
  const fill = (text: string): string =>
    text
      .replaceAll('N', number())
      .replace(/\bF\b/g, () => random.pick(['f1', 'f2', 'f3']))
      .replace(/\bD\b/g, () => random.pick(['d1', 'd2']));
  const command = (depth: number): string => {
    const kind = random.below(20);
    if (kind < 11 || depth === 0) return fill(random.pick(PLAIN));
    if (kind < 14) return fill(random.pick(CHANGING));
    if (kind < 15) return fill(random.pick(FAILING));
    const inner = (): string => command(depth - 1);
    return random
      .pick(COMPOUND)
      .replace(/\b[ABC]\b/g, letter =>
        letter === 'C' ? fill(random.pick(['true', '[ -e log ]', 'test -n "$V"', 'false'])) : inner(),
      )
      .replaceAll('N', number())
      .replace(/\bD\b/g, 'd1');
  };
  const run = (): string => {
    const commands = Array.from({ length: 1 + random.below(5) }, () => command(2));
    // biome-ignore format: a list
    const style = random.pick<Style>(['chain', 'chain', 'chain', 'trailing chain', 'set -eux', 'set -e chain', 'lines', 'one line', 'one line', 'heredoc']);
    return written(style, commands, random);
  };
  const runs = Array.from({ length: random.isOneIn(3) ? 3 : 2 }, run);
  return runs.map((text, index) =>
    index > 0 && random.isOneIn(3) ? `${random.pick(COMMENTS)}\n${text}` : text,
  );
}

function written(style: Style, commands: readonly string[], random: RandomNumbers): string {
  const comment = random.isOneIn(4) ? `\n${random.pick(COMMENTS)}` : '';
  const on = ` \\${comment}\n    `;
  // What would swallow the operators behind it stands in parentheses, as its author would have put it.
  const members = commands.map(text => (/[;&|]/.test(text) && random.isOneIn(2) ? `( ${text} )` : text));
  switch (style) {
    case 'chain':
      return `RUN ${members.join(`${on}&& `)}`;
    case 'trailing chain':
      return `RUN ${members.join(` &&${on}`)}`;
    case 'set -eux':
      return `RUN set -e${random.isOneIn(2) ? 'ux' : ''};${on}${commands.join(`;${on}`)}`;
    case 'set -e chain':
      return `RUN set -e${random.isOneIn(2) ? 'x' : ''} && ${members.join(`${on}&& `)}`;
    case 'lines':
      return `RUN ${commands.join(`;${on}`)}`;
    case 'one line':
      return `RUN ${members.join(random.isOneIn(3) ? '; ' : ' && ')}`;
    case 'heredoc':
      return random.isOneIn(3) ? `RUN <<EOF\n${commands.join('\n')}\nEOF` : `RUN ${members.join(' && ')}`;
  }
}
