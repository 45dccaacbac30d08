/** Where the data come from: a hub (or one that calls itself a simulator), or the one device that serves the page itself. */
export type SourceKind = 'hub' | 'simulator' | 'device';

/** Answer of `GET /api/session`: what the page needs to know before it draws anything. */
export interface SessionView {
  /** Goes back with every state change in the header {@link CSRF_HEADER}. */
  readonly csrfToken: string;
  /** No preview, apply or undo is offered; the endpoints answer 403. */
  readonly readOnly: boolean;
  readonly source: SourceKind;
  /** Host name of the hub, or id of the device. */
  readonly name: string;
  /** BCP 47 tag the operator asked for (`--language`); absent: the browser's own. */
  readonly language?: string;
  /** Version of the program that serves the page. */
  readonly version: string;
  /** Path of the network.yaml that changes are written to; absent: changes go to the module twin only. */
  readonly networkFile?: string;
}

/** Header in which state changes carry {@link SessionView.csrfToken}. */
export const CSRF_HEADER = 'x-csrf-token';
