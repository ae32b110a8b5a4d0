/** Media types, as Opencast writes them. */
export const XML = 'text/xml';
export const CALENDAR = 'text/calendar; charset=UTF-8';
