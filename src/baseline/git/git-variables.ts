/** Variables of a process, of which those that are not set count as absent. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * They name a repository, or change how git reads one: inside a git hook they would beat the working directory.
 * As `git rev-parse --local-env-vars` lists them, without settings, which are the user's.
 */
export const REPOSITORY_VARIABLES: readonly string[] = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
  'GIT_DIR',
  'GIT_GLOB_PATHSPECS',
  'GIT_GRAFT_FILE',
  'GIT_ICASE_PATHSPECS',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_LITERAL_PATHSPECS',
  'GIT_NAMESPACE',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
];

/** A key, such as `safe.directory`, and its value. */
export type GitSetting = readonly [key: string, value: string];

/** The settings in variables, which count as those of the command line do. */
export function readSettingVariables(env: Variables): readonly GitSetting[] {
  return Array.from({ length: countSettings(env) }, (_, index): GitSetting => {
    return [env[`GIT_CONFIG_KEY_${index}`] ?? '', env[`GIT_CONFIG_VALUE_${index}`] ?? ''];
  });
}

/** The variables of some settings, which come behind those that an environment has. */
export function settingVariables(env: Variables, settings: readonly GitSetting[]): Record<string, string> {
  const before = countSettings(env);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(before + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${before + index}`] = key;
    variables[`GIT_CONFIG_VALUE_${before + index}`] = value;
  }
  return variables;
}

/** Far more than anybody gives. */
const MAX_SETTINGS = 10_000;

/** 0 for what git takes for none, or refuses. */
function countSettings(env: Variables): number {
  const count = env['GIT_CONFIG_COUNT'] ?? '';
  return /^\d{1,9}$/.test(count) ? Math.min(Number(count), MAX_SETTINGS) : 0;
}
