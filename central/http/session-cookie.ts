export const SESSION_COOKIE = 'amphi-central';
