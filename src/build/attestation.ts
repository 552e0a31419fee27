import { type BuildDriver, isAtLeast, isGraphDriver } from './build-driver.ts';
import type { BuildInputs } from './build-inputs.ts';
import type { BuildOutput } from './build-output.ts';
import { csvRecords } from './input-list.ts';

/** What the surroundings tell for the provenance that is attested by default. */
export interface AttestationDefaults {
  /** Address of the workflow run, for `builder-id`; null outside of one. */
  readonly builderId: string | null;
  /** Whether provenance is attested where no input says so. */
  readonly byDefault: boolean;
  /** Provenance of a private repository is kept minimal and inside the image. */
  readonly privateRepository: boolean;
}

/** `type=provenance,mode=max` as docker/build-push-action writes the attributes of `--attest`. */
export function planAttestations(
  inputs: BuildInputs,
  driver: BuildDriver,
  given: readonly BuildOutput[],
  defaults: AttestationDefaults | null,
): readonly string[] {
  const builderId = defaults?.builderId ?? null;
  const attests: string[] = [];
  const provenance = provenanceInput(inputs.provenance, builderId);
  if (provenance) attests.push(normalize(`type=provenance,${provenance}`));
  else if (
    defaults?.byDefault &&
    canAttest(inputs, driver, given) &&
    !inputs.attests.some(attest => isOfType(attest, 'provenance'))
  ) {
    const mode = defaults.privateRepository ? 'mode=min,inline-only=true' : 'mode=max';
    attests.push(`type=provenance,${withBuilderId(mode, builderId)}`);
  }
  if (inputs.sbom) attests.push(normalize(`type=sbom,${inputs.sbom}`));
  for (const attest of inputs.attests) {
    if (isOfType(attest, 'provenance')) {
      if (!provenance) attests.push(normalize(withBuilderId(attest, builderId)));
    } else if (!isOfType(attest, 'sbom') || !inputs.sbom) attests.push(normalize(attest));
  }
  return attests.flatMap(attest => ['--attest', attest]);
}

/** An image that only the engine gets cannot carry attestations everywhere: docker/build-push-action adds none then. */
function canAttest(inputs: BuildInputs, driver: BuildDriver, given: readonly BuildOutput[]): boolean {
  if (inputs.load || isGraphDriver(driver) || !isAtLeast(driver.buildkitVersion, 0, 11)) return false;
  return !given.some(({ type }) => type === 'docker');
}

/** Whether the arguments attest anything: a type that is not disabled. */
export function attestsAnything(args: readonly string[]): boolean {
  return args.some(arg => arg.startsWith('type=') && !fields(arg).includes('disabled=true'));
}

function provenanceInput(input: string, builderId: string | null): string {
  if (input === '') return '';
  const value = asBoolean(input);
  if (value === null) return withBuilderId(input, builderId);
  return value ? withBuilderId('', builderId) || 'true' : 'false';
}

function withBuilderId(attributes: string, builderId: string | null): string {
  if (builderId === null || fields(attributes).some(field => field.startsWith('builder-id=')))
    return attributes;
  return [attributes, `builder-id=${builderId}`].filter(part => part !== '').join(',');
}

/** A bare boolean among the attributes says whether the type is disabled. */
function normalize(attributes: string): string {
  return fields(attributes)
    .map(field => {
      const value = asBoolean(field);
      return value === null ? field : `disabled=${!value}`;
    })
    .join(',');
}

function isOfType(attributes: string, type: string): boolean {
  return fields(attributes).includes(`type=${type}`);
}

function fields(attributes: string): readonly string[] {
  return csvRecords(attributes, true)
    .flat()
    .map(field => field.trim());
}

/** The words that Go's strconv.ParseBool takes. */
function asBoolean(text: string): boolean | null {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return null;
}
