/** Name and format in the last part of a path: `Amphi_D.json`, `Amphi_D.xml`; names may contain dots too. */
export function formatOf(text: string): { name: string; format: 'json' | 'xml' } {
  const [, name = text, format = 'json'] = /^(.*)\.(json|xml)$/.exec(text) ?? [];
  return { name, format: format === 'xml' ? 'xml' : 'json' };
}
