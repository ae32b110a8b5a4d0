import type { LecternView } from '../../lectern/shown.ts';
import { Button } from '#lib/pages/button.tsx';
import { LayoutPicture } from '../shared/layout-picture.tsx';
import { layoutName } from '../shared/layout-names.ts';
import { useTap } from './lectern-context.ts';
import { texts } from './lectern-texts.ts';

/** The layouts as pictures; a tap on one shows it. */
export function Layouts({ view: { layouts, layout, swapped } }: { view: LecternView }) {
  const tap = useTap();
  return (
    <section class="layouts" aria-labelledby="layouts">
      <header>
        <h2 id="layouts">{texts.layouts}</h2>
        <Button pressed={swapped} label={texts.swap} onPress={() => tap({ do: 'swap', swapped: !swapped })}>
          {texts.swapShort}
        </Button>
      </header>
      <ul>
        {layouts
          .filter(({ windows }) => windows.length > 0)
          .map((one) => (
            <li key={one.number}>
              <Button
                current={one.number === layout}
                label={texts.layout(layoutName(one))}
                onPress={() => tap({ do: 'layout', number: one.number })}
              >
                <LayoutPicture layout={{ ...one, overlays: [] }} swapped={swapped} symbols />
              </Button>
            </li>
          ))}
      </ul>
    </section>
  );
}
