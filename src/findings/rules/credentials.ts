import { z } from 'zod';
import { CREDENTIAL_KINDS, type CredentialKind } from '../../base/credential-kinds.ts';
import { plural } from '../../base/number-text.ts';
import { code, type Phrase, pathCode, phrase, place } from '../../base/phrase.ts';
import {
  type CredentialFile,
  findCredentialFiles,
  findShippedSettings,
  settingLocation,
} from '../leftovers/shipped-credential.ts';
import { type Defect, defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { hiddenAt, madeAt } from '../words/evidence-phrases.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';

/** Of one layer; what is more is counted. */
const MAX_FILES = 20;

/** What needs a passphrase too, or opens nothing but the container itself. */
const LESSER: ReadonlySet<CredentialKind> = new Set(['encrypted-private-key', 'keystore', 'ssh-host-key']);

const args = () =>
  z.object({
    kind: z
      .enum(Object.keys(CREDENTIAL_KINDS) as [CredentialKind, ...CredentialKind[]])
      .describe('What it is. Its value, or a part of it, is in no report'),
    place: z
      .enum(['file', 'env', 'label', 'argument', 'command'])
      .describe(
        'A file of a layer; or a variable, a label, a build argument or a command, in the configuration of the image',
      ),
    path: z.string().nullable().describe('Of the file'),
    line: z.int().min(0).nullable().describe('Of the file; 0 where the file as a whole is one'),
    name: z.string().nullable().describe('What it is assigned to: a key, a variable, a label'),
    more: z.int().min(0).describe('How many other credentials the file or the command has'),
    moreFiles: z
      .int()
      .min(0)
      .describe('How many other files of the layer have some that are not told one by one'),
    hidden: z
      .enum(['deleted', 'replaced'])
      .nullable()
      .describe('What a later instruction does to the file, which ships all the same'),
    broughtBy: z.enum(['copy', 'run']).nullable().describe('What wrote the file; null where unknown'),
    ...ignoreFileArg(),
  });

type Args = z.infer<ReturnType<typeof args>>;

/** Tokens, passwords and private keys that whoever has the image can read. */
export const credentials = defineRule({
  id: 'credentials',
  family: 'dockerfile',
  order: 5,
  severity: 'error',
  args,
  finds: 'Tokens, passwords and private keys in layers, variables, labels, build arguments and the history',
  why: 'Whoever has the image has them, also where a later instruction deletes the file. They are found by the names of files that tools keep them in (`.npmrc`, `.netrc`, `.git/config`, `.aws/credentials`, …) and by the shapes of tokens and keys. No report has a value, or a part of one. Examples, placeholders, tests, public keys, certificates and what packages bring are left alone.',
  usual: 'Some hundred bytes. The finding is about who can read them.',
  remedy:
    'Revoke the credential where it was issued: an image that was pushed once may have been pulled, and a layer that deletes the file deletes nothing. Then keep the next one out. What comes from the context belongs into `.dockerignore`; `actions/checkout` leaves its token in `.git/config` unless `persist-credentials: false` is set. What a RUN needs it gets with `RUN --mount=type=secret`, and what the program needs it gets when the container starts.',
  whenToIgnore:
    'Where it opens nothing: the key of a test, a password that everybody may know. What protects the key by a passphrase, and key stores, are warnings for that reason.',
  find: context => [...fileDefects(context), ...settingDefects(context)],
  what: finding => {
    const { args: found, evidence } = finding;
    const label = capitalized(CREDENTIAL_KINDS[found.kind]);
    const more = found.more > 0 ? `, with ${plural(found.more, 'other')}` : '';
    if (found.place !== 'file')
      return phrase`${label} ${inSetting(found)}${at(finding)}${more}${KEPT_BY[found.place]}`;
    const others =
      found.moreFiles > 0 ? `; ${plural(found.moreFiles, 'other file')} of the layer has some, too` : '';
    const verb = found.broughtBy === 'copy' ? 'copied' : 'written';
    const hidden =
      found.hidden === null
        ? []
        : phrase`, ${found.hidden}${hiddenAt({ ...finding, evidence })}, and ships all the same`;
    return phrase`${label} is in ${pathCode(found.path ?? '', 80)}${where(found)}${more},${madeAt(finding, verb)}${hidden}${others}`;
  },
  fix: ({ args: found }) => phrase`${remedy(found)}`,
});

function fileDefects(context: RuleContext): readonly Defect<Args>[] {
  const byLayer = Map.groupBy(findCredentialFiles(context), ({ layers }) => layers[0] ?? 0);
  return [...byLayer.values()].flatMap(files =>
    files
      .slice(0, MAX_FILES)
      .map((file, index) =>
        fileDefect(context, file, index === MAX_FILES - 1 ? Math.max(files.length - MAX_FILES, 0) : 0),
      ),
  );
}

function fileDefect(context: RuleContext, file: CredentialFile, moreFiles: number): Defect<Args> {
  const { path, first, more, layers, hidden } = file;
  const writer = layers[0] ?? 0;
  const keyword = context.instructionOf(writer)?.keyword ?? null;
  const hiddenBy = hidden === null ? [] : [hidden.hiddenBy];
  return {
    args: {
      kind: first.kind,
      place: 'file',
      path,
      line: first.line,
      name: first.name,
      more,
      moreFiles,
      hidden: hidden === null ? null : hidden.reason === 'deleted' ? 'deleted' : 'replaced',
      broughtBy: keyword === null ? null : keyword === 'RUN' ? 'run' : 'copy',
      ignoreFile: context.ownIgnoreFile,
    },
    severity: LESSER.has(first.kind) ? 'warning' : 'error',
    location: context.locationOf(writer),
    related: hidden === null ? null : context.locationOf(hidden.hiddenBy),
    // It is not about bytes.
    evidence: {
      layers: [...new Set([...layers, ...hiddenBy])],
      paths: [{ path, bytes: 0 }],
      fileCount: 1,
      bytes: 0,
    },
  };
}

function settingDefects(context: RuleContext): readonly Defect<Args>[] {
  return findShippedSettings(context).map(setting => ({
    args: {
      kind: setting.kind,
      place: setting.place,
      path: null,
      line: null,
      name: setting.name,
      more: setting.more,
      moreFiles: 0,
      hidden: null,
      broughtBy: null,
      ignoreFile: context.ownIgnoreFile,
    },
    severity: LESSER.has(setting.kind) ? 'warning' : 'error',
    location: settingLocation(context, setting),
    evidence: {
      layers: setting.layer === null ? [] : [setting.layer],
      paths: [],
      fileCount: 0,
      bytes: 0,
    },
  }));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** ` (line 3, _authToken)`. */
function where({ line, name }: Args): Phrase {
  if (!line) return [];
  return name === null ? phrase` (line ${line})` : phrase` (line ${line}, ${code(name)})`;
}

const KEPT_BY = {
  env: ', which the settings of the image keep',
  label: ', which the settings of the image keep',
  argument: ', which the history of the image keeps',
  command: ', which the history of the image keeps',
} as const;

function inSetting({ place: where, name }: Args): Phrase {
  const named = name === null ? [] : phrase` ${code(name)}`;
  if (where === 'env') return phrase`is the value of the variable${named}`;
  if (where === 'label') return phrase`is the value of the label${named}`;
  if (where === 'argument') return phrase`is the value of the build argument${named}`;
  return name === null ? phrase`is in a command` : phrase`is in a command, behind${named}`;
}

function at({ location }: { readonly location: Parameters<typeof place>[0] | null }): Phrase {
  return location ? phrase` at ${place(location)}` : [];
}

/** Whoever has the image keeps it: to leave it out of the next one is not enough. */
function remedy({ kind, place: where, broughtBy, ignoreFile }: Args): Phrase {
  if (kind === 'ssh-host-key') {
    return phrase`delete it in the RUN that installs the server, and make one when the container starts (${code('ssh-keygen -A')})`;
  }
  if (kind === 'ci-token') {
    return phrase`revoke it, set ${code('persist-credentials: false')} for ${code('actions/checkout')}, and exclude ${code('.git')} in ${ignoreFileCode({ ignoreFile })}`;
  }
  if (where === 'env' || where === 'label') {
    return phrase`revoke it, and pass the next one when the container starts, or to the RUN that needs it with ${code('RUN --mount=type=secret')}`;
  }
  if (where === 'file' && broughtBy !== 'run') {
    return phrase`revoke it, exclude the file in ${ignoreFileCode({ ignoreFile })}, and give it to the RUN that needs it with ${code('RUN --mount=type=secret')}`;
  }
  return phrase`revoke it, and give the next one to the RUN with ${code('RUN --mount=type=secret')}, which no layer and no history keeps`;
}
