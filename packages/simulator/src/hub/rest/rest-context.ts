import type { FastifyInstance } from 'fastify';
import type { AccessRight } from '../access-policies.ts';
import type { TokenRules } from '../authenticate.ts';
import type { Faults } from '../faults.ts';
import type { HubStore } from '../hub-store.ts';
import type { Jobs } from '../jobs.ts';
import type { MethodCalls } from '../method-calls.ts';
import type { HubOperation } from '@iotedge-networking/contract';
import type { Throttle } from '../throttles.ts';
import type { TwinAddress } from '../twin-address.ts';

/** What service requests need of the hub. */
export interface RestContext {
  readonly store: HubStore;
  readonly rules: TokenRules;
  readonly faults: Faults;
  readonly throttle: Throttle;
  /** Requests so far that passed throttle and checks, by method and route. */
  readonly requests: Map<string, number>;
  readonly methods: MethodCalls;
  readonly jobs: Jobs;
}

/** Adds the operations of one group to the server. */
export type RouteGroup = (server: FastifyInstance, context: RestContext) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller's policy must carry. */
    right?: AccessRight;
    /** What the request counts against. */
    throttle?: HubOperation | undefined;
    /** True where edgeHub lets a module call with its own token and the header x-ms-edge-moduleId. */
    modulesMayCall?: boolean;
  }
}

/** Route options: the right a caller needs and the rate the request counts against. */
export function needs(
  right: AccessRight,
  throttle?: HubOperation,
): { readonly config: { readonly right: AccessRight; readonly throttle: HubOperation | undefined } } {
  return { config: { right, throttle } };
}

/** Parameters of paths that name a device or a module. */
export interface AddressParams {
  readonly Params: { readonly deviceId: string; readonly moduleId?: string };
}

/** The identity a path names. */
export function addressOf({ deviceId, moduleId }: AddressParams['Params']): TwinAddress {
  return { deviceId, moduleId };
}
