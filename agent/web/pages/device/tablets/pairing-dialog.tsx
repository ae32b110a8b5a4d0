import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { encode } from 'uqr';
import { Dialog } from '#lib/pages/dialog.tsx';
import { timeOfDay } from '#lib/pages/format.ts';
import { tell } from '#lib/pages/toasts.ts';
import { usePage } from '../page-context.ts';
import { texts } from './tablets-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';

interface Shown {
  code: string;
  expiresAtMs: number;
}

/** Time between looks whether the tablet is paired. */
const LOOK_MS = 1500;

/** A code for one tablet, as a picture and as letters; it closes by itself once the tablet is paired. */
export function PairingDialog({ known, onClose }: { known: number; onClose: () => void }) {
  const { api } = usePage();
  const shown = useSignal<Shown | undefined>(undefined);
  useEffect(() => {
    void api.send<Shown>('POST', '/lectern/codes').then((answer) => {
      shown.value = orTell(answer);
    });
    const timer = setInterval(() => void look(), LOOK_MS);
    const look = async (): Promise<void> => {
      const { value } = await api.get<{ pairings: unknown[] }>('/lectern/pairings');
      if (!value || value.pairings.length <= known) return;
      tell('done', texts.paired);
      onClose();
    };
    return () => clearInterval(timer);
  }, []);
  const address = new URL('/lectern', location.href);
  return (
    <Dialog title={texts.pair} onClose={onClose}>
      {shown.value && (
        <div class="pairing">
          <p>{texts.scan}</p>
          <Picture text={`${address.href}#code=${shown.value.code}`} />
          <p class="address">{address.href}</p>
          <p class="pairing-code">{shown.value.code}</p>
          <p class="soft small">{texts.lasts(timeOfDay(shown.value.expiresAtMs))}</p>
        </div>
      )}
    </Dialog>
  );
}

function Picture({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 3 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" role="img" aria-label={texts.qr} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" d={dark.join('')} />
    </svg>
  );
}
