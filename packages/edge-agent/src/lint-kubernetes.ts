import { DEVICE_LABEL, MODULE_LABEL } from './annotations.ts';
import type { DeploymentOutline } from './deployment-outline.ts';
import type { DeviceSettings } from './device-settings.ts';
import { below, finding } from './finding.ts';
import type { Finding, FindingCode, PathStep } from './finding.ts';
import { lintAddresses } from './lint-addresses.ts';
import type { ManifestModule } from './manifest-shape.ts';
import { moduleFromManifest, recordOf } from './module-input.ts';
import type { ServiceOutline } from './service-outline.ts';
import { nameCollisions } from './translate-deployment.ts';
import { translateModule } from './translate-module.ts';
import type { ModuleTranslation } from './translate-module.ts';

/** A module of the manifest with what the agent makes of it. */
export interface LintedModule {
  readonly at: readonly PathStep[];
  readonly translation: ModuleTranslation;
}

// True of every deployment, or said better by the finding that it comes with.
const LEFT_OUT: readonly FindingCode[] = ['edgeagent-image-kept', 'whole-deployment-blocked', 'deviceid-sanitised'];
const SIDECAR_PORTS = [35000, 35001];
const DEVICE_PORTS = [31000, 31001];
const HUB_PORTS = [443, 5671, 8883];
const SETTINGS: readonly PathStep[] = ['settings', 'createOptions'];
const FILE = /\/(localtime|timezone|hosts|hostname|resolv\.conf|passwd|shadow|[^/.]+\.[A-Za-z]{2,6})$/;

/** Checks what edgeAgent on Kubernetes makes of the modules: the findings of each translation, and what they do to each other. */
export function lintKubernetes(modules: readonly ManifestModule[], settings: DeviceSettings): readonly Finding[] {
  const linted = modules.map(({ at, name, entry, system }) => {
    return { at, translation: translateModule(moduleFromManifest(name, entry, system), settings) };
  });
  return [
    ...linted.flatMap(({ at, translation }) => shown(translation).map((inner) => below(at, inner))),
    ...collisions(modules),
    ...linted.flatMap((module) => lintOne(module)),
    ...hostNetworkModules(linted),
    ...lintAddresses(linted),
  ];
}

function shown(translation: ModuleTranslation): readonly Finding[] {
  const agent = translation.module === 'edgeAgent';
  return translation.findings.filter(
    ({ code }) => !LEFT_OUT.includes(code) && !(agent && code === 'no-ports-no-service'),
  );
}

function collisions(modules: readonly ManifestModule[]): readonly Finding[] {
  return nameCollisions(modules).flatMap((failure) => {
    const places = modules.filter(({ name }) => name === failure.at[0]).slice(-1);
    return places.map(({ at }) => finding(failure.code, at, failure.message));
  });
}

function lintOne({ at, translation }: LintedModule): readonly Finding[] {
  const { service, deployment, module } = translation;
  if (deployment === null) return [];
  return [
    ...(service === null ? [] : lintPorts(service, at)),
    ...(service !== null && module === 'edgeHub' ? lintHubPorts(service, at) : []),
    ...lintFileBinds(deployment, at),
    ...lintExclusive(deployment, at),
    ...lintLabels(deployment, at),
  ];
}

function lintPorts(service: ServiceOutline, at: readonly PathStep[]): readonly Finding[] {
  const place = [...at, ...SETTINGS];
  return service.ports.flatMap(({ port, targetPort }) => {
    const inner = targetPort ?? port;
    const findings: Finding[] = [];
    if (SIDECAR_PORTS.includes(inner)) {
      const message = `The sidecar of every module listens on port ${inner}.`;
      findings.push(finding('reserved-sidecar-port', place, message));
    }
    if (DEVICE_PORTS.includes(port)) {
      const message = `Port ${port} of the device belongs to its dashboard or registry.`;
      findings.push(finding('reserved-device-port', place, message));
    }
    return findings;
  });
}

function lintHubPorts(service: ServiceOutline, at: readonly PathStep[]): readonly Finding[] {
  const missing = HUB_PORTS.filter((wanted) => !service.ports.some(({ port }) => port === wanted));
  if (missing.length === 0) return [];
  return [finding('edgehub-ports-incomplete', [...at, ...SETTINGS], `edgeHub lacks port ${missing.join(', ')}.`)];
}

function lintFileBinds(deployment: DeploymentOutline, at: readonly PathStep[]): readonly Finding[] {
  return deployment.volumes.flatMap((volume) => {
    const source = recordOf(volume['hostPath'])['path'];
    if (typeof source !== 'string' || !FILE.test(source)) return [];
    const message = `${source} looks like a file; the agent makes a directory of that name where it does not exist.`;
    return [finding('bind-of-file', [...at, ...SETTINGS, 'HostConfig'], message)];
  });
}

function lintExclusive(deployment: DeploymentOutline, at: readonly PathStep[]): readonly Finding[] {
  const claim = deployment.volumes.some((volume) => {
    const { persistentVolumeClaim } = volume;
    return persistentVolumeClaim !== undefined && recordOf(persistentVolumeClaim)['readOnly'] !== true;
  });
  const gpu = Object.keys(recordOf(recordOf(deployment.resources)['limits'])).some((name) => /gpu|fpga/i.test(name));
  if (deployment.strategy?.['type'] === 'Recreate' || (!claim && !gpu)) return [];
  const what = gpu ? 'A GPU' : 'A claim that only one pod may hold';
  const message = `${what} keeps a rolling update from finishing: the new pod waits for the old one.`;
  return [finding('exclusive-resource-rolling-update', [...at, ...SETTINGS], message)];
}

function lintLabels(deployment: DeploymentOutline, at: readonly PathStep[]): readonly Finding[] {
  return [MODULE_LABEL, DEVICE_LABEL]
    .filter((key) => Object.hasOwn(deployment.podAnnotations, key))
    .map((key) => {
      const message = `${key} is a label of the agent; as a Docker label it becomes an annotation without effect.`;
      return finding('label-reserved-for-agent', [...at, ...SETTINGS, 'Labels', key], message);
    });
}

function hostNetworkModules(modules: readonly LintedModule[]): readonly Finding[] {
  const hosted = modules.filter(({ translation }) => translation.deployment?.hostNetwork === true);
  const first = hosted[0]?.translation.module ?? '';
  return hosted.slice(1).map(({ at }) => {
    const place = [...at, ...SETTINGS, 'HostConfig', 'NetworkMode'];
    const message = `Module ${first} is on the host network too; their sidecars want the same ports.`;
    return finding('several-host-network-modules', place, message);
  });
}
