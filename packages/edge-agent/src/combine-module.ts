import { failed, made } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { DEVICE_LABEL, MODULE_LABEL } from './annotations.ts';
import { readCreateOptions } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import { readProcessOptions } from './deployment-outline.ts';
import type { ProcessOptions } from './deployment-outline.ts';
import { agentVersionOf } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import type { ExperimentalOptions } from './experimental-fields.ts';
import { readExperimentalOptions } from './experimental-options.ts';
import { deviceLabel, sanitizeName } from './kubernetes-names.ts';
import { readModuleFields } from './module-fields.ts';
import type { ModuleFields } from './module-fields.ts';
import { moduleIdOf } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';
import { nameFindings } from './name-findings.ts';
import type { ModuleLabels } from './service-outline.ts';
import { startupFailure } from './startup.ts';

/** A module that was read and combined, ready to be mapped to objects. */
export interface CombinedModule {
  readonly name: string;
  readonly labels: ModuleLabels;
  readonly module: ModuleInput;
  readonly fields: ModuleFields;
  readonly options: CreateOptions;
  readonly experimental: ExperimentalOptions;
  readonly process: ProcessOptions;
}

/** The stages startup, parse, plan (as far as one module goes) and combine. */
export function combineModule(module: ModuleInput, settings: DeviceSettings): Attempt<CombinedModule> {
  const device = deviceLabel(settings.deviceId);
  if (device === undefined) return failed(startupFailure(settings.deviceId));
  const fields = readModuleFields(module);
  if (!fields.ok) return fields;
  const options = readCreateOptions(module, agentVersionOf(settings));
  if (!options.ok) return options;
  const name = sanitizeName(moduleIdOf(module.name));
  if (name === undefined) {
    const message = 'More than 253 characters are left of the name.';
    return failed({ code: 'name-over-253-characters', stage: 'plan', at: [], message });
  }
  const experimental = readExperimentalOptions(options.value, settings);
  if (!experimental.ok) return experimental;
  const process = readProcessOptions(options.value, settings);
  if (!process.ok) return process;
  const value = {
    name,
    labels: { [MODULE_LABEL]: name, [DEVICE_LABEL]: device },
    module,
    fields: fields.value,
    options: options.value,
    experimental: experimental.value,
    process: process.value,
  };
  return made(value, [
    ...nameFindings(module, name, settings.deviceId === device ? undefined : device),
    ...fields.findings,
    ...options.findings,
    ...experimental.findings,
  ]);
}
