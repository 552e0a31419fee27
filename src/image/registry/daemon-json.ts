import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { readInputFile } from '../../base/input-file.ts';
import { parseBoundedJson } from '../../base/json-shape.ts';
import { lazy } from '../../base/lazy.ts';
import { isInSubnet } from './proxy.ts';

/** What the engine of this machine is told of registries. */
interface DaemonRegistries {
  /** Hosts of mirrors of Docker Hub. */
  readonly mirrors: readonly DaemonMirror[];
  /** Hosts, with their ports, and ranges of addresses: `10.0.0.0/8`. */
  readonly insecure: readonly string[];
}

interface DaemonMirror {
  /** `mirror.example:5000`. */
  readonly host: string;
  readonly isPlain: boolean;
}

const schema = lazy(() =>
  z.object({
    'registry-mirrors': z.array(z.string()).default([]),
    'insecure-registries': z.array(z.string()).default([]),
  }),
);

const MAX_FILE = 1024 * 1024;

/**
 * Reads `daemon.json` of docker's engine. A file that is missing, may not be read or is broken says nothing: it is the
 * engine's business, and not needed here. https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
 * @param root where `etc` is
 */
export function readDaemonRegistries(root: string): DaemonRegistries {
  try {
    const text = readInputFile(join(root, 'etc/docker/daemon.json'), { maxBytes: MAX_FILE }).toString('utf8');
    const wire = schema().parse(parseBoundedJson(text));
    return { mirrors: wire['registry-mirrors'].flatMap(readMirror), insecure: wire['insecure-registries'] };
  } catch {
    return { mirrors: [], insecure: [] };
  }
}

function readMirror(text: string): DaemonMirror[] {
  const url = URL.parse(text);
  if (url === null || url.pathname !== '/') return [];
  return [{ host: url.host, isPlain: url.protocol === 'http:' }];
}

/** Whether a list of `insecure-registries` has a host. @param registry `registry.example:5000` */
export function isInsecure(registry: string, insecure: readonly string[]): boolean {
  const host = registry.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return insecure.some(entry => {
    const name = entry.replace(/^https?:\/\//, '').replace(/\/$/, '');
    return name === registry || (isIP(host) !== 0 && name.includes('/') && isInSubnet(host, name));
  });
}
