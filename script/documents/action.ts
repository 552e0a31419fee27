import { parse, stringify } from 'yaml';
import { INPUT_GROUPS, type Option } from '../../src/base/option.ts';
import { BUILD_OPTIONS } from '../../src/build/build-options.ts';
import { OPTIONS } from '../../src/run/config/options.ts';
import { type Document, table, textOf } from './document.ts';

interface Input {
  readonly name: string;
  readonly description: string;
  readonly otherwise: string | undefined;
}

const isOfBuild = ([name]: (typeof OPTIONS)[number]): boolean => Object.hasOwn(BUILD_OPTIONS, name);
/** What is built first: who reads action.yml comes from docker/build-push-action. */
const ORDERED = [...OPTIONS.filter(isOfBuild), ...OPTIONS.filter(option => !isOfBuild(option))];

/** What action.yml declares: its inputs are the options that have one. */
export const ACTION: Document = {
  path: 'action.yml',
  make: current =>
    current.replace(/^inputs:\n[\s\S]*?^outputs:\n/m, () => `inputs:\n${inputsYaml()}\noutputs:\n`),
};

/** The tables of inputs and outputs. */
export function actionTables(): { readonly inputs: string; readonly outputs: string } {
  const inputs = inputGroups().flatMap(([, inputs]) => inputs);
  const action: { outputs: Record<string, { description: string }> } = parse(textOf('action.yml'));
  return {
    inputs: table(
      ['input', 'meaning', 'default'],
      inputs.map(({ name, description, otherwise }) => [
        `\`${name}\``,
        description,
        otherwise === undefined ? '' : `\`${otherwise}\``,
      ]),
    ),
    outputs: table(
      ['output', 'meaning'],
      Object.entries(action.outputs).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  };
}

function inputsYaml(): string {
  const groups = inputGroups().map(([title, inputs]) => `  # ${title}\n${inputs.map(inputYaml).join('')}`);
  return groups.join('\n');
}

function inputYaml({ name, description, otherwise }: Input): string {
  const field = (key: string, value: string): string => `    ${key}: ${stringify(value, { lineWidth: 0 })}`;
  return [
    `  ${name}:\n`,
    field('description', description),
    otherwise === undefined ? '' : field('default', otherwise),
  ].join('');
}

function inputGroups(): readonly (readonly [title: string, inputs: readonly Input[]])[] {
  return Object.entries(INPUT_GROUPS).map(([group, title]) => [
    title,
    ORDERED.filter(([, { input }]) => input === group).map(([name, option]) => inputOf(name, option)),
  ]);
}

function inputOf(name: string, option: Option<unknown>): Input {
  return { name, description: option.description, otherwise: option.default ?? option.kind.default };
}
