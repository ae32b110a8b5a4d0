import type { Operation } from '../../run/operation.ts';

/** What a theme may have. */
const PARTS = ['bumper', 'trailer', 'title_slide', 'watermark'] as const;

/** `theme`: this server has no themes. It says so in the variables that the operations after it ask. */
export const theme = (): Operation => ({
  id: 'theme',
  weight: 'light',
  async run({ log }) {
    log('there is no theme: no intro, title slide, outro or watermark is added');
    const names = ['theme_active', 'theme_title_slide_uploaded', ...PARTS.map((part) => `theme_${part}_active`)];
    return { kind: 'done', variables: new Map(names.map((name) => [name, 'false'])) };
  },
});
