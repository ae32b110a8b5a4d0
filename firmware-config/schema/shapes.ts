/** Schemas of requests and routes, exported together. */
export { keptRow, keptValues, sis } from './device/control.ts';
export { archiveEncoder, channelBEncoder, confidenceEncoder, encoder, encoderSettings } from './device/encoders.ts';
export { inputNumber, inputWanted, picture } from './device/inputs.ts';
export { layout, layoutNumber } from './device/layouts.ts';
export { overlay } from './device/overlays.ts';
export { rect } from './device/rect.ts';
export { inputSource } from './device/sources.ts';
export { metadata } from './device/metadata.ts';
export { channel, hallName, presetName, presetNumber, shortText } from './parts.ts';
export { settings } from './device/settings.ts';
export { audio, soundOfChannel } from './device/sound.ts';
export { push, stream, STREAMS } from './device/streams.ts';
