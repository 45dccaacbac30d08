import { codesOf, translateModule } from '@iotedge-networking/edge-agent';
import type { DeviceSettings, Finding, ModuleInput, ModuleTranslation } from '@iotedge-networking/edge-agent';

/** The device of the recorded cases. */
export const DEVICE: DeviceSettings = {
  hubName: 'myhub.azure-devices.net',
  deviceId: 'ase-dev-1',
  namespace: 'iotedge',
  defaultServiceType: 'LoadBalancer',
};

/** A module called web; an object for createOptions is put into the text. */
export function web(createOptions?: unknown, more: Partial<ModuleInput> = {}): ModuleInput {
  const text = typeof createOptions === 'object' ? JSON.stringify(createOptions) : createOptions;
  return { name: 'web', image: 'nginx:1.25', createOptions: text, ...more };
}

/** PortBindings that publish container ports, as `{'80/tcp': '8080'}`. */
export function publish(ports: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(ports).map(([key, port]) => [key, [{ HostPort: port }]]));
}

/** Create options that publish these ports and carry more keys. */
export function publishing(ports: Readonly<Record<string, unknown>>, more: object = {}): object {
  return { HostConfig: { PortBindings: publish(ports) }, ...more };
}

/** The translation of a module on {@link DEVICE}, with settings changed. */
export function translated(module: ModuleInput, settings: Partial<DeviceSettings> = {}): ModuleTranslation {
  return translateModule(module, { ...DEVICE, ...settings });
}

/** The codes of a translation. */
export function codes(module: ModuleInput, settings: Partial<DeviceSettings> = {}): readonly string[] {
  return codesOf(translated(module, settings).findings);
}

/** How a translation failed, as `stage code path`. */
export function failureOf(module: ModuleInput, settings: Partial<DeviceSettings> = {}): string {
  const { failure } = translated(module, settings);
  return failure === null ? 'none' : `${failure.stage} ${failure.code} ${failure.at.join('/')}`;
}

/** Findings printed as `code path`. */
export function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, path }) => `${code} ${path}`);
}
