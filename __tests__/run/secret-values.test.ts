import { expect, it } from 'vitest';
import { SecretMask } from '../../src/run/secret-values.ts';
import { random } from '../support/credentials/made-up.ts';

it('hides what stands in the Dockerfile wherever it is said again', () => {
  const [value, word] = [random(20), 'postgresql'];
  const mask = new SecretMask([]);
  const said = `#7 [2/3] RUN echo ${value} # ${word}`;
  expect(mask.line(said)).toBe(said);
  mask.learn(`FROM a\nARG SECRET_KEY=${value}\nENV DB_PASSWORD=${word}\nRUN echo $SECRET_KEY\n`);
  // A plain word is in any text.
  expect(mask.line(said)).toBe(`#7 [2/3] RUN echo *** # ${word}`);
  expect(mask.report({ name: `RUN echo ${value}` })).toEqual({ name: 'RUN echo ***' });
});
