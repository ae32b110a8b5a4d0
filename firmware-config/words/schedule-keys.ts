import { NAME_32, PATH, row, type KeyWords } from './key-words.ts';

const PASSWORD_FILE = 'file whose first line is the password; nobody else may read it (0600)';
const AUTHORITY = 'PEM file of the authority that signed the certificate of the server';

const WEB_URL = 'URL, at most 1024 characters';

/** The keys of `schedule`. */
export const scheduleKeys: readonly KeyWords[] = [
  row('schedule.leadInSeconds', 'so long before an event its recording begins, if no other event needs the time', {
    unit: 's',
  }),
  row('schedule.leadOutSeconds', 'so long after an event its recording ends, if no other event needs the time', {
    unit: 's',
  }),
  row('schedule.lookAheadDays', 'events of so many days are known, also without a network', { unit: 'days' }),
  row('schedule.maxCalendarMB', 'a larger calendar is refused, and the last good one kept', {
    unit: 'MB (10^6 bytes)',
  }),
  row('schedule.opencast.url', 'the Opencast server that the box is a capture agent of', {
    form: WEB_URL,
    standard: 'none',
  }),
  row('schedule.opencast.agent', 'name of the box at the server', { standard: '`hall`' }),
  row('schedule.opencast.auth', 'how it says who it is'),
  row('schedule.opencast.user', 'its account at the server', { standard: 'none' }),
  row('schedule.opencast.passwordFile', PASSWORD_FILE, {
    form: PATH,
    standard: '`secrets/opencast-password` in `data`',
  }),
  row('schedule.opencast.caFile', AUTHORITY, { form: PATH, standard: 'those the machine trusts' }),
  row('schedule.opencast.proxy', 'HTTP proxy on the way to the server', { form: WEB_URL, standard: 'none' }),
  row('schedule.opencast.services.*', 'where this service is, whatever the registry of the server says', {
    form: WEB_URL,
    standard: 'the registry says it',
  }),
  row(
    'schedule.opencast.pollSeconds',
    'the calendar is asked for so often; at least each 20 s while an event is recorded',
    {
      unit: 's',
    },
  ),
  row('schedule.opencast.stateSeconds', 'the state of the box is told so often, and at each change', { unit: 's' }),
  row('schedule.opencast.address', "the box's page, as the server links to it", {
    form: WEB_URL,
    standard: 'its own address',
  }),
  row('schedule.opencast.liveUrl', 'where players find the live picture; makes `live` one of its inputs', {
    form: WEB_URL,
    standard: 'its RTSP stream',
  }),
  row('schedule.calendars[].name', 'how the API calls it', { form: NAME_32, standard: 'must be given' }),
  row('schedule.calendars[].url', 'an iCalendar feed', { form: WEB_URL, standard: 'must be given' }),
  row('schedule.calendars[].location', 'only its events at this place (LOCATION)', { standard: 'all' }),
  row('schedule.calendars[].user', 'whom it is given to', { standard: 'anybody' }),
  row('schedule.calendars[].passwordFile', PASSWORD_FILE, {
    form: PATH,
    standard: '`secrets/NAME-password` in `data`',
  }),
  row('schedule.calendars[].caFile', AUTHORITY, { form: PATH, standard: 'those the machine trusts' }),
  row('schedule.calendars[].proxy', 'HTTP proxy on the way to it', { form: WEB_URL, standard: 'none' }),
  row('schedule.calendars[].pollSeconds', 'it is asked for so often', { unit: 's' }),
  row('schedule.handOver.way', 'the box sends its files, or the server fetches them, or they stay'),
  row('schedule.handOver.byHand', 'whether recordings that were started by hand are handed over too'),
  row('schedule.handOver.workflow', 'what goes on with recordings whose event says nothing', {
    form: 'id of a workflow: 1 to 128 letters, digits, `_`, `.`, `-`',
    standard: "the server's own",
  }),
  row('schedule.handOver.flavor', 'what the recording is to the server'),
  row('schedule.handOver.manifestFlavor', 'what its description is to the server'),
  row('schedule.handOver.maxKbps', 'files are sent no faster', { unit: 'kb/s', standard: 'as fast as it goes' }),
  row('schedule.handOver.hours', 'hours in which files are sent, in `timeZone`', {
    form: 'hours such as `19:00-07:00`',
    standard: 'all',
  }),
  row('schedule.handOver.fetchUrl', 'where the server reaches the box to fetch files', {
    form: WEB_URL,
    standard: 'its own address',
  }),
  row('schedule.handOver.firstRetrySeconds', 'wait after a failure; twice as long after each one more', { unit: 's' }),
  row('schedule.handOver.mostRetrySeconds', 'never longer than this', { unit: 's' }),
];
