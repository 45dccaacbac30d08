import type { ServiceView } from '../../view/index.ts';

const HEADING = ['NAMESPACE', 'NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'] as const;

/** The Services as `kubectl get svc -A` prints them, for the clipboard. */
export function kubectlTable(services: readonly ServiceView[], now: number): string {
  const rows = services.map((service) => [
    service.namespace,
    service.name,
    service.type ?? '<unknown>',
    service.clusterIp ?? '<none>',
    externalIp(service),
    service.ports.join(',') || '<none>',
    age(service.since, now),
  ]);
  const widths = HEADING.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)));
  return [HEADING, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** What kubectl prints in the column EXTERNAL-IP. */
export function externalIp({ type, ips }: Pick<ServiceView, 'type' | 'ips'>): string {
  if (ips.length > 0) return ips.join(',');
  return type === 'LoadBalancer' ? '<pending>' : '<none>';
}

/** A duration as kubectl prints it: `45s`, `12m`, `5h`, `3d`. */
export function age(since: string | undefined, now: number): string {
  const start = Date.parse(since ?? '');
  if (Number.isNaN(start)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now - start) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
