/** Switches for what goes wrong in the field. Fields that count are taken down by one each time they strike; zero means nothing happens. */
export interface Faults {
  /**
   * Shape of twin errors over MQTT. `hub`: a JSON body with errorCode, which the SDK turns into an error. `edgeHub`: an empty body, which the
   * SDK takes for success on a reported patch, and which crashes it on a get.
   */
  errorProfile: 'hub' | 'edgeHub';
  /** Twin answers that get lost: the SDK has no time-out, so its callback never comes. */
  loseTwinResponses: number;
  /** Twin answers whose body is no JSON, such as the error page of a proxy: the SDK throws inside a network handler. */
  garbleTwinResponses: number;
  /** Milliseconds every twin answer is held back: a slow link or a busy hub. */
  delayTwinResponsesMs: number;
  /** Twin requests over MQTT answered with 429, as when a fleet reports too often. */
  throttleTwinRequests: number;
  /** Desired notifications that are not delivered: QoS 0 loses them when a link drops or a token is renewed. Leaves a gap in `$version`. */
  skipDesiredNotifications: number;
  /** Desired notifications that are delivered twice, as a resend after a lost acknowledgement does. */
  duplicateDesiredNotifications: number;
  /** Desired notifications that are held back until the next one has gone out: they arrive in the wrong order. */
  reorderDesiredNotifications: number;
  /** Desired notifications that arrive cut short: the SDK throws inside a network handler. */
  garbleDesiredNotifications: number;
  /** CONNECT packets answered with return code 3, server unavailable: the client retries. */
  refuseConnections: number;
  /** Direct method calls that never reach the module: the caller gets 504 after its time-out. */
  loseMethodCalls: number;
  /** Service requests answered with 429. */
  throttleRestRequests: number;
  /** Service requests answered with 503, as during a failover. */
  failRestRequests: number;
}

/** A field of {@link Faults} that counts down. */
export type CountedFault = {
  [Name in keyof Faults]: Name extends 'delayTwinResponsesMs' ? never : Faults[Name] extends number ? Name : never;
}[keyof Faults];

/** A hub without faults, but for `initial`. */
export function createFaults(initial: Partial<Faults> = {}): Faults {
  return {
    errorProfile: 'hub',
    loseTwinResponses: 0,
    garbleTwinResponses: 0,
    delayTwinResponsesMs: 0,
    throttleTwinRequests: 0,
    skipDesiredNotifications: 0,
    duplicateDesiredNotifications: 0,
    reorderDesiredNotifications: 0,
    garbleDesiredNotifications: 0,
    refuseConnections: 0,
    loseMethodCalls: 0,
    throttleRestRequests: 0,
    failRestRequests: 0,
    ...initial,
  };
}

/** True when the fault strikes now; counts it down. */
export function strikes(faults: Faults, name: CountedFault): boolean {
  if (faults[name] <= 0) return false;
  faults[name]--;
  return true;
}
