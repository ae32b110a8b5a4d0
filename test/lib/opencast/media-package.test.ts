import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  emptyMediaPackage,
  formatMediaPackage,
  isMediaPackageId,
  parseMediaPackage,
} from '#lib/opencast/media-package.ts';
import { XmlError } from '#lib/opencast/xml/xml.ts';

/** With a prefix, with children that nobody here knows, inside a workflow instance. */
const INSTANCE = `<wf:workflow xmlns:wf="http://workflow.opencastproject.org" id="12" state="RUNNING">
  <oc:mediapackage xmlns:oc="http://mediapackage.opencastproject.org" id="597d0b42" start="2007-12-05T13:40:00" duration="10044">
    <oc:title>I &#128420; Opencast</oc:title><oc:seriestitle>s1</oc:seriestitle>
    <oc:creators><oc:creator>Ökologe</oc:creator><oc:creator>p2</oc:creator></oc:creators>
    <oc:media><oc:track transport="FILE" id="t-1" type="presenter/source" ref="track:0;time=1">
      <oc:mimetype>video/mp4</oc:mimetype><oc:tags><oc:tag>archive</oc:tag></oc:tags><oc:url>http://h/a.mp4</oc:url>
      <oc:checksum type="md5">43b7</oc:checksum><oc:size>5000000000</oc:size><oc:duration>10044</oc:duration>
      <oc:video id="v"><oc:resolution>640x480</oc:resolution></oc:video><oc:live>false</oc:live>
    </oc:track></oc:media>
    <oc:metadata><oc:catalog id="c-1" type="dublincore/episode"><oc:url>dc.xml</oc:url></oc:catalog></oc:metadata>
    <oc:publications><oc:publication id="p-1" channel="engage"><oc:url>http://e</oc:url></oc:publication></oc:publications>
    <oc:future>kept</oc:future>
  </oc:mediapackage></wf:workflow>`;

describe('a media package', () => {
  test('is read wherever it is, whatever its prefix', () => {
    const read = parseMediaPackage(INSTANCE);
    assert.equal(read.title, 'I 🖤 Opencast');
    assert.deepEqual(read.creators, ['Ökologe', 'p2']);
    assert.equal(read.startsAtMs, Date.UTC(2007, 11, 5, 13, 40));
    const [track] = read.tracks;
    assert.deepEqual(
      [track?.flavor, track?.ref, track?.tags, track?.sizeBytes],
      ['presenter/source', 'track:0;time=1', ['archive'], 5e9],
    );
    assert.deepEqual(track?.checksum, { type: 'md5', value: '43b7' });
    assert.equal(read.catalogs[0]?.url, 'dc.xml');
  });

  test('keeps what we do not read', () => {
    const written = formatMediaPackage(parseMediaPackage(INSTANCE));
    assert.match(written, /<resolution>640x480<\/resolution>/);
    assert.match(written, /transport="FILE"/);
    assert.match(written, /<future>kept<\/future>/);
    assert.match(written, /<publication id="p-1" channel="engage">/);
    assert.deepEqual(parseMediaPackage(written), parseMediaPackage(INSTANCE));
  });

  test('a new one is written as Opencast makes it', () => {
    assert.equal(
      formatMediaPackage(emptyMediaPackage('9ee7', Date.UTC(2023, 3, 6, 12, 10, 57))),
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><mediapackage xmlns="http://mediapackage.opencastproject.org" ' +
        'id="9ee7" start="2023-04-06T12:10:57Z"><media/><metadata/><attachments/><publications/></mediapackage>',
    );
  });

  test('without an id it is refused', () => {
    assert.throws(() => parseMediaPackage('<mediapackage/>'), XmlError);
    assert.throws(() => parseMediaPackage('<x/>'), /no mediapackage element/);
  });

  test('ids are those that Opencast takes', () => {
    for (const id of ['68b19d11-6aca-413e-b2b3-eda72eebc65a', 'a_b.c:(1);2']) assert.ok(isMediaPackageId(id));
    for (const id of ['', 'a/b', 'a b', 'é']) assert.ok(!isMediaPackageId(id));
  });
});
