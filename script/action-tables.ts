import { parse } from 'yaml';

interface Field {
  readonly description: string;
  readonly default?: string;
}

/** The README's tables of inputs and outputs, from the text of action.yml. */
export function actionTables(actionYaml: string): { readonly inputs: string; readonly outputs: string } {
  const action: { inputs: Record<string, Field>; outputs: Record<string, Field> } = parse(actionYaml);
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
  const inputs = Object.entries(action.inputs).map(([name, field]) => {
    const value = field.default === undefined ? '' : `\`${cell(field.default)}\``;
    return `| \`${name}\` | ${cell(field.description)} | ${value} |`;
  });
  const outputs = Object.entries(action.outputs).map(
    ([name, field]) => `| \`${name}\` | ${cell(field.description)} |`,
  );
  return {
    inputs: ['| input | meaning | default |', '| --- | --- | --- |', ...inputs].join('\n'),
    outputs: ['| output | meaning |', '| --- | --- |', ...outputs].join('\n'),
  };
}
