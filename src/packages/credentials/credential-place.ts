import { baseName } from '../../base/slash-path.ts';

/** What others have packed, with their tests and examples: nobody puts a credential of his own there. */
const FOREIGN =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|dist-packages|\.cargo\/registry|\.cargo\/git|\.rustup|go\/pkg\/mod|\.m2\/repository|\.gradle\/(?:caches|wrapper)|\.nuget\/packages|\.npm\/_cacache|\.cache\/(?:pip|yarn|go-build|uv|pnpm)|pnpm\/store|gems\/[^/]+-\d[^/]*|vendor\/(?:bundle|github\.com|golang\.org|k8s\.io)|\.venv\/lib|venv\/lib)\/|^(?:usr\/(?:share\/(?:doc|man|info|perl|perl5|python3|ca-certificates|zoneinfo|locale|i18n|nodejs)|src\/linux|include|lib\/(?:python|ruby|perl|go-|jvm)|local\/(?:go|include|lib\/(?:python|ruby|node)|share\/(?:man|doc)))|opt\/(?:conda|yarn-v)|var\/lib\/(?:dpkg|apt|rpm|gems)|proc|sys)(?:\/|[\d.])|ssl-cert-snakeoil/;

/** Where the system keeps its own: files there are looked into only by their names. */
const SYSTEM =
  /^(?:usr\/(?!local\/|src\/|share\/nginx\/html\/)|(?:lib|lib32|lib64|libx32|bin|sbin|boot|dev)\/|usr\/local\/(?:lib|share)\/|var\/(?:lib\/(?!jenkins|[^/]*\/\.)|cache|log)\/|etc\/(?:ssl\/certs|pki\/ca-trust|ca-certificates|alternatives|ssh\/moduli|services|mime\.types)|nix\/store\/)/;

/** Tests, examples and documents: full of keys that open nothing. */
const SHOWN =
  /(?:^|\/)(?:tests?|testing|testdata|test-data|__tests__|__fixtures__|specs?|fixtures?|examples?|samples?|demos?|docs?|documentation|mocks?|__mocks__|locales?|i18n|stubs)\/|[._-](?:test|tests|spec|example|sample|template|mock|fixture|stub|stories)s?\.[a-z]{1,5}$|(?:^|\/)(?:test|conftest|example)[_-][^/]*$|(?:^|[/._-])(?:snake-?oil|localhost|self-?signed|dummy|fake)(?=[._-])[^/]*$|\.(?:md|rst|adoc|html?|example|sample|dist|template|tpl|map|lock|pub|crt|cer|csr|sum|svg|css|po)$|(?:^|\/)\.env\.(?:test|testing|ci|development)(?:\.local)?$|(?:^|\/)(?:lang|langs|languages|translations)\/|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|go\.sum|changelog[^/]*|license[^/]*|readme[^/]*)$/i;

/** Texts that people write: settings, scripts, sources, keys. */
const TEXTS = new Set(
  'sh bash zsh ksh fish py rb pl php js mjs cjs ts mts cts jsx tsx go rs java kt kts scala groovy gradle cs fs vb swift ex exs erl clj lua r json json5 jsonc yml yaml toml ini cfg conf config cnf properties props xml env txt sql tf hcl ps1 psm1 bat cmd pem key asc gpg ppk p8 pk8 id rsa ed25519 ecdsa priv private log out bak old orig save swp service socket timer cron dockerfile makefile mk list repo sources netrc history plist ovpn rdp kdbx tfvars vars secret secrets credentials token'.split(
    ' ',
  ),
);

const IN_USR = ['usr/local/', 'usr/src/', 'usr/share/nginx/html/'];

export function isForeign(path: string): boolean {
  return FOREIGN.test(path);
}

/** Whether it is an example or of a test by its path. */
export function isShown(path: string): boolean {
  return SHOWN.test(path);
}

/** Whether a file without a telling name may have credentials of its owner. */
export function isOwnText(path: string): boolean {
  // Most files of an image are here or in a folder of modules.
  if (path.startsWith('usr/') && !IN_USR.some(start => path.startsWith(start))) return false;
  if (path.includes('node_modules/')) return false;
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  if (dot > 0 && !TEXTS.has(name.slice(dot + 1).toLowerCase())) return false;
  return !SYSTEM.test(path) && !SHOWN.test(path);
}

export function isSystem(path: string): boolean {
  return SYSTEM.test(path);
}
