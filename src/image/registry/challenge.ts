/** What a registry asks for before it answers. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      /** Where tokens are given out. */
      readonly realm: string;
      readonly service: string | null;
      readonly scope: string | null;
    };

/**
 * Reads a `WWW-Authenticate` header; of several challenges the one for a token wins. Null when none is understood.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export function parseChallenge(header: string | undefined): Challenge | null {
  // A header is a line; what is longer is no challenge of a registry.
  const text = (header ?? '').slice(0, 8192);
  const bearer = /(?:^|,)\s*bearer\s+(.*)$/is.exec(text)?.[1];
  if (bearer !== undefined) {
    const parameters = new Map<string, string>();
    for (const [, key = '', quoted, bare] of bearer.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi)) {
      parameters.set(key.toLowerCase(), quoted ?? bare ?? '');
    }
    const realm = parameters.get('realm');
    const [service = null, scope = null] = [parameters.get('service'), parameters.get('scope')];
    if (realm) return { scheme: 'bearer', realm, service, scope };
  }
  return /(?:^|,)\s*basic\b/i.test(text) ? { scheme: 'basic' } : null;
}
