import { isDeepStrictEqual } from 'node:util';
import { FINDING_CODES, codesOf, customResourceName, translateDeployment } from '@iotedge-networking/edge-agent';
import type { DeploymentTranslation, DeviceSettings, ModuleInput } from '@iotedge-networking/edge-agent';

type Json = Readonly<Record<string, unknown>>;

/**
 * What a case lists of the findings is its topic, not all there is to say: these codes may come up unasked. Every other code has
 * to be listed, and every listed one has to come up.
 */
const INCIDENTAL = new Set<string>([
  'createoptions-not-text',
  'deviceid-sanitised',
  'dns-ignored',
  'experimental-key-repeated',
  'hostip-ignored',
  'hostport-lenient-parse',
  'hostport-number-coerced',
  'hostport-overrides-exposedport',
  'js-object-reorders-integer-like-keys',
  'label-overwritten-on-pod',
  'label-value-null',
  'loadbalancerip-without-loadbalancer',
  'networking-config-ignored',
  'nodeport-number-chosen-by-cluster',
  'publish-all-ports-ignored',
  'service-type-lenient-parse',
  'serviceoptions-empty-ignored',
  'status-lookup-drops-leading-digit',
]);
const DROPS = ['silent', 'logged-warning'];

/**
 * Replays one recorded case of edgeAgent's translation (format: section 0 of edge-agent-kubernetes.md) and returns one line for
 * every difference between what the case expects and what the model says; empty when they agree. The wording of
 * `apiRejects[].reason`, `sinceAgent`, `unsure` and `why` is prose and not compared. A finding or error whose name the catalogue
 * does not know is taken for another name of something the model says unasked; when it says nothing unasked, that is a difference.
 */
export function replayEdgeAgentCase(testCase: unknown): readonly string[] {
  const { input, expect } = recordOf(testCase) as { readonly input?: unknown; readonly expect?: unknown };
  const given = recordOf(input);
  const expected = recordOf(expect);
  const settings = settingsOf(given);
  const modules = Array.isArray(given['modules']) ? given['modules'] : [given['module']];
  const translation = translateDeployment(modules.map(moduleOf), settings);
  return [
    ...objectDifferences(expected, translation),
    ...failureDifferences(expected, translation),
    ...findingDifferences(expected, translation),
    ...rejectionDifferences(expected, translation),
    ...difference('crdName', expected, customResourceName(settings.hubName, settings.deviceId)),
  ];
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function settingsOf(input: Json): DeviceSettings {
  const {
    hubName,
    deviceId,
    deviceNamespace: namespace,
    defaultServiceType,
    enableK8sExtensions,
    agentVersion,
  } = input;
  const optional = { enableK8sExtensions, agentVersion };
  return { hubName, deviceId, namespace, defaultServiceType, ...optional } as DeviceSettings;
}

function moduleOf(value: unknown): ModuleInput {
  const { createOptions, createOptionsText, createOptionsRaw, createOptionsPieces, ...rest } = recordOf(value);
  const module = rest as unknown as ModuleInput;
  if (createOptionsPieces !== undefined) return { ...module, createOptionsPieces: recordOf(createOptionsPieces) };
  if (createOptionsText !== undefined) return { ...module, createOptions: createOptionsText };
  if (createOptionsRaw !== undefined) return { ...module, createOptions: createOptionsRaw };
  return createOptions === undefined ? module : { ...module, createOptions: JSON.stringify(createOptions) };
}

/** One line when the case states this field and the model differs. Only the stated parts of an object are compared. */
function difference(name: string, expected: Json, actual: unknown): readonly string[] {
  if (!Object.hasOwn(expected, name) || contains(actual, expected[name])) return [];
  return [`${name}: expected ${JSON.stringify(expected[name])}, the model says ${JSON.stringify(actual)}`];
}

function contains(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    return isDeepStrictEqual(actual, expected);
  }
  const fields = recordOf(actual);
  return Object.entries(expected).every(([key, value]) => isDeepStrictEqual(fields[key], value));
}

function objectDifferences(expected: Json, translation: DeploymentTranslation): readonly string[] {
  const blocked = translation.failure !== null;
  const services = blocked ? [] : translation.modules.flatMap(({ service }) => service ?? []);
  const deployments = blocked ? [] : translation.modules.flatMap(({ deployment }) => deployment ?? []);
  return [
    ...difference('service', expected, services[0] ?? null),
    ...difference('deployment', expected, deployments[0] ?? null),
    ...listDifferences('services', expected, services),
    ...listDifferences('deployments', expected, deployments),
  ];
}

function listDifferences(name: string, expected: Json, actual: readonly unknown[]): readonly string[] {
  const list = expected[name];
  if (!Array.isArray(list)) return [];
  const same = list.length === actual.length && list.every((item, index) => contains(actual[index], item));
  return same ? [] : [`${name}: expected ${JSON.stringify(list)}, the model says ${JSON.stringify(actual)}`];
}

function failureDifferences(expected: Json, translation: DeploymentTranslation): readonly string[] {
  const { failure, hubStatus } = translation;
  const stated: Json = { agentError: null, agentStage: null, ...expected };
  const comparable = isKnown(stated['agentError'] ?? 'silent') || failure === null;
  return [
    ...(comparable ? difference('agentError', stated, failure?.code ?? null) : []),
    ...difference('agentStage', stated, failure?.stage ?? null),
    ...difference('hubStatus', expected, hubStatus),
  ];
}

function isKnown(code: unknown): boolean {
  return typeof code === 'string' && (Object.hasOwn(FINDING_CODES, code) || DROPS.includes(code));
}

function findingDifferences(expected: Json, translation: DeploymentTranslation): readonly string[] {
  const listed: unknown = expected['findings'];
  const wanted: readonly string[] = Array.isArray(listed) ? listed.map(String) : [];
  const { failure, findings } = translation;
  // Of a deployment that is blocked a case says just that.
  const relevant = failure === null ? findings : findings.filter(({ code }) => code === 'whole-deployment-blocked');
  const said = codesOf(relevant);
  // An incidental finding that the case does not list brings its way of dropping along.
  const counted = codesOf(relevant.filter(({ code }) => !INCIDENTAL.has(code) || wanted.includes(code)));
  const unasked = said.filter((code) => !wanted.includes(code) && !DROPS.includes(code));
  const renamed = unasked.length > 0 && wanted.some((code) => !isKnown(code));
  const missing = wanted.filter((code) => (isKnown(code) ? !said.includes(code) : !renamed));
  const surplus = renamed ? [] : counted.filter((code) => !wanted.includes(code));
  return [
    ...missing.map((code) => `findings: ${code} is expected, the model does not say it`),
    ...surplus.map((code) => `findings: the model says ${code}, which is not expected`),
  ];
}

function rejectionDifferences(expected: Json, translation: DeploymentTranslation): readonly string[] {
  const listed = expected['apiRejects'] ?? [];
  const wanted: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const actual = translation.failure === null ? translation.modules.flatMap(({ rejections }) => rejections) : [];
  const matches = (stated: Json, index: number): boolean => {
    const { object, field, k8sVersions } = actual[index] ?? {};
    return stated['object'] === object && stated['field'] === field && stated['k8sVersions'] === k8sVersions;
  };
  const missing = wanted.filter((stated) => !actual.some((_, index) => matches(recordOf(stated), index)));
  const lines = missing.map((stated) => `apiRejects: the model does not say ${JSON.stringify(stated)}`);
  const unasked = wanted.length === 0 && actual.length > 0;
  return unasked ? [...lines, `apiRejects: the model says ${JSON.stringify(actual)}, nothing is expected`] : lines;
}
