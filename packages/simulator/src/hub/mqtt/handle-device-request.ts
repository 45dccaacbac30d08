import type { AedesPublishPacket } from 'aedes';
import { strikes } from '../faults.ts';
import type { HubMessage } from '../hub-events.ts';
import type { TwinAddress } from '../twin-address.ts';
import { answerTwinRequest } from './answer-twin-request.ts';
import type { DeviceLink } from './device-links.ts';
import type { MqttContext } from './mqtt-context.ts';
import { parseDeviceTopic, TWIN_RESPONSES, twinResponseTopic } from './mqtt-topics.ts';
import type { PropertyBag } from './property-bag.ts';

/** Does what a publication of a client asks for. */
export function handleDeviceRequest(options: MqttContext, link: DeviceLink, packet: AedesPublishPacket): void {
  const request = parseDeviceTopic(packet.topic, link.address);
  const payload = Buffer.from(packet.payload);
  switch (request?.kind) {
    case undefined:
      return;
    case 'twin-get':
      answerTwin(options, link.address, { rid: request.rid });
      return;
    case 'reported-patch':
      answerTwin(options, link.address, { rid: request.rid, payload });
      return;
    case 'method-response':
      options.methods.settle(link.address, request, payload);
      return;
    case 'message':
      options.onMessage(messageOf(options, link.address, { bag: request.bag, body: payload }));
  }
}

function answerTwin(
  { links, faults, ...context }: MqttContext,
  address: TwinAddress,
  { rid, payload }: { readonly rid: string; readonly payload?: Buffer },
): void {
  const { status, version, body } = answerTwinRequest({ ...context, faults }, address, payload);
  if (strikes(faults, 'loseTwinResponses')) return;
  const garbled = strikes(faults, 'garbleTwinResponses') ? '<html>502 Bad Gateway</html>' : body;
  const packet = { filter: TWIN_RESPONSES, topic: twinResponseTopic(status, rid, version), payload: garbled };
  if (faults.delayTwinResponsesMs <= 0) {
    links.send(address, packet);
    return;
  }
  setTimeout(() => links.send(address, packet), faults.delayTwinResponsesMs).unref();
}

function messageOf(
  { store }: MqttContext,
  address: TwinAddress,
  { bag, body }: { readonly bag: PropertyBag; readonly body: Buffer },
): HubMessage {
  const output = bag.system['$.on'];
  return { ...address, enqueuedTime: store.now().toISOString(), output, body, ...bag };
}
