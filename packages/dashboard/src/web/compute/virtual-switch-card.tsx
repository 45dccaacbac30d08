import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { checkVirtualSwitch } from '@iotedge-networking/contract';
import { t } from '../words.ts';
import { worstLevel } from '../draft/field-problems.ts';
import { PowerShell } from './change-dialog.tsx';
import type { DraftState } from './draft-state.ts';
import { ProblemList } from './problem-list.tsx';
import { readSwitch, switchLines } from './virtual-switch.ts';

/** MTU and VLANs, which are checked here and set on the device only. */
export function VirtualSwitchCard({ draft }: { readonly draft: DraftState }): JSX.Element {
  const mtu = useSignal('');
  const vlans = useSignal('');
  const wish = readSwitch(mtu.value, vlans.value);
  const problems = checkVirtualSwitch(wish);
  const level = worstLevel(problems);
  const { subnet, gateway } = draft.form.value;
  const lines = level === undefined ? switchLines(wish, { subnet, gateway }) : [];
  return (
    <details class="card">
      <summary class="strong">{t('compute.switch.title')}</summary>
      <div class="stack switch-body">
        <p class="field-hint">{t('compute.by.device')}</p>
        <div class="fields">
          {[
            { id: 'mtu', label: t('compute.mtu'), value: mtu, placeholder: '1500' },
            { id: 'vlans', label: t('compute.vlan'), value: vlans, placeholder: '0, 100' },
          ].map(({ id, label, value, placeholder }) => (
            <div key={id} class="field">
              <label for={id}>{label}</label>
              <input
                id={id}
                class={`input mono ${level === undefined ? '' : 'bad'}`}
                value={value.value}
                placeholder={placeholder}
                aria-invalid={level !== undefined}
                aria-describedby="switch-problems"
                onInput={(event) => (value.value = event.currentTarget.value)}
              />
            </div>
          ))}
        </div>
        <div role="status" id="switch-problems">
          {problems.length > 0 && <ProblemList problems={problems} />}
        </div>
        {lines.length > 0 && <PowerShell lines={lines} />}
      </div>
    </details>
  );
}
