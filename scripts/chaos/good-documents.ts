import { readDesired, type Desired, type TwinObject } from '@iotedge-networking/contract';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';

/** The desired documents of one module that keep the contract, as the hub had them one after the other. */
export class GoodDocuments {
  /** The newest: it stays in force while later ones are refused. */
  latest: Desired | undefined;
  readonly #byVersion = new Map<number, TwinObject>();
  readonly #end: () => void;

  constructor(hub: Hub, module: string) {
    this.#end = hub.on('desired', ({ moduleId, values, version }) => {
      const outcome = moduleId === module ? readDesired(values) : undefined;
      if (outcome?.ok !== true) return;
      this.latest = outcome.value;
      this.#byVersion.set(version, values);
    });
  }

  /** The document of that version; undefined when it was refused. */
  at(version: number): TwinObject | undefined {
    return this.#byVersion.get(version);
  }

  close(): void {
    this.#end();
  }
}
