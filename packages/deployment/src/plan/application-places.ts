import type { DeviceApp, DeviceNetwork, DeviceService, Network } from '@iotedge-networking/contract';
import { planApps, type AppPlan } from '../generate/app-plan.ts';
import { desiredOf } from '../generate/desired.ts';

/** Which values of applications and workloads go to which twin, such as `apps.web (image, ports)`; the same for all devices that have the same ones. */
export interface ApplicationPlaces {
  readonly agent: readonly string[];
  readonly networking: readonly string[];
  /** Go to no twin. */
  readonly notSent: readonly string[];
}

/** Whether a value says anything. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);
}

/** Works out where the values of applications and workloads go. */
export function applicationPlaces(network: Network, device: DeviceNetwork): ApplicationPlaces {
  const told = toldEntries(network, device);
  const apps = planApps(network, device).map((plan) => placesOfApp(network, plan, told));
  const services = device.services.map((service) => placesOfService(service, told));
  const anything = Object.keys(desiredOf(network, device).services ?? {}).length > 0;
  const all = [...apps, ...services];
  return {
    agent: all.flatMap(({ agent }) => agent),
    networking: [...(anything ? ['namespace'] : []), ...all.flatMap(({ networking }) => networking)],
    notSent: all.flatMap(({ notSent }) => notSent),
  };
}

/** The fields that the networking module is told of a Service, by namespace and name; none of one that it is not told of. */
type Told = (namespace: string, name: string) => readonly string[];

function toldEntries(network: Network, device: DeviceNetwork): Told {
  const { services = {} } = desiredOf(network, device);
  return (namespace, name) => Object.keys(services[namespace]?.[name] ?? {});
}

function placesOfApp(network: Network, plan: AppPlan, told: Told): ApplicationPlaces {
  const { app, serviceMaker, modules } = plan;
  const given = givenFields(app);
  // Which modules stand behind a Service follows from the number of replicas.
  const fields = told(network.namespace, app.name).map((field) => (field === 'backends' ? 'replicas' : field));
  const networking = given.filter(
    (field) => fields.includes(field) && !(field === 'replicas' && serviceMaker === 'labels'),
  );
  const agent = given.filter((field) => modules.length > 0 && inCreateOptions(plan, field));
  const rest = given.filter((field) => !agent.includes(field) && !networking.includes(field));
  const path = `apps.${app.name}`;
  const place = network.profile === 'kubernetes' ? 'in Kubernetes YAML: ' : '';
  return {
    agent: entry(path, agent),
    networking: entry(path, networking),
    notSent: entry(path, rest, place),
  };
}

/** What of an application makes its modules, as {@link createOptionsOf} does. */
function inCreateOptions({ app, serviceMaker }: AppPlan, field: string): boolean {
  if (['image', 'replicas', 'env', 'createOptions'].includes(field)) return true;
  if (serviceMaker === 'host') return ['expose', 'ports'].includes(field);
  if (serviceMaker !== 'agent') return false;
  if (['expose', 'ports'].includes(field)) return true;
  return app.expose === 'external' && ['address', 'pool', 'shareAddress'].includes(field);
}

function placesOfService(service: DeviceService, told: Told): ApplicationPlaces {
  const given = givenFields(service).filter((field) => field !== 'namespace');
  const fields = told(service.namespace, service.adopt ?? service.name);
  const isTold = (field: string): boolean =>
    fields.length > 0 && (field === 'adopt' || fields.includes(field === 'selector' ? 'backends' : field));
  const path = `services.${service.name}`;
  const namespace = fields.length > 0 ? ['namespace'] : [];
  return {
    agent: [],
    networking: entry(path, [...namespace, ...given.filter(isTold)]),
    notSent: entry(
      path,
      given.filter((field) => !isTold(field)),
    ),
  };
}

/** Fields that say something; `expose: none` is the same as nothing. */
function givenFields(exposed: DeviceApp | DeviceService): readonly string[] {
  return Object.entries(exposed).flatMap(([field, value]) => {
    const isSilent = field === 'name' || (field === 'expose' && value === 'none');
    return isSilent || !isGiven(value) ? [] : [field];
  });
}

function entry(path: string, fields: readonly string[], place = ''): readonly string[] {
  return fields.length === 0 ? [] : [`${path} (${place}${fields.join(', ')})`];
}
