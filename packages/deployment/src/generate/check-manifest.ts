import type { DeviceApp, Problem } from '@iotedge-networking/contract';
import { lintManifest, type Finding, type PathStep } from '@iotedge-networking/edge-agent';
import { planApps } from './app-plan.ts';
import { appPath, type DeviceScope } from './device-scope.ts';
import { generateManifest } from './manifest.ts';
import { twinBudgets, type TwinBudget } from './twin-budget.ts';

/**
 * What hub, edgeAgent, Kubernetes or Docker would refuse of the device's manifest, or change in silence; said about the place in network.yaml that it
 * comes from. Remarks that only explain are left out, and the networking module's own twin is looked at in check-twins.ts. All devices with the same
 * applications have the same answer.
 */
export function checkManifest(scope: DeviceScope): readonly Problem[] {
  const manifest = generateManifest(scope.network, scope.device);
  const findings = lintManifest(manifest, { profile: scope.network.profile }).filter(
    (one) => one.severity !== 'info' && one.at[1] !== scope.network.module.name,
  );
  const budgets = twinBudgets(manifest);
  return findings
    .filter((finding) => !isConsequence(finding, findings))
    .map((finding) => problemOf(scope, finding, budgets));
}

/** What the Kubernetes API says of a module is of interest where nothing else has been said of it. */
function isConsequence(finding: Finding, all: readonly Finding[]): boolean {
  if (!finding.code.startsWith('api-')) return false;
  const module = (one: Finding): string => one.at.slice(0, 5).join('\n');
  return all.some(
    (other) => other.severity === 'error' && !other.code.startsWith('api-') && module(other) === module(finding),
  );
}

function problemOf(scope: DeviceScope, finding: Finding, budgets: readonly TwinBudget[]): Problem {
  const { code, severity, fix } = finding;
  const [, twin = ''] = finding.at;
  const budget = code.startsWith('twin-') ? budgets.find((one) => one.twin === twin) : undefined;
  const largest = budget?.parts.slice(0, 3).map(({ name, bytes }) => `${name} ${bytes}`);
  const message =
    largest === undefined ? finding.message : `${twin}: ${finding.message} Largest: ${largest.join(', ')}.`;
  const path = sourceOf(scope, finding.at);
  return severity === 'warning' ? { code, path, message, fix, level: 'warning' } : { code, path, message, fix };
}

/** Where in network.yaml the thing at a place of the manifest comes from. */
function sourceOf(scope: DeviceScope, at: readonly PathStep[]): string {
  const [, twin, , section, name, ...rest] = at.map(String);
  if (twin !== '$edgeAgent' || section !== 'modules' || name === undefined) return 'apps';
  return moduleSource(scope, name, rest);
}

function moduleSource(scope: DeviceScope, name: string, rest: readonly string[]): string {
  if (name === scope.network.module.name) return ['networkingModule', ...fieldOf(rest)].join('.');
  const plan = planApps(scope.network, scope.device).find(({ modules }) => modules.includes(name));
  if (plan === undefined) return 'apps';
  const field = portOf(plan.app, rest) ?? fieldOf(rest);
  return field.length === 0 ? `apps.${plan.app.name}` : appPath(scope, plan.app.name, field.join('.'));
}

/** `settings.image` → `image`, `env.NAME.value` → `env.NAME`, `settings.createOptions…` → `createOptions…`. */
function fieldOf(rest: readonly string[]): readonly string[] {
  const [first, second, ...deeper] = rest;
  if (first === 'settings')
    return second?.startsWith('createOptions') === true ? ['createOptions', ...deeper] : rest.slice(1);
  return first === 'env' ? rest.slice(0, 2) : rest;
}

/** A port binding that was made out of `ports` is to be mended there. */
function portOf(app: DeviceApp, rest: readonly string[]): readonly string[] | undefined {
  const binding = rest[rest.indexOf('PortBindings') + 1];
  const named = Object.entries(app.ports).find(
    ([, port]) => `${port.targetPort}/${port.protocol.toLowerCase()}` === binding,
  );
  return named === undefined ? undefined : ['ports', named[0]];
}
