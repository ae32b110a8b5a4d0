/** What a door is told of recordings grows with their number, not with their length. */
import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import test from 'node:test';
import type { LayoutChange, Recording } from '#agent/device/recording.ts';
import { openRecordingNews } from '#agent/box/media/recording-news.ts';
import type { RecordingCalls, RecordingsTold } from '#agent/doors/calls.ts';
import { offerRecordings } from '#agent/doors/core/recordings.ts';
import { openRecordingMirror, type RecordingMirror } from '#agent/doors/mirror/recording-mirror.ts';
import { openPeer, PEER_LIMITS } from '#lib/runtime/processes/peer.ts';
import { fedRecorder } from '../recorder/fed-recorder.ts';

test('a door is told of a recording without its layouts and slides, as it grows too', async (t) => {
  const seen = { fromTicks: 0, pictureTicks: 0, additionsTicks: [] };
  const fed = await fedRecorder(
    t,
    {},
    {
      begin(_, onSlides) {
        onSlides([seen]);
        return { end: async () => undefined, close: () => undefined };
      },
    },
  );
  const layout = { sizePx: { widthPx: 1280, heightPx: 720 }, windows: [] };
  for (const stream of ['archive', 'archive-b'] as const) fed.layouts[stream].saw(fed.drawnTicks, 'one', () => layout);
  const { id } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  await fed.stop();
  const whole = fed.recorder.whole(id)!;
  const tracks = ({ layouts, slides, second }: Recording): (readonly unknown[] | undefined)[] => [
    layouts satisfies LayoutChange[] | undefined,
    slides,
    second?.layouts,
  ];
  assert.deepEqual(
    tracks(whole).map((track) => track?.length),
    [1, 1, 1],
    'it has them all',
  );
  const [coreEnd, doorEnd] = duplexPair();
  const options = { ...PEER_LIMITS, onTrouble: (error: unknown) => assert.fail(String(error)) };
  const news = openRecordingNews();
  openPeer<RecordingsTold, RecordingCalls>(
    coreEnd,
    (peer) => {
      const offer = offerRecordings(fed.recorder, news, peer);
      t.after(() => offer.end());
      return offer.handlers;
    },
    options,
  );
  const made: { mirror?: RecordingMirror } = {};
  openPeer<RecordingCalls, RecordingsTold>(doorEnd, (peer) => (made.mirror = openRecordingMirror(peer)).told, options);
  const mirror = made.mirror!;
  await mirror.ready;
  const { recordings } = mirror;
  assert.deepEqual(tracks(recordings.find(id)!), [undefined, undefined, undefined]);
  assert.equal(recordings.find(id)!.second!.parts.length, 1);
  await recordings.describe(id, { title: 'New' });
  assert.equal(recordings.find(id)!.metadata.title, 'New');
  assert.deepEqual(tracks(recordings.find(id)!), [undefined, undefined, undefined]);
  assert.deepEqual(tracks(fed.recorder.whole(id)!), tracks(whole), 'they are kept in the core');
});
