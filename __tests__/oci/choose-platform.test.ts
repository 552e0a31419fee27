import { describe, expect, it } from 'vitest';
import { formatPlatform, parsePlatform } from '../../src/base/platform.ts';
import { choosePlatform, platformUnknown } from '../../src/oci/choose-platform.ts';

const candidates = (texts: string) => texts.split(' ').map(text => ({ platform: parsePlatform(text) }));

describe('the platform of an index', () => {
  it.each([
    ['the one asked for', 'linux/amd64 linux/arm64', 'linux/arm64', 'linux/amd64', 'linux/arm64'],
    ['not another than asked for', 'linux/amd64 linux/arm64', 'linux/s390x', 'linux/amd64', null],
    ["the host's", 'linux/arm64 linux/amd64', null, 'linux/amd64', 'linux/amd64'],
    [
      "Linux of the host's architecture on other hosts",
      'linux/amd64 linux/arm64',
      null,
      'darwin/arm64',
      'linux/arm64',
    ],
    ['the only one there is', 'linux/s390x', null, 'linux/amd64', 'linux/s390x'],
    ['none of several others', 'linux/s390x linux/riscv64', null, 'linux/amd64', null],
    ['spelled otherwise', 'linux/arm64', 'linux/arm64/v8', 'linux/amd64', 'linux/arm64'],
    ['the best lower variant', 'linux/arm/v5 linux/arm/v6', 'linux/arm/v7', 'linux/amd64', 'linux/arm/v6'],
    ['no higher variant', 'linux/arm/v7', 'linux/arm/v6', 'linux/amd64', null],
    [
      'v7 for arm alone',
      'linux/arm/v5 linux/arm/v7 linux/arm/v6',
      'linux/arm',
      'linux/amd64',
      'linux/arm/v7',
    ],
    [
      'the lowest level for amd64 alone',
      'linux/amd64/v3 linux/amd64',
      'linux/amd64',
      'linux/amd64',
      'linux/amd64',
    ],
    [
      'a level the machine has',
      'linux/amd64 linux/amd64/v2 linux/amd64/v4',
      'linux/amd64/v3',
      'linux/amd64',
      'linux/amd64/v2',
    ],
    [
      'any level when none was asked for',
      'linux/amd64/v2 linux/amd64/v3',
      'linux/amd64',
      'linux/amd64',
      'linux/amd64/v3',
    ],
    ['windows when asked for', 'linux/amd64 windows/amd64', 'windows/amd64', 'linux/amd64', 'windows/amd64'],
  ])('is %s', (_what, there, wanted, host, expected) => {
    const chosen = choosePlatform(
      candidates(there),
      wanted === null ? undefined : parsePlatform(wanted),
      parsePlatform(host),
    );
    expect(chosen && formatPlatform(chosen.platform)).toBe(expected);
  });

  it('is the first of several entries for one platform, as docker and skopeo choose', () => {
    // Windows has an entry for each version of the system, the newest first.
    const entries = candidates('linux/amd64 windows/amd64 windows/amd64').map((entry, index) => ({
      ...entry,
      index,
    }));
    const windows = parsePlatform('windows/amd64');
    expect(choosePlatform(entries, windows, parsePlatform('linux/amd64'))?.index).toBe(1);
    expect(choosePlatform(entries.slice(1), undefined, parsePlatform('linux/amd64'))?.index).toBe(1);
  });

  it('lists those that are there when none fits', () => {
    const present = candidates('linux/s390x linux/arm64 linux/arm64').map(each => each.platform);
    const error = platformUnknown('app', parsePlatform('linux/386'), parsePlatform('linux/amd64'), present);
    expect(error).toMatchObject({
      code: 'platform-unknown',
      message: 'app has no linux/386; it has linux/arm64, linux/s390x.',
      remedy: 'Name one of them: --platform linux/arm64.',
    });
  });
});
