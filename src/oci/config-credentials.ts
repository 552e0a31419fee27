import type { CredentialKind } from '../base/credential-kinds.ts';
import { isSecretSetting } from '../base/credential-name.ts';
import { settingsIn } from '../base/credential-setting.ts';
import { findTextCredentials } from '../base/text-credentials.ts';

export type CredentialPlace = 'env' | 'label' | 'argument' | 'command';

/** A credential in an image's configuration: what it is, and where; nothing of itself. */
export interface ConfigCredential {
  readonly kind: CredentialKind;
  readonly place: CredentialPlace;
  /** Of the variable, the label or the argument; null where it has none. */
  readonly name: string | null;
  /** Index into the history, lowest first; null where it is a setting of the image. */
  readonly entry: number | null;
  /** Of the instruction that history tells of, in capitals: `RUN`, `HEALTHCHECK`; null where it is a variable or a label. */
  readonly keyword: string | null;
}

/** Of one image: whoever has so many reads them himself. */
const MAX_FOUND = 100;
/** Commands are shorter, and what is longer is not searched. Characters. */
const MAX_TEXT = 1_000_000;

/** `/bin/sh -c #(nop)  ENV X=…`, `ARG X=…`. */
const SETTING = /^(?:\/bin\/sh -c #\(nop\)\s{0,8})?(ENV|ARG|LABEL)\s/i;

/**
 * The credentials of an image's settings and of its history.
 * @param history what made each entry, as it is written, with the build arguments of a RUN in front
 * @param commands what the image runs
 */
export function findConfigCredentials(config: {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly string[];
  readonly commands: readonly RuntimeCommand[];
}): readonly ConfigCredential[] {
  const found: ConfigCredential[] = [];
  for (const variable of config.env) {
    found.push(...inSetting('env', ...splitSetting(variable)));
  }
  for (const [name, value] of Object.entries(config.labels)) found.push(...inSetting('label', name, value));
  const names = new Set(config.env.map(variable => splitSetting(variable)[0]));
  const told = found.flatMap(({ name }) => (name === null ? [] : [`${name}=`]));
  for (const [entry, text] of config.history.entries()) {
    // History has values without their quotes: what looks like another variable is a part of the one before.
    const isPart = ({ keyword, name }: ConfigCredential) =>
      keyword === 'ENV' && name !== null && !names.has(name) && told.some(each => text.includes(each));
    found.push(...inHistory(text, entry).filter(each => !isPart(each)));
  }
  // Where history has the instruction, it has been told by that.
  const known = new Set(found.map(({ keyword }) => keyword));
  for (const { keyword, text } of config.commands)
    if (!known.has(keyword)) found.push(...inCommand(keyword, text));
  return found.slice(0, MAX_FOUND);
}

/** What the image runs by itself, as its instruction would have it. */
export interface RuntimeCommand {
  readonly keyword: 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK' | 'ONBUILD';
  /** `["redis-server","--requirepass","…"]` */
  readonly text: string;
}

/** Of the settings of a config, whatever they are: those of a squashed image have no history. */
export function runtimeCommands(config: {
  readonly Cmd?: unknown;
  readonly Entrypoint?: unknown;
  readonly Healthcheck?: unknown;
  readonly OnBuild?: unknown;
}): readonly RuntimeCommand[] {
  const health: unknown = (config.Healthcheck as { readonly Test?: unknown } | null | undefined)?.Test;
  const arrays = [
    ['CMD', config.Cmd],
    ['ENTRYPOINT', config.Entrypoint],
    ['HEALTHCHECK', health],
  ] as const;
  return [
    ...arrays.flatMap(([keyword, words]) => (isWords(words) ? [{ keyword, text: commandText(words) }] : [])),
    ...(isWords(config.OnBuild) ? config.OnBuild : []).map(text => ({ keyword: 'ONBUILD' as const, text })),
  ];
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string');
}

/** A shell's script as it is written, and the words of a program as an array. */
function commandText(words: readonly string[]): string {
  const isScript = words.length > 1 && /^(?:CMD-SHELL|-\w*c)$/.test(words.at(-2) ?? '');
  return isScript ? (words.at(-1) ?? '') : JSON.stringify(words);
}

function inCommand(keyword: RuntimeCommand['keyword'], text: string): readonly ConfigCredential[] {
  if (text.length > MAX_TEXT) return [];
  return findTextCredentials(`${keyword} ${text}`).map(({ kind, name }) => ({
    kind,
    place: 'command',
    name: name === null ? null : shownName(name),
    entry: null,
    keyword,
  }));
}

function inSetting(place: CredentialPlace, name: string, value: string): readonly ConfigCredential[] {
  const [first] = value.length > MAX_TEXT ? [] : findTextCredentials(value);
  const isNamed = isSecretSetting(name, value);
  const kind = first?.kind ?? (isNamed ? 'password' : null);
  return kind === null ? [] : [{ kind, place, name: shownName(name), entry: null, keyword: null }];
}

/**
 * The values of an image's settings that are credentials by their names. History has them without their quotes, so that
 * it cannot be told where one ends. For masks alone: nobody may keep or print them.
 */
export function secretSettings(config: {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}): readonly string[] {
  const variables = config.env.map(splitSetting);
  return [...variables, ...Object.entries(config.labels)].flatMap(([name, value]) =>
    isSecretSetting(name, value) ? [value] : [],
  );
}

function splitSetting(variable: string): readonly [name: string, value: string] {
  const [name = ''] = variable.split('=', 1);
  return [name, variable.slice(name.length + 1)];
}

function inHistory(createdBy: string, entry: number): readonly ConfigCredential[] {
  const text = createdBy.slice(0, writtenEnd(createdBy));
  if (text.length > MAX_TEXT) return [];
  const setting = SETTING.exec(text)?.[1]?.toUpperCase();
  const command = setting === undefined ? argumentsEnd(text) : 0;
  const settings = setting === undefined ? [] : settingsIn(text);
  const keyword = setting ?? KEYWORD.exec(text)?.[1] ?? 'RUN';
  return findTextCredentials(text).map(({ kind, name, start }) => {
    // Whatever a value has: it is the variable that is told, as it is where the settings have it.
    const holder = settings.find(each => each.start <= start && start < each.end)?.name ?? name;
    return {
      kind,
      place: setting === undefined ? (start < command ? 'argument' : 'command') : placeOf(setting),
      name: holder === null ? null : shownName(holder),
      entry,
      keyword,
    };
  });
}

/** `CMD [...]`, `/bin/sh -c #(nop)  HEALTHCHECK …`; what has none is a RUN of the classic builder. */
const KEYWORD = /^(?:\/bin\/sh -c #\(nop\)\s{0,8})?([A-Z]{3,11})\s/;

/** What BuildKit writes behind each of its commands: no operand of it. */
const MARK = /(?<!\s)\s+# buildkit\s*$/;

/** Where what history says of a layer ends, before the mark of its builder. */
export function writtenEnd(createdBy: string): number {
  return MARK.exec(createdBy)?.index ?? createdBy.length;
}

function placeOf(keyword: string): CredentialPlace {
  if (keyword === 'ENV') return 'env';
  return keyword === 'ARG' ? 'argument' : 'label';
}

function shownName(name: string): string | null {
  return /^[\w.-]{1,80}$/.test(name) ? name : null;
}

/** `RUN |2 NAME=value OTHER=value /bin/sh -c make`, and the classic builder's `|2 NAME=value … /bin/sh -c make`. */
const WITH_ARGUMENTS = /^(RUN )?\|\d+ /;

/** Where the command itself begins: a shell, as SHELL may name it. */
const SHELL =
  / (?=(?:\/[^\s=]*\/)?(?:ba|da|a|z|k)?sh (?:-\S{1,20} (?:pipefail )?){0,4}-[a-z]*c\b|cmd \/S \/C |powershell )/gi;

/** Where the values of build arguments end; 0 where there are none, the text's length where it cannot be told. */
function argumentsEnd(text: string): number {
  if (!WITH_ARGUMENTS.test(text)) return 0;
  // The last one: a value may hold what looks like a shell, and the command comes after all values.
  const shell = [...text.matchAll(SHELL)].at(-1);
  return shell ? shell.index + 1 : text.length;
}

/**
 * What history says of a layer, without the values of build arguments, which builders write before the command of a
 * RUN. Where the command cannot be told from the values, none of it is kept.
 */
export function withoutBuildArguments(createdBy: string): string {
  const run = WITH_ARGUMENTS.exec(createdBy)?.[1] ?? '';
  const end = argumentsEnd(createdBy);
  if (end === 0) return createdBy;
  return end === createdBy.length ? `${run}…` : `${run}${createdBy.slice(end)}`;
}
