// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell scripts
import type { RandomNumbers } from './random-numbers.ts';

// biome-ignore format: a list
const PARTS = [
  '${', '"', "'", '\\', '(', ')', '{', '}', '<<', '<<-A', 'A\n', '>', '>f', '&', '&&', '|', '||', ';', ';;', '\n', '#',
  ' ', ' ', ' ', ' ', '\t', 'if', 'then', 'fi', 'else', 'for', 'in', 'do', 'done', 'while w1', 'until u1', 'case',
  'esac', '!', 'a', 'A', '=', 'X=', '1', '\u00a0', '$((', '))', 'f()', 'c1', 'c2', 'c3', 'c4', 'c5;', 'c6 ', 'c7 a',
  'c8 &&', '{ ', '( ', '; }', ' ; ', ' if ', ' then ', ' do ', '2>f', '\\\n', '*)', '$X', '-n', '>&2', '<f', '${X:-',
  "$'", "<<'A'", '\nA\n', '[', ' c9', ' c1', ' c2', 'c2 "', 'case a in a) ', ';; esac', '# c1\n', '$#', '\\"', '\\\\',
  '\r', '#\n', '$"', '+=', 'X=1 ', 'X[1]=', '{a}>', '1>', '&>', '<>', '>|', '<&', '[[ ', ' ]]', 'time ', 'function ',
  'coproc ', 'select ', '((', '<(', '>(', 'alias ', '. f', ';&', ';;&', '|&', '<<<',
] as const;

/** A text that looks like a script, and mostly is none. It has no substitutions, whose commands nobody reads. */
export function randomSoup(random: RandomNumbers): string {
  const glue = random.pick(['', '', ' ']);
  return Array.from({ length: 2 + random.below(9) }, () => random.pick(PARTS)).join(glue);
}
