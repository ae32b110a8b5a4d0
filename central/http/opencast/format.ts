/** `Amphi_D.json`, `Amphi_D.xml`; names may hold dots themselves. */
export function formatOf(text: string): { name: string; format: 'json' | 'xml' } {
  const [, name = text, format = 'json'] = /^(.*)\.(json|xml)$/.exec(text) ?? [];
  return { name, format: format === 'xml' ? 'xml' : 'json' };
}
