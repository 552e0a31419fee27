import { code, type Phrase, phrase } from '../../base/phrase.ts';
import { inPlaces as where, madeAt as writer } from '../../findings/words/evidence-phrases.ts';
import type { FindingSentences, ReportFinding } from './finding-text.ts';

const BIND = code('RUN --mount=type=bind');

/** What is left behind other than the caches of package managers. */
export const REMAINS_SENTENCES: FindingSentences = {
  'package-manager-leftovers': finding => ({
    what: phrase`${found('logs and old states of package managers', finding)} are read by nobody`,
    fix: phrase`delete them in the RUN that installs`,
  }),
  'package-documentation': finding => ({
    what: phrase`${found('documentation', finding)} came with packages`,
    fix: phrase`leave it out: ${code('path-exclude')} of dpkg, ${code('tsflags=nodocs')} of dnf, ${code('gem install --no-document')}, or a slim base image`,
  }),
  'unused-locales': finding => ({
    what: phrase`${found('locales', finding)} are of languages that the Dockerfile does not name`,
    fix: phrase`install only those that the image needs: ${code('path-exclude=/usr/share/locale/*')} of dpkg with a ${code('path-include')} of each, a ${code('glibc-langpack')} package of dnf`,
  }),
  'temporary-files': finding => ({
    what: phrase`${found('temporary files', finding)} stay in the image`,
    fix:
      finding.args['isCopied'] === true
        ? phrase`let the RUN that needs them read them with ${BIND}`
        : phrase`delete them in the RUN that writes them`,
  }),
  'sparse-logs': finding => ({
    what: phrase`${found('zeros', finding)} are the login records of a user with a large id`,
    fix: phrase`create the user with ${code('useradd --no-log-init')}, or with a smaller id`,
  }),
  'kept-archives': finding => ({
    what: phrase`${found('archives', finding)} stay in the image when they are unpacked`,
    fix: archiveFix(finding.args['broughtBy']),
  }),
  'python-bytecode': finding =>
    finding.args['isOrphaned'] === true
      ? {
          what: phrase`${found('Python bytecode', finding)} is never loaded, as its source is gone`,
          fix: phrase`delete ${code('__pycache__')} together with the source`,
        }
      : {
          what: phrase`${found('Python bytecode', finding)} does no more than let programs start faster`,
          fix: phrase`leave it out where a slower start is fine: ${code('pip install --no-compile')}, ${code('PYTHONDONTWRITEBYTECODE=1')}`,
        },
  'object-files': finding => ({
    what: phrase`${found('object files', finding)} are left over from compiling`,
    fix: phrase`compile in another stage, and copy what runs`,
  }),
  'git-directory': finding => ({
    what: phrase`${found('git history', finding)} stays in the image`,
    fix:
      finding.args['isRun'] === true
        ? phrase`clone with ${code('git clone --depth 1')}, and delete ${code('.git')} in the same RUN`
        : phrase`leave ${code('.git')} out of the copy`,
  }),
};

/** `of logs in /var/log/ written at Dockerfile:2`. */
function found(noun: string, finding: ReportFinding): Phrase {
  return phrase`of ${noun} ${where(finding)}${writer(finding)}`;
}

function archiveFix(broughtBy: unknown): Phrase {
  if (broughtBy === 'copy' || broughtBy === 'add') {
    return phrase`let the RUN that unpacks them read them with ${BIND}, or let ${code('ADD')} unpack a local tar`;
  }
  return phrase`download, unpack and delete them in one RUN`;
}
