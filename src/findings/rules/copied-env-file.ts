import { code, phrase } from '../../base/phrase.ts';
import { findCopiedFiles } from '../leftovers/copied-file.ts';
import { leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { findCredentialFiles } from '../leftovers/shipped-credential.ts';
import { defineRule } from '../rule.ts';
import { copiedAlong } from '../words/evidence-phrases.ts';
import { ignoreFileArg, ignoreFileCode } from '../words/ignore-file-words.ts';

/**
 * `.env` files that came along with a whole directory: they may hold secrets, and whoever has the image can read them,
 * also when a later instruction deletes them. Those in which a credential is seen are that rule's. Of any size, and without a saving: it is not about bytes.
 */
export const copiedEnvFile = defineRule({
  id: 'copied-env-file',
  family: 'leftovers',
  order: 50,
  severity: 'warning',
  args: () => leftoverArgs().extend(ignoreFileArg()),
  finds: '`.env` files that a COPY brings in',
  why: 'They may hold secrets, and stay in their layer even if a later one deletes them.',
  usual: 'Some hundred bytes. The finding is about what they may say.',
  remedy:
    'Add `.env*` to `.dockerignore`, and give the values when the container starts (`--env-file`) or to the one RUN that needs them (`RUN --mount=type=secret`). Replace what was in an image that somebody could pull.',
  whenToIgnore: 'Where the file has defaults alone that anybody may read.',
  find: context => {
    const told = new Set(findCredentialFiles(context).map(({ path }) => path));
    const copied = findCopiedFiles(context).filter(
      ({ development, file }) => development?.kind === 'env-file' && !told.has(file.path),
    );
    const files = copied.map(({ file }) => file);
    const found = leftoverDefects(context, files, {
      minBytes: 1,
      args: () => ({ ignoreFile: context.ownIgnoreFile }),
    });
    return found.map(defect => ({ ...defect, args: { ...defect.args, copyBytes: 0 }, freed: [] }));
  },
  what: finding => phrase`${copiedAlong('environment files', finding)}, and may hold secrets`,
  fix: ({ args }) =>
    phrase`exclude them in ${ignoreFileCode(args)}; pass secrets when the container starts, or to the build with ${code('RUN --mount=type=secret')}`,
});
