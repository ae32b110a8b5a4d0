/** Files inside of the events of Opencast's calendars, by their names (facts/opencast 1.7). */

/** Attachment with the Dublin Core of the event. */
export const EPISODE_FILE = 'episode.xml';
/** Attachment with the Dublin Core of the series. */
export const SERIES_FILE = 'series.xml';
/** Attachment with the properties for the agent. */
export const PROPERTIES_FILE = 'org.opencastproject.capture.agent.properties';
