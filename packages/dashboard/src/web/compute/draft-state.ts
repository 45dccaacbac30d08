import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { DeviceComputeNetwork, PoolBalance, Problem } from '@iotedge-networking/contract';
import { checkDraft, draftBalance, type DeviceView } from '../../view/index.ts';
import { changedFields, computeOf, formOf, type ComputeForm } from '../draft/compute-form.ts';

/** What is typed on the page "Compute network", and what the rules say to it at every key press. */
export interface DraftState {
  readonly device: Signal<DeviceView>;
  readonly form: ReadonlySignal<ComputeForm>;
  readonly compute: ReadonlySignal<DeviceComputeNetwork>;
  readonly problems: ReadonlySignal<readonly Problem[]>;
  readonly balance: ReadonlySignal<PoolBalance>;
  /** Fields that say something else than the device has. */
  readonly changed: ReadonlySignal<readonly string[]>;
  /** The device's own ranges were changed by somebody else since the draft was begun. */
  readonly isOvertaken: ReadonlySignal<boolean>;
  edit(change: Partial<ComputeForm>): void;
  replace(form: ComputeForm): void;
  discard(): void;
}

/** Begins without changes: as long as nothing was typed, the form follows the device. */
export function draftState(first: DeviceView): DraftState {
  const device = signal(first);
  const edited = signal<ComputeForm | undefined>(undefined);
  const begunOn = signal('');
  const form = computed(() => edited.value ?? formOf(device.value.computeNetwork));
  const compute = computed(() => (edited.value === undefined ? device.value.computeNetwork : computeOf(edited.value)));
  const replace = (next: ComputeForm): void => {
    if (edited.peek() === undefined) begunOn.value = JSON.stringify(device.peek().computeNetwork);
    edited.value = next;
  };
  return {
    device,
    form,
    compute,
    problems: computed(() => checkDraft(compute.value, device.value)),
    balance: computed(() => draftBalance(compute.value, device.value)),
    changed: computed(() => changedFields(device.value.computeNetwork, compute.value)),
    isOvertaken: computed(
      () => edited.value !== undefined && begunOn.value !== JSON.stringify(device.value.computeNetwork),
    ),
    edit: (change) => replace({ ...form.peek(), ...change }),
    replace,
    discard: () => (edited.value = undefined),
  };
}
