import type { WastedFile } from '../../analysis/image-analysis.ts';
import type { CredentialKind } from '../../base/credential-kinds.ts';
import { findTextCredentials } from '../../base/text-credentials.ts';
import { type DockerfileInstruction, locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import type { ConfigCredential, CredentialPlace } from '../../oci/config-credentials.ts';
import { credentialFiles, type FileCredential } from '../../packages/credentials/credential-collector.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** A file of own layers with credentials. */
export interface CredentialFile {
  readonly path: string;
  readonly first: FileCredential;
  /** How many it has beside the first. */
  readonly more: number;
  /** The layers that ship it, ascending. */
  readonly layers: readonly number[];
  /** What hides the last of them; null where the final filesystem shows it. */
  readonly hidden: Pick<WastedFile, 'reason' | 'hiddenBy'> | null;
}

/** Files of own layers with credentials, also those that are hidden later: they ship all the same. */
export const findCredentialFiles = memoize((context: RuleContext): readonly CredentialFile[] => {
  const { analysis, ownFrom } = context;
  const found = new Map<string, { credentials: readonly FileCredential[]; layers: number[] }>();
  for (const [layer, scan] of analysis.scans.entries()) {
    if (layer < ownFrom) continue;
    for (const { path, credentials } of credentialFiles(scan)) {
      const known = found.get(path);
      if (known === undefined) found.set(path, { credentials, layers: [layer] });
      else if (known.layers.at(-1) !== layer) known.layers.push(layer);
    }
  }
  if (found.size === 0) return [];
  const hidden = new Map(analysis.wastedFiles.map(file => [`${file.writtenBy} ${file.path}`, file]));
  const visible = new Set<string>();
  for (const { path, otherNames = [] } of analysis.visibleFiles)
    for (const name of [path, ...(otherNames ?? [])]) if (found.has(name)) visible.add(name);
  return [...found].flatMap(([path, { credentials, layers }]) => {
    const [first, ...more] = credentials;
    // What packages bring is the same for everybody.
    if (first === undefined || analysis.packages.ownerOf(path) !== null) return [];
    const hides = hidden.get(`${layers.at(-1)} ${path}`) ?? null;
    // Neither seen nor hidden: the configuration leaves it out.
    if (hides === null && !visible.has(path)) return [];
    return [{ path, first, more: more.length, layers, hidden: hides }];
  });
});

/** A credential in the settings or the history of the image, where it is the Dockerfile's and not its base's. */
export interface ShippedSetting {
  readonly kind: CredentialKind;
  readonly place: CredentialPlace;
  readonly name: string | null;
  /** How many other credentials the command has. */
  readonly more: number;
  /** Index of the layer that the command made; null where it made none. */
  readonly layer: number | null;
  readonly instruction: DockerfileInstruction | null;
}

const KEYWORDS: Readonly<Record<Exclude<CredentialPlace, 'command'>, string>> = {
  env: 'ENV',
  label: 'LABEL',
  argument: 'ARG',
};

/**
 * Each once: a variable is in the settings, in the history of its ENV, and in that of the RUNs behind its ARG, where the
 * first of these is told. Those of one command are told together.
 */
export function findShippedSettings(context: RuleContext): readonly ShippedSetting[] {
  const { credentials } = context.analysis;
  const found = new Map<string, ShippedSetting>();
  for (const place of ['env', 'label', 'argument'] as const) {
    for (const credential of credentials.filter(each => each.place === place)) {
      const setting = readSetting(context, credential);
      const key = credential.name ?? `${place} ${credential.entry}`;
      if (setting !== null && !found.has(key)) found.set(key, setting);
    }
  }
  const commands = credentials.filter(({ place }) => place === 'command');
  const settings = [...Map.groupBy(commands, ({ entry, keyword }) => entry ?? keyword).values()].flatMap(
    ([first, ...more]) => {
      const setting = first === undefined ? null : readSetting(context, first);
      return setting === null ? [] : [{ ...setting, more: more.length }];
    },
  );
  return [...found.values(), ...settings];
}

function readSetting(context: RuleContext, credential: ConfigCredential): ShippedSetting | null {
  const { kind, place, name, entry } = credential;
  const made = entry === null ? null : layersBefore(context, entry);
  const layer = made?.isLayer ? made.count : null;
  const named = place === 'command' ? null : settingInstruction(context, place, name);
  const written = named ?? (layer === null ? null : context.instructionOf(layer));
  const instruction = written ?? (place === 'command' ? commandInstruction(context, credential) : null);
  const isOwn =
    context.ownFrom === 0 ||
    named !== null ||
    (place === 'command' && layer === null && instruction !== null) ||
    (layer === null ? (made?.count ?? 0) > context.ownFrom : layer >= context.ownFrom);
  return isOwn ? { kind, place, name, more: 0, layer, instruction } : null;
}

/** The CMD, HEALTHCHECK or ENTRYPOINT with a credential, the last one that history has for the last of the Dockerfile. */
function commandInstruction(
  { dockerfile, analysis }: RuleContext,
  { keyword, entry }: ConfigCredential,
): DockerfileInstruction | null {
  if (keyword === null || keyword === 'RUN') return null;
  const from = entry ?? analysis.history.length;
  const others = analysis.credentials.filter(each => each.keyword === keyword && (each.entry ?? 0) > from);
  const written = dockerfile?.shipped.filter(
    each => each.keyword === keyword && findTextCredentials(each.text).length > 0,
  );
  return written?.at(-1 - new Set(others.map(each => each.entry)).size) ?? null;
}

/** How many layers the history made before an entry, and whether this one made another. */
function layersBefore({ analysis: { history } }: RuleContext, entry: number) {
  const count = history.slice(0, entry).filter(({ emptyLayer }) => !emptyLayer).length;
  return { count, isLayer: history[entry]?.emptyLayer === false };
}

/** The instruction of what ships that sets this name. */
function settingInstruction(
  { dockerfile }: RuleContext,
  place: Exclude<CredentialPlace, 'command'>,
  name: string | null,
): DockerfileInstruction | null {
  if (name === null) return null;
  const names = new RegExp(`(?:^|[\\s"'])${name.replaceAll(/[.]/g, '\\.')}["']?(?:[\\s=]|$)`);
  return (
    dockerfile?.shipped.findLast(({ keyword, body }) => keyword === KEYWORDS[place] && names.test(body)) ??
    null
  );
}

/** Where the setting stands. */
export function settingLocation(context: RuleContext, { layer, instruction }: ShippedSetting) {
  if (instruction !== null) return locationOf(instruction);
  return layer === null ? null : context.locationOf(layer);
}
