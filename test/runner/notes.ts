/** With this a test's diagnostic begins that the report of the whole run repeats. */
export const NOTE = 'note: ';

export const isNote = (message: string): boolean => message.startsWith(NOTE);
