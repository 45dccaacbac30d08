import type { TwinObject } from '@iotedge-networking/contract';
import { strikes, type Faults } from './faults.ts';
import { HubError } from './hub-error.ts';
import { optionalInteger, optionalText } from './json-input.ts';
import { METHOD_CALLS, methodCallTopic } from './mqtt/mqtt-topics.ts';
import type { DeviceLinks } from './mqtt/device-links.ts';
import { addressName, type TwinAddress } from './twin-address.ts';

/** A direct method call as the service takes it. */
export interface MethodRequest {
  readonly methodName: string;
  readonly payload: unknown;
  /** 5 to 300. */
  readonly responseTimeoutInSeconds: number;
  /** 0 to 300: how long to wait for the module to come online. */
  readonly connectTimeoutInSeconds: number;
}

/** What the module answered. */
export interface MethodResult {
  readonly status: number;
  readonly payload: unknown;
}

/** Answers direct methods inside this process, for the system modules of the simulated runtime. */
export type MethodHandler = (methodName: string, payload: unknown) => MethodResult | Promise<MethodResult>;

const PAYLOAD_BYTES = 131_072;

/** Reads the body of a method call. Source: IoT Hub, "Invoke direct methods". */
export function readMethodRequest(body: TwinObject): MethodRequest {
  const methodName = optionalText(body['methodName'], 'methodName') ?? '';
  if (methodName === '' || /[/?#+&]/.test(methodName))
    throw new HubError('ArgumentInvalid', `methodName '${methodName}' is not valid`);
  const payload = body['payload'] ?? null;
  if (Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_BYTES)
    throw new HubError('ArgumentInvalid', `payload is larger than ${PAYLOAD_BYTES} bytes`);
  const responseBounds = { min: 5, max: 300 };
  const connectBounds = { min: 0, max: 300 };
  return {
    methodName,
    payload,
    responseTimeoutInSeconds:
      optionalInteger(body['responseTimeoutInSeconds'], 'responseTimeoutInSeconds', responseBounds) ?? 30,
    connectTimeoutInSeconds:
      optionalInteger(body['connectTimeoutInSeconds'], 'connectTimeoutInSeconds', connectBounds) ?? 0,
  };
}

interface PendingCall {
  readonly resolve: (result: MethodResult) => void;
  readonly reject: (error: HubError) => void;
}

/** Direct method calls under way: sends them out and brings their answers back. */
export class MethodCalls {
  readonly #links: DeviceLinks;
  readonly #faults: Faults;
  readonly #pending = new Map<string, PendingCall>();
  readonly #handlers = new Map<string, MethodHandler>();
  #lastRequest = 0;

  constructor(links: DeviceLinks, faults: Faults) {
    this.#links = links;
    this.#faults = faults;
  }

  /** Answers calls to `address` in this process; undefined ends that. */
  handleInProcess(address: TwinAddress, handler: MethodHandler | undefined): void {
    if (handler === undefined) this.#handlers.delete(addressName(address));
    else this.#handlers.set(addressName(address), handler);
  }

  /** Calls a method and waits for its answer. Throws 404103 when nobody listens, 504 when nobody answers in time. */
  async invoke(address: TwinAddress, request: MethodRequest): Promise<MethodResult> {
    const handler = this.#handlers.get(addressName(address));
    if (handler !== undefined) return handler(request.methodName, request.payload);
    const listening = await this.#links.whenListening(address, METHOD_CALLS, request.connectTimeoutInSeconds * 1000);
    if (!listening)
      throw new HubError(
        'DeviceNotOnline',
        `Operation failed because the requested device isn't online (${addressName(address)})`,
      );
    const rid = (++this.#lastRequest).toString(16);
    const key = `${addressName(address)} ${rid}`;
    const answer = this.#await(key, request);
    if (!strikes(this.#faults, 'loseMethodCalls')) {
      const topic = methodCallTopic(request.methodName, rid);
      this.#links.send(address, { filter: METHOD_CALLS, topic, payload: JSON.stringify(request.payload) });
    }
    return answer;
  }

  /** Brings an answer back; one that nobody waits for any more is dropped. */
  settle(address: TwinAddress, { rid, status }: { readonly rid: string; readonly status: number }, body: Buffer): void {
    const call = this.#pending.get(`${addressName(address)} ${rid}`);
    if (call === undefined) return;
    try {
      const payload: unknown = body.length === 0 ? null : JSON.parse(body.toString());
      call.resolve({ status, payload });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      call.reject(new HubError('InvalidResponseFromDevice', 'the answer of the device is not JSON'));
    }
  }

  /** Ends every call under way. */
  close(): void {
    for (const call of [...this.#pending.values()])
      call.reject(new HubError('ServiceUnavailable', 'the hub is closing'));
  }

  async #await(key: string, { responseTimeoutInSeconds }: MethodRequest): Promise<MethodResult> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<MethodResult>((resolve, reject) => {
        this.#pending.set(key, { resolve, reject });
        const late = new HubError(
          'GatewayTimeout',
          `Timed out waiting for the response from device (${responseTimeoutInSeconds} s)`,
        );
        timer = setTimeout(() => reject(late), responseTimeoutInSeconds * 1000);
      });
    } finally {
      clearTimeout(timer);
      this.#pending.delete(key);
    }
  }
}
