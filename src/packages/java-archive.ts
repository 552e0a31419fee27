/** What the name of a Java library's archive says, as Maven and Gradle write it. */
export interface JavaLibrary {
  /** The artifact: `guava`, `bcprov-jdk18on`, `spark-core_2.12`. */
  readonly name: string;
  /** With what stands behind it: `33.2.0-jre`, `4.1.110.Final-linux-x86_64`. */
  readonly version: string;
}

const ENDING = '.jar';
/** Longer names are nobody's. Characters. */
const MAX_NAME = 200;
/** What comes with a library and is no copy of it. */
const BESIDE = /-(?:sources|javadoc|tests|test-sources)$/;

/**
 * Reads `ARTIFACT-VERSION[-CLASSIFIER].jar`: the version begins behind the last hyphen that a digit follows. null for an
 * archive without a version.
 * @param path clean
 * @see https://maven.apache.org/ref/current/maven-repository-metadata/
 */
export function readJavaLibrary(path: string): JavaLibrary | null {
  if (!path.endsWith(ENDING)) return null;
  const text = path.slice(path.lastIndexOf('/') + 1, -ENDING.length);
  if (text.length > MAX_NAME || BESIDE.test(text)) return null;
  for (let at = text.lastIndexOf('-'); at > 0; at = text.lastIndexOf('-', at - 1)) {
    const version = text.slice(at + 1);
    if (/^\d/.test(version)) return { name: text.slice(0, at), version };
  }
  return null;
}

/**
 * The number of a version: what is alike in all that is built of one state of the sources, for other machines or other
 * versions of Java: `31.1` of `31.1-jre` and `31.1-android`.
 */
export function versionNumber(version: string): string {
  return /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
}
