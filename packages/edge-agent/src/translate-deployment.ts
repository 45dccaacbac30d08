import { failureFinding, hubStatusOf } from './agent-failure.ts';
import type { AgentFailure, ObjectKind } from './agent-failure.ts';
import { combineModule } from './combine-module.ts';
import type { CombinedModule } from './combine-module.ts';
import { agentVersionOf } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { below, finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { customResourceName, deviceLabel, sanitizeName } from './kubernetes-names.ts';
import { claimObjects, deploymentObject, serviceAccountObject, serviceObject } from './kubernetes-objects.ts';
import type { KubernetesObject } from './kubernetes-objects.ts';
import { mapDeployment, mapService, mapServiceAccount } from './map-module.ts';
import type { MappedService } from './map-module.ts';
import type { ModuleInput } from './module-input.ts';
import { startupFailure } from './startup.ts';
import { translateModule } from './translate-module.ts';
import type { ModuleTranslation } from './translate-module.ts';

/** All objects of one kind; they are sent together (rule 26). */
export interface ObjectBatch {
  readonly kind: ObjectKind;
  readonly objects: readonly KubernetesObject[];
}

/** What stops a deployment. `module` is null where it is no single module's fault. */
export type DeploymentFailure = AgentFailure & { readonly module: string | null };

/** What edgeAgent makes of a whole deployment. */
export interface DeploymentTranslation {
  /** Every module translated as if it were alone. */
  readonly modules: readonly ModuleTranslation[];
  /** What stops the deployment, if anything: the earliest of all failures. */
  readonly failure: DeploymentFailure | null;
  /** The batches that are sent, in their order: all four; none; or those of the kinds before the one that cannot be mapped. */
  readonly batches: readonly ObjectBatch[];
  /** Name of the EdgeDeployment custom resource (rule 5). */
  readonly crdName: string;
  readonly deviceLabel: string | null;
  readonly hubStatus: 200 | 400 | 500 | null;
  /** All findings; paths begin at the module's name. */
  readonly findings: readonly Finding[];
}

const STAGES = ['startup', 'parse', 'plan', 'combine', 'map'] as const;

/**
 * Translates a whole deployment (rules 3 and 26): every failure blocks all modules; a mapping failure lets only the kinds before
 * its own be sent. Never throws.
 */
export function translateDeployment(modules: readonly ModuleInput[], settings: DeviceSettings): DeploymentTranslation {
  const translations = modules.map((module) => translateModule(module, settings));
  const mapped = mapBatches(modules, settings);
  const failure = earliest([...mapped.failures, ...nameCollisions(modules)]);
  const findings = translations.flatMap(({ module, findings: own }) => own.map((inner) => below([module], inner)));
  return {
    modules: translations,
    failure,
    batches: failure === null || failure.stage === 'map' ? mapped.batches : [],
    crdName: customResourceName(settings.hubName, settings.deviceId),
    deviceLabel: deviceLabel(settings.deviceId) ?? null,
    hubStatus: hubStatusOf(failure, agentVersionOf(settings)),
    findings: failure?.module === null ? [...findings, ...ownFindings(failure)] : findings,
  };
}

function ownFindings(failure: AgentFailure): readonly Finding[] {
  if (failure.stage === 'startup') return [failureFinding(failure)];
  const message = 'The failure blocks all modules of the device.';
  return [failureFinding(failure), finding('whole-deployment-blocked', failure.at, message)];
}

function earliest(failures: readonly DeploymentFailure[]): DeploymentFailure | null {
  const order = (failure: AgentFailure): number => STAGES.indexOf(failure.stage);
  return [...failures].sort((a, b) => order(a) - order(b))[0] ?? null;
}

/** Rule 3: keys that are there twice, and names that are equal after sanitising; `at` is the later module. */
export function nameCollisions(modules: readonly Pick<ModuleInput, 'name'>[]): readonly DeploymentFailure[] {
  const keys = modules.map(({ name }) => name);
  const names = keys.map((key) => sanitizeName(key));
  return keys.flatMap((name, index): readonly DeploymentFailure[] => {
    const first = keys[names.indexOf(names[index])];
    const at = [name];
    if (keys.indexOf(name) < index) {
      const message = `The module ${name} is there twice.`;
      return [{ code: 'duplicate-module-key', stage: 'plan', at, message, module: null }];
    }
    if (first === name || first === undefined) return [];
    const message = `The objects of the modules ${first} and ${name} would have the same names.`;
    return [{ code: 'name-collision', stage: 'plan', at, message, module: null }];
  });
}

interface MappedBatches {
  readonly batches: readonly ObjectBatch[];
  readonly failures: readonly DeploymentFailure[];
}

function mapBatches(modules: readonly ModuleInput[], settings: DeviceSettings): MappedBatches {
  if (deviceLabel(settings.deviceId) === undefined) {
    return { batches: [], failures: [{ ...startupFailure(settings.deviceId), module: null }] };
  }
  const combined: CombinedModule[] = [];
  const failures: DeploymentFailure[] = [];
  for (const module of modules) {
    const attempt = combineModule(module, settings);
    if (attempt.ok) combined.push(attempt.value);
    else failures.push({ ...attempt.failure, module: module.name });
  }
  return failures.length === 0 ? mapCombined(combined, settings) : { batches: [], failures };
}

function mapCombined(combined: readonly CombinedModule[], settings: DeviceSettings): MappedBatches {
  const accounts = combined.map((module) => serviceAccountObject(mapServiceAccount(module, settings), settings));
  const batches: ObjectBatch[] = [{ kind: 'ServiceAccount', objects: accounts }];
  const services: KubernetesObject[] = [];
  const mapped: (readonly [CombinedModule, MappedService])[] = [];
  for (const module of combined) {
    const attempt = mapService(module, settings);
    if (!attempt.ok) return { batches, failures: [{ ...attempt.failure, module: module.module.name }] };
    mapped.push([module, attempt.value]);
    if (attempt.value.service !== null) services.push(serviceObject(attempt.value.service, settings));
  }
  batches.push({ kind: 'Service', objects: services });
  const deployments: KubernetesObject[] = [];
  const claims = new Map<string, KubernetesObject>();
  for (const [module, { annotations }] of mapped) {
    const deployment = mapDeployment(module, annotations, settings);
    if (!deployment.ok) return { batches, failures: [{ ...deployment.failure, module: module.module.name }] };
    deployments.push(deploymentObject(deployment.value, settings));
    for (const claim of claimObjects(deployment.value, settings)) {
      if (!claims.has(claim.metadata.name)) claims.set(claim.metadata.name, claim);
    }
  }
  batches.push({ kind: 'Deployment', objects: deployments });
  batches.push({ kind: 'PersistentVolumeClaim', objects: [...claims.values()] });
  return { batches, failures: [] };
}
