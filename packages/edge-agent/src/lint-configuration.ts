import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { isInteger } from './lint-routes.ts';
import { CONTENT_KEYS } from './manifest-shape.ts';
import type { ManifestShape } from './manifest-shape.ts';
import { isRecord, recordOf } from './module-input.ts';

type Json = Readonly<Record<string, unknown>>;

const ID = /^[a-z0-9\-:+%_#*?!(),=@;']{1,128}$/;
const OF_MODULES = /^\s*from\s+devices\.modules\s+where\s+\S/i;
const MOST_PRIORITY = 2_147_483_647;
const MOST_METRICS = 5;
const LONGEST_LABEL = 128;

/**
 * Checks what stands around the content where the document is a configuration as IoT Hub stores it: id, target condition, priority, labels and metrics
 * (iot-hub-and-iot-edge.md 4.4, 4.5). What is absent is said on the command line or in the portal, so only what is there is looked at.
 */
export function lintConfiguration(manifest: unknown, shape: ManifestShape): readonly Finding[] {
  const root = recordOf(manifest);
  const { id, priority } = root;
  const findings: Finding[] = [...lintContent(root)];
  if (id !== undefined && (typeof id !== 'string' || !ID.test(id)))
    findings.push(finding('configuration-id-refused', ['id'], `The hub refuses the id ${JSON.stringify(id)}.`));
  findings.push(...lintCondition(root['targetCondition'], shape));
  if (priority !== undefined && !isInteger(priority, MOST_PRIORITY))
    findings.push(
      finding('configuration-priority-invalid', ['priority'], `${JSON.stringify(priority)} is no priority.`),
    );
  return [...findings, ...lintLabels(root['labels']), ...lintMetrics(root['metrics'])];
}

function lintContent(root: Json): readonly Finding[] {
  const inside = isRecord(root['content']);
  const content = inside ? recordOf(root['content']) : root;
  const [, ...others] = CONTENT_KEYS.filter((key) => isRecord(content[key]));
  return others.map((key) => {
    const at = inside ? ['content', key] : [key];
    const message = `A configuration has one kind of content; ${key} comes on top.`;
    return finding('configuration-content-doubled', at, message);
  });
}

/** Deployments and device configurations select devices, module configurations module twins; an empty condition selects nothing. */
function lintCondition(condition: unknown, { kind }: ManifestShape): readonly Finding[] {
  if (condition === undefined || condition === '') return [];
  const at = ['targetCondition'];
  if (typeof condition !== 'string')
    return [finding('configuration-condition-refused', at, `${JSON.stringify(condition)} is no condition.`)];
  const ofModules = OF_MODULES.test(condition);
  if (kind === 'module-twin' && !ofModules) {
    const message = 'The condition of a module configuration begins with "from devices.modules where".';
    return [finding('configuration-condition-refused', at, message)];
  }
  if (kind === 'module-twin' || !ofModules) return [];
  const message = 'Conditions over devices.modules are for module configurations; this one selects devices.';
  return [finding('configuration-condition-refused', at, message)];
}

function lintLabels(labels: unknown): readonly Finding[] {
  if (labels === undefined || labels === null) return [];
  if (!isRecord(labels)) return [finding('configuration-label-refused', ['labels'], 'The labels are not an object.')];
  return Object.entries(labels)
    .filter(([name, value]) => typeof value !== 'string' || Math.max(name.length, value.length) > LONGEST_LABEL)
    .map(([name, value]) => {
      const message = typeof value === 'string' ? 'Name or value is too long.' : 'The value is not a text.';
      return finding('configuration-label-refused', ['labels', name], message);
    });
}

function lintMetrics(metrics: unknown): readonly Finding[] {
  if (metrics === undefined || metrics === null) return [];
  const at = ['metrics', 'queries'];
  const queries = recordOf(metrics)['queries'];
  if (!isRecord(queries))
    return [finding('configuration-metric-refused', ['metrics'], 'The metrics have no object "queries".')];
  const entries = Object.entries(queries);
  const findings = entries
    .filter(([, query]) => typeof query !== 'string' || !/^\s*select\s/i.test(query))
    .map(([name]) => finding('configuration-metric-refused', [...at, name], 'The metric is not a SELECT query.'));
  if (entries.length <= MOST_METRICS) return findings;
  const message = `There are ${entries.length} metrics; the hub takes ${MOST_METRICS}.`;
  return [...findings, finding('configuration-metrics-too-many', at, message)];
}
