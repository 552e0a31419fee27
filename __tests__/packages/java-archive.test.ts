import { describe, expect, it } from 'vitest';
import { readJavaLibrary, versionNumber } from '../../src/packages/java-archive.ts';

describe('the name of an archive of Java', () => {
  it.each([
    ['app/lib/guava-33.2.0-jre.jar', 'guava', '33.2.0-jre'],
    ['bcprov-jdk18on-1.78.jar', 'bcprov-jdk18on', '1.78'],
    ['log4j-1.2-api-2.17.1.jar', 'log4j-1.2-api', '2.17.1'],
    ['spark-core_2.12-3.5.0.jar', 'spark-core_2.12', '3.5.0'],
    ['netty-epoll-4.1.110.Final-linux-x86_64.jar', 'netty-epoll', '4.1.110.Final-linux-x86_64'],
    ['javax.inject-1.jar', 'javax.inject', '1'],
  ])('%s has artifact and version', (path, name, version) => {
    expect(readJavaLibrary(path)).toEqual({ name, version });
  });

  it.each([
    'app.jar',
    'app-latest.jar',
    '1.0.jar',
    '-1.0.jar',
    'guava-33.2.0.war',
    'guava-33.2.0-sources.jar',
    `${'a-'.repeat(200)}1.jar`,
  ])('%s has none', path => {
    expect(readJavaLibrary(path)).toBeNull();
  });

  it('has the number alone to tell versions apart', () => {
    expect(
      ['31.1-jre', '31.1-android', '4.1.110.Final-linux-x86_64', '1', '2.0.0-beta9'].map(versionNumber),
    ).toEqual(['31.1', '31.1', '4.1.110', '1', '2.0.0']);
  });
});
