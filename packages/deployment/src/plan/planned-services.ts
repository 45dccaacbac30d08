import { REASONS } from '@iotedge-networking/contract';
import { explain, type LoadBalancerModel, type Refusal, type ServiceState } from '@iotedge-networking/metallb';
import { addressChoices } from './address-choice.ts';
import type { AddressChoice, PlannedService } from './device-plan.ts';
import { plannedAnnouncer, type KnownNodes } from './planned-announcer.ts';
import type { UnwrittenWishes } from './play-intents.ts';
import { finalService, wantsAddress, type ServiceIntent } from './service-intent.ts';

/** The outcome of playing a deployment through. */
export interface PlayedDeployment {
  readonly intents: readonly ServiceIntent[];
  readonly model: LoadBalancerModel;
  readonly unwritten: UnwrittenWishes;
  /** False where no pools are declared, so that nothing can be said about addresses. */
  readonly poolsKnown: boolean;
  readonly known: KnownNodes;
}

/** Describes every Service of a deployment as it ends up, by name. */
export function plannedServices(played: PlayedDeployment): readonly PlannedService[] {
  const { intents, model } = played;
  const served = intents.flatMap((intent) => {
    const state = model.service(intent.key);
    return state === undefined || state.addresses.length === 0 ? [] : [{ intent, state }];
  });
  const choices = addressChoices(served);
  return [...intents]
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map((intent) => describe(intent, played, choices.get(intent.key)));
}

function describe(intent: ServiceIntent, played: PlayedDeployment, choice?: AddressChoice): PlannedService {
  const { key, maker, ports, rejection } = intent;
  const service = finalService(intent);
  const base = {
    ...{ service: key, type: service.type ?? 'LoadBalancer', madeBy: maker },
    ports: ports.map(({ port, targetPort, protocol }) => `${port}:${targetPort}/${protocol}`),
  };
  if (rejection !== undefined)
    return { ...base, addresses: [], reason: 'Refused', message: `${key}: ${rejection}`, fix: REASONS.Refused.mend };
  if (!wantsAddress(service)) return { ...base, addresses: [], reason: '' };
  const state = played.model.service(key);
  if (!played.poolsKnown || state === undefined)
    return { ...base, addresses: requested(service), choice: 'unknown', reason: '' };
  return { ...base, ...addressOf(state, played, choice) };
}

function requested({ loadBalancerIP = '' }: { readonly loadBalancerIP?: string }): readonly string[] {
  return loadBalancerIP === '' ? [] : [loadBalancerIP];
}

type AddressPart = Pick<
  PlannedService,
  'addresses' | 'alternatives' | 'choice' | 'pool' | 'announcer' | 'reason' | 'message' | 'fix'
>;

function addressOf(
  state: ServiceState,
  { model, unwritten, known }: PlayedDeployment,
  choice: AddressChoice | undefined,
): AddressPart {
  const { addresses, alternatives, pool } = state;
  const key = `${state.service.namespace}/${state.service.name}`;
  const wish = unwritten.get(key);
  const trouble = wish === undefined ? refusedOf(model, key, addresses) : keeping(wish, key, addresses);
  return {
    addresses,
    ...(alternatives.length > 1 ? { alternatives } : {}),
    ...(choice === undefined ? {} : { choice }),
    ...(pool === undefined ? {} : { pool }),
    announcer: plannedAnnouncer(model, state, known),
    ...trouble,
  };
}

type Trouble = Pick<PlannedService, 'reason' | 'message' | 'fix'>;

function refusedOf(model: LoadBalancerModel, key: string, addresses: readonly string[]): Trouble {
  if (addresses.length > 0) return { reason: '' };
  const { reason, message } = explain(model, key);
  return { reason, message, fix: REASONS[reason].mend };
}

function keeping({ reason, message }: Refusal, key: string, addresses: readonly string[]): Trouble {
  return { reason, message: `${key} keeps ${addresses.join(', ')}: ${message}.`, fix: REASONS[reason].mend };
}
