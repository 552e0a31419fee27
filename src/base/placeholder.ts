/** Words that stand where a secret would: a value with one of them is none. */
const STAND_IN =
  /example|placeholder|chang(?:e|ed)?[-_ ]?(?:me|it|this|the)|replace[-_ ]?(?:me|this|with)|your[-_ ]|(?<![a-z])your[A-Z]|(?:[-_ ]|[a-z])here\b|(?:please|must|to)[-_ ]?(?:be[-_ ]?)?set|^set[-_ ]|delete[-_ ]?me|override|provide[-_ ]?me|at[-_ ]?runtime|no[-_ ]?default|(?:^|[-_ ])(?:unset|unknown|undefined|ignored|replace)$|dummy|redacted|insecure|not[-_ ]?(?:a[-_ ]?)?(?:real|used|secret|set|needed)|to[-_ ]?do\b|(?<![a-z\d])x{3}|x{4}|\*{3}|\.{3}|…/i;

/** References to what is known elsewhere: `$X`, `${X}`, `{{ x }}`, `<x>`, `%X%`, `@X@`, `$(cat x)`, `env:X`, a path. */
const REFERENCE =
  /^(?:\\?\$|\*\*.*\*\*$|%%|%\(\w+\)s|\[[\w ]+\]|\{\{|\{%|<|%[A-Za-z_]+%$|@[A-Za-z_]+@$|`|(?:env|file|vault|op|ref|sm|ssm|secretsmanager|arn|gcp|keyring):|__[A-Z_]+__$|0x[\dA-Fa-f]{8}(?:[\dA-Fa-f]{8}|[\dA-Fa-f]{32})?$|(?:id|type)=|pass:\$|\{\$|(?:sha1|sha256|argon2|bcrypt|pbkdf2):|,[A-Z_]+=|\.[*+]|\[\^|[\w./-]+\.(?:py|json|ya?ml|txt|pem|crt|conf|cfg|ini|xml|properties)$|[.~]?\.?\\?\/(?![A-Za-z0-9+/]{39,}={0,2}$)|process\.env|os\.environ|ENC\[|\{[A-Za-z0-9+/=]+\}$)|\$\{[^}]{1,200}\}|\$\{\{|\$\(/;

const EVERYDAY =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|empty|disabled|enabled|required|optional|string|define|md5|scram-sha-256|base64:?|prompt|stdin|trust|random|auto)$/i;

/** What people write for want of a secret, alone or joined with each other: `secret`, `dev-password`, `test1234`. */
const WEAK =
  /^(?:(?:my|some|the|a|super|top|very|dev|devel|development|test|testing|tests|ci|build|builder|time|only|local|localhost|default|demo|sample|fake|mock|temp|tmp|secret|secrets|password|passwd|passw0rd|pass|pwd|token|key|api|access|auth|admin|root|user|username|guest|app|db|database|postgres|postgresql|mysql|mariadb|mongo|redis|rabbitmq|minio|minioadmin|django|rails|base|foo|bar|baz|qwerty|hello|world|for|to|be|in|is|not|used|unused|no|precompile|assets|collectstatic|static|changeit|unsafe|key|anything|something|nothing|whatever|letmein|welcome|headless|vagrant|ubuntu|debian|alpine|docker|container|toor|p@ssw0rd|sekrit|bitnami|screencast|pw|client|bot|weak|strong|smtp|email|mail|ftp|ssh|vpn|rcon|web|service|system|student|developer|vnc|nginx|grafana|keycloak|jupyter|elastic|elasticsearch|kibana|airflow|superset|metabase|odoo|gitlab|gitea|jenkins|nexus|sonar|sonarqube|neo4j|oracle|couchdb|cassandra|clickhouse|influxdb|influx|zabbix|wordpress|drupal|joomla|nextcloud|mattermost|kafka|spark|hadoop|solr|consul|vault|laravel|symfony|flask|express|nextauth|runtime|buildtime)(?:[-_. ]|$|(?=[a-z\d!]))){1,8}[\d!]*$/i;

/**
 * Whether a value that stands where a secret belongs is none: a reference, an example, a word that everybody uses, or one
 * of the name that it is assigned to (`ACME_ADMIN_PASSWORD=acme`).
 */
export function isPlaceholder(value: string, name: string | null = null): boolean {
  const text = value.trim();
  return (
    (name !== null && isOfName(text, name)) ||
    text.length < 4 ||
    EVERYDAY.test(text) ||
    /^[\d.,:_-]*$/.test(text) ||
    STAND_IN.test(text) ||
    REFERENCE.test(text) ||
    (text.length <= 64 && WEAK.test(text)) ||
    hasFewCharacters(text)
  );
}

/** What goes with a word of the name: `RCON_PASSWORD=rconpassword`, `REPLICATION_PASS=replication_pass1`. */
const WITH_NAME = ['password', 'passwd', 'pass', 'pwd', 'pw', 'secret', 'token', 'key'];

function isOfName(text: string, name: string): boolean {
  if (text.length > 40) return false;
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  const own = words.split(/[^a-z]+/).filter(word => word.length >= 3);
  let rest = text.toLowerCase();
  for (const word of [...own, ...WITH_NAME].sort((a, b) => b.length - a.length))
    rest = rest.replaceAll(word, '');
  return /^[\d_. -]{0,6}$/.test(rest);
}

/** Whether a token of a known shape is made up: of one character, or with a word that says so. */
export function isMadeUp(token: string): boolean {
  return /example|placeholder|your[-_]|redacted|(.)\1{7}/i.test(token) || hasFewCharacters(token);
}

/** `aaaa`, `xxxxxxxx`, `0000-0000`. */
function hasFewCharacters(text: string): boolean {
  const size = new Set(text.slice(0, 64)).size;
  return size <= Math.min(text.length < 12 ? 3 : 4, text.length / 2);
}
