import type { TokenRules } from '../authenticate.ts';
import type { HubMessage } from '../hub-events.ts';
import type { MethodCalls } from '../method-calls.ts';
import type { TwinRequestContext } from './answer-twin-request.ts';
import type { DeviceLinks } from './device-links.ts';

/** What the handling of MQTT clients needs of the hub. */
export interface MqttContext extends TwinRequestContext {
  readonly rules: TokenRules;
  readonly links: DeviceLinks;
  readonly methods: MethodCalls;
  readonly onMessage: (message: HubMessage) => void;
}
