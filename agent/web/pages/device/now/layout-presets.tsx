import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LayoutPreset } from '../../shared/api-types.ts';
import { Button } from '#lib/pages/button.tsx';
import { LayoutPicture } from '../../shared/layout-picture.tsx';
import { layoutName } from '../../shared/layout-names.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { usePage } from '../page-context.ts';
import { hrefOf } from '../route.ts';
import { texts } from './now-texts.ts';

/** The presets as pictures; a press on one shows it. */
export function LayoutPresets() {
  const { api, box } = usePage();
  const wanted = box.state.value?.wanted;
  const presets = usePresets();
  if (!wanted) return null;
  return (
    <section class="card layouts" aria-labelledby="layouts">
      <header>
        <h2 id="layouts">{texts.layout}</h2>
        <div class="choices">
          {/* The request says what is wanted, not "the other way": sent twice, it is done once. */}
          <Button
            pressed={wanted.swapped}
            onPress={async () => orTell(await api.send('POST', '/swap', { swapped: !wanted.swapped }))}
          >
            {texts.swap}
          </Button>
          <a class="button quiet" href={hrefOf('layouts')}>
            {texts.edit}
          </a>
        </div>
      </header>
      <ul class="presets">
        {presets
          .filter(({ windows, source }) => windows.length > 0 || source === 'user')
          .map((preset) => (
            <li key={preset.number}>
              <Button
                current={preset.number === wanted.layoutNumber}
                onPress={async () => orTell(await api.send('POST', `/layouts/${preset.number}/recall`))}
              >
                <LayoutPicture layout={preset} swapped={wanted.swapped} />
                <span>
                  {preset.number}. {layoutName(preset)}
                </span>
              </Button>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** The sixteen presets, read again whenever one was saved. */
export function usePresets(): readonly LayoutPreset[] {
  const { api, box } = usePage();
  const presets = useSignal<readonly LayoutPreset[]>([]);
  const saved = box.state.value?.wanted.layouts;
  useEffect(() => {
    void api.get<{ layouts: LayoutPreset[] }>('/layouts').then(({ value }) => {
      if (value) presets.value = value.layouts;
    });
  }, [saved]);
  return presets.value;
}
