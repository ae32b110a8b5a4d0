// Runs alone: it measures the processor's time.
import { describe, test } from 'node:test';
import { formatAgentProperties, parseAgentProperties, processingOf } from '#lib/opencast/agent-properties.ts';
import { parseConfiguration } from '#lib/opencast/agent-state.ts';
import { formatTerms, parseCatalog, parseTerms, termsToJson } from '#lib/opencast/dublin-core.ts';
import { formatMediaPackage, parseMediaPackage } from '#lib/opencast/media-package.ts';
import { parseMpeg7 } from '#lib/opencast/mpeg7.ts';
import { parseCutList } from '#lib/opencast/smil/read-cut-list.ts';
import { XmlError } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { formatXml } from '#lib/opencast/xml/xml-write.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';

/** The least cost of five runs, in ms. */
async function leastCostOf(work: () => void): Promise<number> {
  const costs: number[] = [];
  for (let run = 0; run < 5; run += 1) costs.push(await costOf(work));
  return Math.min(...costs);
}

const many = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join('');

/** What is read, made of so many parts, and what reads it. A refusal is as good as a reading: it must come as soon. */
const READERS: readonly [name: string, parts: number, text: (count: number) => string, read: (text: string) => void][] =
  [
    [
      'elements',
      8000,
      (n) => `<a>${many(n, (at) => `<b c="${at}">${at}</b>`)}</a>`,
      (text) => void formatXml(parseXml(text)),
    ],
    [
      'segments',
      2000,
      (n) =>
        `<Mpeg7><Description><MultimediaContent><Video><TemporalDecomposition>${many(n, (at) => `<VideoSegment><MediaTime><MediaRelTimePoint>T00:00:01:${at}F9999</MediaRelTimePoint><MediaDuration>PT1S</MediaDuration></MediaTime></VideoSegment>`)}</TemporalDecomposition></Video></MultimediaContent></Description></Mpeg7>`,
      (text) => void parseMpeg7(text),
    ],
    [
      'a cut list',
      4000,
      (n) =>
        `<smil><body>${many(n, (at) => `<par><video clipBegin="${at}ms" clipEnd="${at + 1}ms"/></par>`)}</body></smil>`,
      (text) => void parseCutList(text),
    ],
    [
      'clips in one another',
      30,
      (n) => `<smil><body>${'<par>'.repeat(n)}${'</par>'.repeat(n)}</body></smil>`,
      (text) => void parseCutList(text),
    ],
    [
      'declarations',
      4000,
      (n) => `<a>${many(n, (at) => `<b xmlns:n${at}="u${at}"/>`)}</a>`,
      (text) => void parseXml(text),
    ],
    ['nested scopes', 4000, (n) => many(n, (at) => `<p${at}:a xmlns:p${at}="u${at}">`), (text) => void parseXml(text)],
    ['attributes', 4000, (n) => `<a ${many(n, (at) => ` b${at}="1"`)}/>`, (text) => void parseXml(text)],
    [
      'an attribute that does not end',
      20_000,
      (n) => `<a ${many(n, (at) => ` b${at}="1"`)} c="`,
      (text) => void parseXml(text),
    ],
    ['blanks', 200_000, (n) => `<a ${' '.repeat(n)}`, (text) => void parseXml(text)],
    ['references', 20_000, (n) => `<a>${'&amp;'.repeat(n)}</a>`, (text) => void parseXml(text)],
    ['ampersands', 200_000, (n) => `<a>${'&'.repeat(n)}</a>`, (text) => void parseXml(text)],
    ['comments', 20_000, (n) => `<a>${'<!-- -->x'.repeat(n)}</a>`, (text) => void formatXml(parseXml(text))],
    ['a DOCTYPE', 100_000, (n) => `<!DOCTYPE a SYSTEM ${' ""'.repeat(n)}`, (text) => void parseXml(text)],
    [
      'a catalog',
      6000,
      (n) => `<d xmlns:t="http://purl.org/dc/terms/">${many(n, (at) => `<t:creator>${at}</t:creator>`)}</d>`,
      (text) => {
        parseCatalog(text);
        termsToJson(parseTerms(text));
        formatTerms(parseTerms(text));
      },
    ],
    [
      'terms of many names',
      6000,
      (n) => `<d xmlns:t="urn:t">${many(n, (at) => `<t:x${at}>${at}</t:x${at}>`)}</d>`,
      (text) => void termsToJson(parseTerms(text)),
    ],
    [
      'a media package',
      3000,
      (n) =>
        `<mediapackage id="1"><media>${many(n, (at) => `<track id="${at}" type="a/b"><url>u</url></track>`)}</media></mediapackage>`,
      (text) => void formatMediaPackage(parseMediaPackage(text)),
    ],
    [
      'properties of an event',
      10_000,
      (n) => many(n, (at) => `org.opencastproject.workflow.config.k${at}=${at}\n`),
      (text) => {
        processingOf(parseAgentProperties(text));
        formatAgentProperties(parseAgentProperties(text));
      },
    ],
    [
      'a configuration',
      10_000,
      (n) => `{${many(n, (at) => `"k${at}":"v",`)}"z":"z"}`,
      (text) => void parseConfiguration(text),
    ],
  ];

describe('twice as much to read takes twice as long, not four times', () => {
  for (const [name, parts, make, read] of READERS) {
    test(name, async () => {
      const cost = (count: number): Promise<number> => {
        const text = make(count);
        return leastCostOf(() => {
          try {
            read(text);
          } catch (error) {
            if (!(error instanceof XmlError)) throw error;
          }
        });
      };
      await growsAsItsInput(cost, { parts, leastMs: 20 });
    });
  }
});
