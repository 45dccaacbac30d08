import { failureFinding } from './agent-failure.ts';
import type { DeviceSettings } from './device-settings.ts';
import { dockerPorts } from './docker-ports.ts';
import { below, finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { lintConfiguration } from './lint-configuration.ts';
import { lintKubernetes } from './lint-kubernetes.ts';
import { lintModuleEntries } from './lint-module-entries.ts';
import { lintRoutes } from './lint-routes.ts';
import { lintSections } from './lint-sections.ts';
import { lintSizes } from './lint-sizes.ts';
import { lintTwins } from './lint-twins.ts';
import { readManifest } from './manifest-shape.ts';
import type { ManifestModule } from './manifest-shape.ts';
import { readModuleFields } from './module-fields.ts';
import { moduleFromManifest } from './module-input.ts';

/** What a manifest is meant for. Everything the device would know is optional. */
export interface LintOptions {
  /** `vm`: Docker on a virtual machine; the others: edgeAgent on Kubernetes. Default `ase-k8s`. */
  readonly profile?: 'ase-k8s' | 'kubernetes' | 'vm';
  /** Settings of the device's agent; the default Service type is LoadBalancer for `ase-k8s`, else ClusterIP. */
  readonly device?: Partial<DeviceSettings>;
}

/**
 * Checks a deployment manifest, given as parsed JSON: standard or layered, `{modulesContent}`, `{content: {modulesContent}}` or
 * `{moduleContent}`, or a template of VS Code; a configuration with its condition and metrics, of modules or of single twins; a patch of
 * a module twin. Never throws. Findings come in the order: envelope, sections, entries, sizes, twins, routes, runtime; their codes and
 * remedies are in {@link FINDING_CODES}.
 */
export function lintManifest(manifest: unknown, options: LintOptions = {}): readonly Finding[] {
  const shape = readManifest(manifest);
  if (shape === undefined) {
    return [finding('manifest-without-modules', [], 'There is no "modulesContent" object in the manifest.')];
  }
  const docker = options.profile === 'vm';
  const runtime = docker ? lintDocker(shape.modules) : lintKubernetes(shape.modules, settingsOf(options));
  const findings = [
    ...lintConfiguration(manifest, shape),
    ...shape.findings,
    ...lintSections(shape),
    ...lintModuleEntries(shape),
    ...lintSizes(shape),
    ...lintTwins(shape),
    ...lintRoutes(shape),
    ...runtime,
  ];
  return shape.template ? findings.filter((found) => !isFilledInLater(found)) : findings;
}

/** What the tools put right when they resolve a template: create options as objects, and placeholders where an address belongs. */
function isFilledInLater({ code, message }: Finding): boolean {
  const judgesValue = code === 'loadbalancerip-not-validated' || code === 'networking-desired-refused';
  return code === 'createoptions-not-text' || (judgesValue && message.startsWith('"$'));
}

function settingsOf(options: LintOptions): DeviceSettings {
  return {
    hubName: 'hub.azure-devices.net',
    deviceId: 'device',
    namespace: 'iotedge',
    defaultServiceType: options.profile === 'kubernetes' ? 'ClusterIP' : 'LoadBalancer',
    ...options.device,
  };
}

function lintDocker(modules: readonly ManifestModule[]): readonly Finding[] {
  const inputs = modules.map(({ at, name, entry, system }) => ({
    at,
    module: moduleFromManifest(name, entry, system),
  }));
  const fields = inputs.flatMap(({ at, module }) => {
    const read = readModuleFields(module);
    return read.ok ? [] : [below(at, failureFinding(read.failure))];
  });
  const ports = dockerPorts(inputs.map(({ module }) => module)).findings.flatMap((inner) => {
    const owner = modules.filter(({ name }) => name === inner.at[0]).slice(0, 1);
    return owner.map(({ at }) => below(at, { ...inner, at: inner.at.slice(1) }));
  });
  return [...fields, ...ports];
}
