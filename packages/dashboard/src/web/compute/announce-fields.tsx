import type { JSX } from 'preact';
import { NEW_PEER, type PeerText } from '../draft/compute-form.ts';
import { problemsAt } from '../draft/field-problems.ts';
import { Icon } from '../shell/icon.tsx';
import { t } from '../words.ts';
import type { DraftState } from './draft-state.ts';
import { MutabilityBadge, TextInput } from './field.tsx';
import { ProblemList } from './problem-list.tsx';

/** Layer 2 or BGP, and the routers of BGP. */
export function AnnounceFields({ draft }: { readonly draft: DraftState }): JSX.Element {
  const { announce, peers } = draft.form.value;
  const isBgp = announce === 'bgp' || peers.length > 0;
  const problems = problemsAt(draft.problems.value, 'announce', 'bgpPeers', 'managePools');
  return (
    <section class="card stack" aria-labelledby="announce-title">
      <header class="row">
        <h2 id="announce-title">{t('compute.announce.title')}</h2>
        <MutabilityBadge draft={draft} field="announce" />
      </header>
      <div class="row">
        <fieldset class="segmented" aria-label={t('compute.announce')}>
          {(['layer2', 'bgp'] as const).map((mode) => (
            <label key={mode}>
              <input
                type="radio"
                name="announce"
                checked={announce === mode}
                onChange={() => draft.edit({ announce: mode })}
              />
              {t(`compute.${mode}`)}
            </label>
          ))}
        </fieldset>
        <span class="field-hint">{t(`compute.${announce}.hint`)}</span>
      </div>
      {isBgp && <Peers draft={draft} />}
      {draft.device.value.profile === 'kubernetes' && <ManagePools draft={draft} />}
      <div role="status">{problems.length > 0 && <ProblemList problems={problems} draft={draft} />}</div>
    </section>
  );
}

function ManagePools({ draft }: { readonly draft: DraftState }): JSX.Element {
  return (
    <label class="row">
      <input
        type="checkbox"
        checked={draft.form.value.managePools}
        onChange={(event) => draft.edit({ managePools: event.currentTarget.checked })}
      />
      <span class="strong">{t('compute.managePools')}</span>
      <span class="field-hint">{t('compute.managePools.hint')}</span>
    </label>
  );
}

function peerFields(): readonly { readonly name: keyof PeerText; readonly label: string }[] {
  return [
    { name: 'peerAddress', label: t('compute.peerAddress') },
    { name: 'peerAsn', label: t('compute.peerAsn') },
    { name: 'selfAsn', label: t('compute.selfAsn') },
    { name: 'holdTimeSeconds', label: t('compute.holdTime') },
  ];
}

function Peers({ draft }: { readonly draft: DraftState }): JSX.Element {
  const { peers } = draft.form.value;
  return (
    <div class="stack tight">
      <h3>{t('compute.peers')}</h3>
      {peers.map((peer, index) => (
        <div key={index} class="peer-row">
          {peerFields().map(({ name, label }) => (
            <div key={name} class="field">
              <label class="small" for={`peer-${index}-${name}`}>
                {label}
              </label>
              <TextInput
                draft={draft}
                id={`peer-${index}-${name}`}
                value={peer[name]}
                onValue={(text) => draft.edit({ peers: peers.with(index, { ...peer, [name]: text }) })}
                paths={[`bgpPeers[${index}].${name}`]}
              />
            </div>
          ))}
          <button
            type="button"
            class="button plain"
            aria-label={t('compute.removePeer', { peer: peer.peerAddress })}
            onClick={() => draft.edit({ peers: peers.toSpliced(index, 1) })}
          >
            <Icon name="broken" />
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          class="button small"
          onClick={() => draft.edit({ peers: [...peers, NEW_PEER], announce: 'bgp' })}
        >
          <Icon name="plus" />
          {t('compute.addPeer')}
        </button>
      </div>
    </div>
  );
}
