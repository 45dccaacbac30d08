import type { ServerResponse } from 'node:http';
import type { RestEnvironment } from '../rest/rest-environment.ts';
import type { ModelSchemas } from '../schema/model-schemas.ts';
import type { Authenticator } from './authenticate.ts';
import type { Authorizer } from './authorize.ts';
import type { FaultState } from './faults.ts';

/** What `kubectl logs` asks for. */
export interface PodLogRequest {
  readonly namespace: string;
  readonly name: string;
  readonly container: string | undefined;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** Gives the output of a container; undefined when there is no such container. */
export type PodLogSource = (request: PodLogRequest) => AsyncIterable<string | Uint8Array> | undefined;

/** What the handlers of the API server share. */
export interface ApiContext {
  readonly environment: RestEnvironment;
  readonly models: ModelSchemas;
  readonly version: string;
  readonly authenticator: Authenticator;
  readonly authorize: Authorizer;
  readonly faults: FaultState;
  readonly podLogs: PodLogSource | undefined;
  /** Takes note of an answer that stays open, so that closing the server ends it. */
  readonly track: (response: ServerResponse) => void;
}
