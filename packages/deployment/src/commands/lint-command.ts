import type { Profile } from '@iotedge-networking/contract';
import { manifestModules, SEVERITIES, type DeviceSettings } from '@iotedge-networking/edge-agent';
import { formatFinding, lintFile, type LintedFile } from '../lint/lint-file.ts';
import { formatHostPorts, publicationsOf } from '../lint/preview-host-ports.ts';
import { formatPreview, previewServices } from '../lint/preview-services.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';
import { plural, readText } from './load-network.ts';

/** Options of `lint`. */
export interface LintCommandOptions {
  readonly files: readonly string[];
  readonly profile: Profile;
  readonly deviceId?: string;
  /** Host name of the hub. */
  readonly hub?: string;
  readonly namespace?: string;
  /** Show the Services that edgeAgent will make. */
  readonly services: boolean;
  readonly json: boolean;
}

/**
 * Lints deployment manifests of any origin and prints every finding as `file:line:column: severity code path: message fix`. 1 when there are errors; warnings
 * and infos leave it at 0.
 */
export async function lintCommand(io: CommandIo, options: LintCommandOptions): Promise<ExitCode> {
  const settings = settingsOf(options);
  const linted: LintedFile[] = [];
  for (const file of options.files)
    linted.push(lintFile(file, await readText(io, file), { profile: options.profile, device: settings }));
  const ok = countOf(linted, 'error') === 0;
  if (options.json) io.stdout.write(`${JSON.stringify(documentOf(linted, options, settings), null, 2)}\n`);
  else for (const one of linted) io.stdout.write(`${linesOf(one, options, settings).join('\n')}\n`);
  return ok ? EXIT.ok : EXIT.problems;
}

/** What the device's agent knows; the default type of a Service is the device's own on `ase-k8s`. */
function settingsOf({ profile, deviceId, hub, namespace }: LintCommandOptions): DeviceSettings {
  return {
    hubName: hub ?? 'hub.azure-devices.net',
    deviceId: deviceId ?? 'device',
    namespace: namespace ?? 'iotedge',
    defaultServiceType: profile === 'kubernetes' ? 'ClusterIP' : 'LoadBalancer',
  };
}

function countOf(linted: readonly LintedFile[], severity: string): number {
  return linted.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
}

function linesOf(one: LintedFile, { services, profile }: LintCommandOptions, settings: DeviceSettings): string[] {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = countOf([one], severity);
    return count === 0 ? [] : [plural(count, severity)];
  });
  const summary = `${one.file}: ${counts.length === 0 ? 'no findings' : counts.join(', ')}`;
  const shown = services && one.manifest !== undefined ? previewLines(one.manifest, profile, settings) : [];
  return [...one.findings.map(formatFinding), ...shown, summary];
}

function previewLines(manifest: unknown, profile: Profile, settings: DeviceSettings): readonly string[] {
  const modules = manifestModules(manifest);
  return profile === 'vm'
    ? formatHostPorts(publicationsOf(modules))
    : formatPreview(previewServices(modules, settings));
}

function documentOf(linted: readonly LintedFile[], options: LintCommandOptions, settings: DeviceSettings): object {
  return {
    ok: countOf(linted, 'error') === 0,
    files: linted.map(({ file, findings, manifest }) => ({
      file,
      findings,
      ...(options.services && manifest !== undefined ? previewOf(manifest, options.profile, settings) : {}),
    })),
  };
}

function previewOf(manifest: unknown, profile: Profile, settings: DeviceSettings): object {
  const modules = manifestModules(manifest);
  if (profile !== 'vm') return previewServices(modules, settings);
  return { hostPorts: publicationsOf(modules) };
}
