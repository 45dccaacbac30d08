import { nearestName } from '@iotedge-networking/contract';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { partOf } from './manifest-shape.ts';
import type { DesiredSection, ManifestShape, Placed } from './manifest-shape.ts';
import { isRecord, recordOf } from './module-input.ts';

const ROUTE = /^\s*FROM\s+(\S+)(?:\s+WHERE\s+([\s\S]*?))?\s+INTO\s+([\s\S]*\S)\s*$/i;
const SOURCE =
  /^\/(\*|messages(\/\*|\/modules\/[^/]+(\/\*|\/outputs\/[^/]+(\/\*)?)?)?|twinChangeNotifications|deviceLifecycleEvents|moduleLifecycleEvents|deviceJobLifecycleEvents|digitalTwinChangeEvents|deviceConnectionStateEvents)\/?$/i;
const SINK = /^(\$upstream|BrokeredEndpoint\(\s*(["'])\/modules\/[^/"']+\/inputs\/[^"']+\2\s*\))$/i;
const HIGHEST_SECONDS = 4294967295;

/** Checks the routes of `$edgeHub` (iot-hub-and-iot-edge.md 5.6): syntax, priorities, and whether the named modules exist. */
export function lintRoutes(shape: ManifestShape): readonly Finding[] {
  const { hub } = shape;
  if (hub === undefined) return [];
  const names = shape.modules.filter(({ system }) => !system).map(({ name }) => name);
  // A layer knows only its own modules; the others may come from below.
  const known = shape.agent?.layered === false ? names : undefined;
  return routesOf(hub).flatMap((route) => lintRoute(route, { hub, known }));
}

interface Around {
  readonly hub: DesiredSection;
  readonly known: readonly string[] | undefined;
}

function routesOf(hub: DesiredSection): readonly (Placed & { readonly name: string })[] {
  const whole = partOf(hub, 'routes');
  const inside = Object.entries(recordOf(whole.value)).map(([name, value]) => ({
    name,
    at: [...whole.at, name],
    value,
  }));
  const layered = [...hub.parts].flatMap(([path, { at, value }]) =>
    path.startsWith('routes.') ? [{ name: path.slice('routes.'.length), at, value }] : [],
  );
  return [...inside, ...layered];
}

function lintRoute(route: Placed & { readonly name: string }, around: Around): readonly Finding[] {
  const { name, at, value } = route;
  const findings: Finding[] = [];
  if (/[.$#\s]/.test(name)) {
    findings.push(
      finding('route-name-refused', at, `The name ${JSON.stringify(name)} holds ".", "$", "#" or a blank.`),
    );
  }
  if (isRecord(value)) {
    findings.push(...lintObjectRoute(value, at, around.hub));
    return [...findings, ...lintText(value['route'], [...at, 'route'], around)];
  }
  return [...findings, ...lintText(value, at, around)];
}

function lintObjectRoute(
  value: Readonly<Record<string, unknown>>,
  at: readonly PathStep[],
  hub: DesiredSection,
): readonly Finding[] {
  const { priority, timeToLiveSecs } = value;
  const findings: Finding[] = [];
  if (hub.desired['schemaVersion'] === '1.0') {
    findings.push(finding('route-object-needs-1-1', at, 'Schema version 1.0 knows routes as text only.'));
  }
  if (priority !== undefined && !isInteger(priority, 9)) {
    findings.push(
      finding('route-priority-invalid', [...at, 'priority'], `${JSON.stringify(priority)} is no priority.`),
    );
  }
  if (timeToLiveSecs !== undefined && !isInteger(timeToLiveSecs, HIGHEST_SECONDS)) {
    const message = `${JSON.stringify(timeToLiveSecs)} is no number of seconds.`;
    findings.push(finding('route-time-to-live-invalid', [...at, 'timeToLiveSecs'], message));
  }
  return findings;
}

/** Whether a value is a whole number from 0 to `most`. */
export function isInteger(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function lintText(value: unknown, at: readonly PathStep[], around: Around): readonly Finding[] {
  // null takes a route away in a layer.
  if (value === null) return [];
  const match = ROUTE.exec(typeof value === 'string' ? value : '');
  if (match === null) return [finding('route-malformed', at, 'The route is not FROM <source> [WHERE …] INTO <sink>.')];
  const [, source = '', , sink = ''] = match;
  const findings: Finding[] = [];
  if (!SOURCE.test(source)) findings.push(finding('route-malformed', at, `${source} is no source of messages.`));
  if (!SINK.test(sink)) findings.push(finding('route-malformed', at, `${sink} is no sink for messages.`));
  return [...findings, ...unknownModules([source, sink], at, around)];
}

function unknownModules(parts: readonly string[], at: readonly PathStep[], around: Around): readonly Finding[] {
  const { known } = around;
  if (known === undefined) return [];
  const named = parts.flatMap((part) => /\/modules\/([^/"']+)/i.exec(part)?.[1] ?? []);
  return [...new Set(named)]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearestName(name, known);
      const hint = near === undefined ? '' : ` Did you mean ${near}?`;
      return finding('route-unknown-module', at, `The deployment has no module ${name}.${hint}`);
    });
}
